/**
 * Starts runners: processes without any right for programs that nobody trusts. In source Deno is given no permission at all; an
 * executable gives its own up before it reads anything. What they are told comes through their standard input. @module
 */
import { errorText, SandboxError } from "../base/errors.ts";
import { HEARTBEAT, LIMIT_LINE } from "./watchdog.ts";

/** Word that makes an executable of af a runner. */
export const RUNNER = "@runner";
/** Largest tail of standard error that is kept, in UTF-16 units. */
const TAIL = 4_096;
const CERTIFICATES = ["DENO_CERT", "DENO_TLS_CA_STORE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];
/** Deno needs these to find the code of a runner and its packages; the program cannot read them. */
const ENV = [
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "JSR_URL",
  "NPM_CONFIG_REGISTRY",
  "LD_LIBRARY_PATH",
  "SystemRoot",
  ...CERTIFICATES,
];

/**
 * V8's flags for runners. `--stack-size` (KiB): Python counts its own recursion through C and must come to its limit before V8 does;
 * that needs a main thread with a stack of 8 MiB, which Windows has not, and kills a process that runs the engine on any other thread.
 * The other two are for processes that live a second: most of what V8's optimizing compiler does in one comes too late to pay. A
 * budget of 500 million instead of 13 lets only what really computes be optimized.
 */
export function runnerFlags(os: typeof Deno.build.os = Deno.build.os): string[] {
  const stack = os === "windows" ? [] : ["--stack-size=3900"];
  return [...stack, "--no-wasm-inlining", "--wasm-tiering-budget=500000000"];
}

/** How runners are started; looked up once, while the process still may. */
export interface RunnerCommand {
  readonly program: string;
  /** Module of the runner, null in an executable. */
  readonly module: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Programs in front of it, each with its arguments: layers of the operating system. */
  readonly prefix: readonly string[];
}

/** Looks up how runners are started. Needs `env` (the names above) where they are set. */
export function runnerCommand(module: URL): RunnerCommand {
  const env: Record<string, string> = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  for (const name of ENV) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return {
    program: Deno.execPath(),
    module: Deno.build.standalone ? null : module.href,
    env,
    prefix: [],
  };
}

/** What a runner says that lacks a package which is not in Deno's cache yet: it may fetch nothing itself. */
export const NOT_CACHED = "--cached-only is specified";

/** What it takes to load a runner from its address. Nothing else is there to be imported: runners take it from the cache only. */
function importFlags(module: string): string[] {
  const { protocol, host } = new URL(module);
  return protocol === "file:" ? [] : [`--allow-import=${host}`];
}

/** Fetches the packages that runners need, once after an installation; runs nothing of theirs. False if that does not work. */
export async function fillCache({ program, module, env }: RunnerCommand): Promise<boolean> {
  if (module === null) return false;
  const child = new Deno.Command(program, {
    args: ["cache", "--quiet", "--no-lock", ...importFlags(module), module],
    env: { ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  return (await child.output()).success;
}

/** A runner. */
export interface RunnerProcess {
  readonly pid: number;
  /** Sends bytes; rejects when it is gone. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The next bytes of its standard output, null when it has closed it. */
  receive(): Promise<Uint8Array | null>;
  /** Ends it at once. */
  kill(): void;
  /** Why it ended: signal or code, the limit that its watchdog named, the tail of its standard error. */
  readonly ended: Promise<RunnerEnd>;
}

/** How a runner ended. */
export interface RunnerEnd {
  readonly signal: string | null;
  readonly code: number;
  /** What its watchdog wrote, empty if it ended otherwise. */
  readonly limit: string;
  /** Whether V8 ended it because its heap was full. */
  readonly heap: boolean;
  readonly stderr: string;
}

/** Starts a runner. @throws {SandboxError} if the program cannot be started. */
export function spawnRunner(command: RunnerCommand, options: { heapBytes: number }): RunnerProcess {
  const [program, args] = line(command, options.heapBytes);
  const child = start(program, args, command.env);
  const writer = child.stdin.getWriter();
  const reader = child.stdout.getReader();
  const tail = readTail(child.stderr);
  // A write to a process that is gone rejects where it is awaited; the stream's own promise need not be looked at.
  writer.closed.catch(() => undefined);
  return {
    pid: child.pid,
    send: (bytes) => writer.write(bytes),
    async receive() {
      const { value, done } = await reader.read();
      return done ? null : value;
    },
    kill() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
    ended: endOf(child, tail, writer),
  };
}

function line(command: RunnerCommand, heapBytes: number): [string, string[]] {
  const own = command.module === null ? [command.program, RUNNER] : [
    command.program,
    "run",
    "--no-prompt",
    "--quiet",
    "--no-lock",
    "--cached-only",
    ...importFlags(command.module),
    `--v8-flags=${
      [`--max-old-space-size=${Math.max(16, Math.ceil(heapBytes / 2 ** 20))}`, ...runnerFlags()].join(",")
    }`,
    command.module,
  ];
  const [program, ...args] = [...command.prefix, ...own];
  return [program!, args];
}

function start(program: string, args: string[], env: Readonly<Record<string, string>>): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      env: { ...env },
      clearEnv: true,
      ...(Deno.build.os === "windows" ? {} : { cwd: "/" }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    throw new SandboxError(`Cannot start a runner (${program}): ${errorText(cause)}`, { code: "start", cause });
  }
}

async function endOf(
  child: Deno.ChildProcess,
  tail: Promise<string>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<RunnerEnd> {
  const [{ signal, code }, text] = await Promise.all([child.status, tail]);
  await writer.abort().catch(() => undefined);
  const limit = text.lastIndexOf(LIMIT_LINE);
  return {
    signal,
    code,
    limit: limit < 0 ? "" : text.slice(limit + LIMIT_LINE.length).split("\n")[0]!,
    heap: /fatal .*out of memory/i.test(text),
    stderr: text,
  };
}

async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of stream) {
      if (chunk.length === 1 && chunk[0] === 0) continue;
      text = (text + decoder.decode(chunk, { stream: true }).replaceAll(HEARTBEAT, "")).slice(-TAIL);
    }
  } catch (error) {
    // A pipe that breaks says the same as its end.
    text += errorText(error);
  }
  return text;
}
