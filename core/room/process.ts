/** Processes of af: each is af itself, started again with a role. What it needs to know arrives on its standard input. @module */
import { errorText, RoomError } from "../base/errors.ts";

/** The processes that exist besides the one that a person starts. */
export const ROLES = ["validator", "signer", "local", "broker"] as const;
/** One of {@linkcode ROLES}. */
export type Role = typeof ROLES[number];

/** Options of {@linkcode startRole}. */
export interface StartRoleOptions {
  /** Sent as one line of JSON: secrets travel here, never in arguments or in the environment. */
  readonly start: unknown;
  /** `ready` = standard output is one line of JSON for the parent; `inherit` = it is the answer for the person. */
  readonly stdout: "ready" | "inherit";
  /** Names of environment variables that the process may see; all others are withheld. */
  readonly env: readonly string[];
  /** How long the line may take, in milliseconds. @default {30000} */
  readonly readyTimeoutMs?: number;
}

/** A process that was started. */
export interface RoleProcess {
  readonly role: Role;
  readonly pid: number;
  /** What it printed as its first line; undefined with `inherit`. */
  readonly ready: unknown;
  readonly status: Promise<Deno.CommandStatus>;
  /** Sends a signal; a process that has ended is left alone. */
  kill(signal: Deno.Signal): void;
}

/** Names that every process needs to find its caches, its certificates and its home. */
const COMMON_ENV = [
  "PATH",
  "HOME",
  "TMPDIR",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "NO_COLOR",
  "TERM",
];
/** Names that say where the modules of af and their packages are found, for an af that runs from a URL. */
const SOURCE_ENV = ["JSR_URL", "NPM_CONFIG_REGISTRY"];
const CERTIFICATE_ENV = ["DENO_CERT", "DENO_TLS_CA_STORE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];

/** Whether af runs from a URL (`jsr:@affine/af`, `https://…`): its deno.json, which lets Workers have rights of their own, is then unread. */
export function runsFromUrl(): boolean {
  return !Deno.build.standalone && !Deno.mainModule.startsWith("file:");
}

/**
 * What af needs of Deno beside the stable part, also where it runs from a URL and its deno.json is unread: rights of Workers, the
 * engine's image as a module of bytes, and a request's signal that tells a client that has gone from one that was answered.
 */
const UNSTABLE = ["--unstable-worker-options", "--unstable-raw-imports", "--unstable-no-legacy-abort"];

/** Program and arguments that start af itself: the binary, or the Deno that runs it with the module that it was started from. */
export function selfCommand(): { program: string; args: string[] } {
  const program = Deno.execPath();
  if (Deno.build.standalone) return { program, args: [] };
  // A name such as jsr:@affine/af may mean a newer version tomorrow: all processes of a run are of the version of this file.
  const module = runsFromUrl() ? new URL("../../main.ts", import.meta.url).href : Deno.mainModule;
  return { program, args: ["run", "-A", "--quiet", ...UNSTABLE, "--no-prompt", module] };
}

/**
 * Stack of the threads that rooms run on, in bytes: an executable carries V8 flags for runners, which let a stack grow beyond the
 * 2 MB that a thread has by itself, and then it would be a crash in place of a RangeError. Rust reads it when a process starts.
 */
const THREAD_STACK = "8388608";

/** Whether this process can open rooms as it is, or {@linkcode runAgain} has to start one that can. */
export function isEquipped(): boolean {
  return Deno.build.standalone ? Deno.env.get("RUST_MIN_STACK") !== undefined : !runsFromUrl();
}

/** First argument of an af that {@linkcode runAgain} started: it can open rooms. */
export const EQUIPPED = "@equipped";

/**
 * Runs af again with what it takes to open rooms, where this process started without ({@linkcode isEquipped}): same arguments,
 * environment and streams. Returns the exit code.
 */
export async function runAgain(args: readonly string[]): Promise<number> {
  const self = selfCommand();
  const child = new Deno.Command(self.program, {
    args: [...self.args, EQUIPPED, ...args],
    env: { RUST_MIN_STACK: THREAD_STACK },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // This process only waits; what it is told is meant for the other one.
  for (const signal of ["SIGINT", Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => kill(child, signal));
  }
  return (await child.status).code;
}

/** Sends a signal; a process that has ended is left alone. */
function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Starts a process in a role and waits for its ready line where it has one.
 * @throws {RoomError} if it ends or stays silent before that.
 */
export async function startRole(
  role: Role,
  self: ReturnType<typeof selfCommand>,
  options: StartRoleOptions,
): Promise<RoleProcess> {
  const env: Record<string, string> = { RUST_MIN_STACK: THREAD_STACK };
  for (const name of [...COMMON_ENV, ...SOURCE_ENV, ...CERTIFICATE_ENV, ...options.env]) {
    const value = INHERITED.get(name);
    if (value !== undefined) env[name] = value;
  }
  const child = new Deno.Command(self.program, {
    args: [...self.args, `@${role}`],
    env,
    clearEnv: true,
    stdin: "piped",
    stdout: options.stdout === "ready" ? "piped" : "inherit",
    stderr: "inherit",
  }).spawn();
  // The pipe stays open: its end tells the process that the parent is gone.
  const writer = child.stdin.getWriter();
  const ended = child.status.then((status) => {
    throw new RoomError(
      `The ${role} process ended with ${status.signal ?? `code ${status.code}`} before it was ready`,
      {
        code: status.code === 0 || status.code === 75 ? "ended" : "failed",
        retryable: true,
      },
    );
  });
  ended.catch(() => {});
  await Promise.race([writer.write(new TextEncoder().encode(`${JSON.stringify(options.start)}\n`)), ended]);
  const process = {
    role,
    pid: child.pid,
    status: child.status,
    kill: (signal: Deno.Signal) => kill(child, signal),
  };
  if (options.stdout === "inherit") return { ...process, ready: undefined };
  try {
    const line = firstLine(child.stdout);
    const ready = await Promise.race([line, ended, timeout(role, options.readyTimeoutMs ?? 30_000)]);
    return { ...process, ready };
  } catch (error) {
    process.kill("SIGKILL");
    throw error;
  }
}

// Read once, before the supervisor gives its rights up.
const INHERITED = new Map<string, string>();

/** Remembers the environment that children may get, by name. Call it before rights are given up. */
export function rememberEnv(names: readonly string[]): void {
  for (const name of [...COMMON_ENV, ...SOURCE_ENV, ...CERTIFICATE_ENV, ...names]) {
    const value = Deno.env.get(name);
    if (value !== undefined) INHERITED.set(name, value);
  }
}

async function timeout(role: Role, ms: number): Promise<never> {
  await new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms)));
  throw new RoomError(`The ${role} process was not ready after ${ms / 1000} s`, { code: "not_ready", retryable: true });
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    // It is ending: its exit status says how, a moment later.
    if (done) return await new Promise<never>(() => {});
    text += decoder.decode(value, { stream: true });
    if (text.length > 1_000_000) throw new RoomError("A process wrote too much before it was ready");
  }
  // Whatever else it prints is drained, so that it never blocks on a full pipe.
  reader.releaseLock();
  stream.pipeTo(new WritableStream()).catch(() => {});
  const line = text.slice(0, text.indexOf("\n"));
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new RoomError(`A process wrote ${JSON.stringify(line.slice(0, 80))} where its ready line belongs`, { cause });
  }
}

/** The inside of a role: its start message, and a promise that resolves when the parent is gone or says so (SIGTERM). */
export interface RoleStart {
  readonly message: unknown;
  readonly orphaned: Promise<void>;
}

/** Reads the start message from standard input. @throws {RoomError} if there is none: a role is not for people to start. */
export async function roleStart(): Promise<RoleStart> {
  const reader = Deno.stdin.readable.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new RoomError("This is an internal process of af; start it through a command such as af validate");
    text += decoder.decode(value, { stream: true });
  }
  const told = new Promise<void>((resolve) => Deno.addSignalListener("SIGTERM", resolve));
  const drained = (async () => {
    try {
      while (!(await reader.read()).done);
    } catch (error) {
      // A broken pipe says the same as its end.
      void errorText(error);
    }
  })();
  const orphaned = Promise.race([told, drained]);
  return { message: JSON.parse(text.slice(0, text.indexOf("\n"))), orphaned };
}
