/**
 * The sandbox's port over plain `python3`, one process a case, as a yardstick for results and for time. It protects against nothing:
 * only for programs that are known. @module
 */
import { join } from "node:path";
import type {
  CaseResult,
  ProgramCase,
  Sandbox,
  SandboxBatch,
  SandboxLimits,
  Submission,
  SubmissionResult,
} from "../core/port/sandbox.ts";
import { DEFAULT_LIMITS } from "../core/port/sandbox.ts";

/** A yardstick that is open. */
export interface PythonProcesses {
  readonly sandbox: Sandbox;
  /** Such as `Python 3.11.7`. */
  readonly version: string;
  close(): Promise<void>;
}

/**
 * Opens the yardstick. The executable itself is asked for: `python3` may be a script that looks for it, at twenty times the cost.
 * @throws {Error} if there is no python3.
 */
export async function openPythonProcesses(name = "python3"): Promise<PythonProcesses> {
  const args = ["-c", "import platform, sys; print(sys.executable); print('Python', platform.python_version())"];
  const { success, stdout } = await new Deno.Command(name, { args, stdin: "null" }).output();
  const [python, version] = new TextDecoder().decode(stdout).trim().split("\n");
  if (!success || !python || !version) throw new Error(`${name} does not run`);
  const folder = await Deno.makeTempDir({ prefix: "af-python-" });
  const sandbox: Sandbox = {
    facts: () => Promise.resolve({ engine: null, parallel: 1, layers: [] }),
    async run(batch: SandboxBatch): Promise<SubmissionResult[]> {
      const results: SubmissionResult[] = [];
      for (const submission of batch.submissions) results.push(await runSubmission(python, folder, submission));
      return results;
    },
  };
  return {
    sandbox,
    version,
    close: () => Deno.remove(folder, { recursive: true }),
  };
}

async function runSubmission(python: string, folder: string, submission: Submission): Promise<SubmissionResult> {
  if (submission.language !== "python") return { kind: "refused", reason: `There is no ${submission.language} here` };
  const limits = { ...DEFAULT_LIMITS, ...submission.limits };
  const cases: CaseResult[] = [];
  for (const one of submission.cases) cases.push(await runCase(python, folder, submission.source, one, limits));
  return { kind: "ran", cases };
}

async function runCase(
  python: string,
  folder: string,
  source: string,
  one: ProgramCase,
  limits: SandboxLimits,
): Promise<CaseResult> {
  const file = join(folder, "main.py");
  const value = join(folder, "value.json");
  const cpu = join(folder, "cpu.txt");
  await Deno.writeTextFile(file, one.kind === "stdin" ? source : `${source}\n${callOf(one, value)}`);
  const start = performance.now();
  const child = new Deno.Command(python, {
    args: ["-I", "-c", TIMED, file, cpu],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limits.wallMs);
  const [status, stdout, stderr] = await Promise.all([
    child.status,
    capped(child.stdout, limits.outputBytes),
    capped(child.stderr, limits.outputBytes),
    feed(child.stdin, one.kind === "stdin" ? one.stdin : ""),
  ]);
  clearTimeout(timer);
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    exit: status.code,
    exception: /(?:^|\n)([A-Za-z_][\w.]*)(?::[^\n]*)?\n?$/.exec(stderr.text)?.[1] ?? "",
    value: one.kind === "call" ? await taken(value) : null,
    wallMs: performance.now() - start,
    cpuMs: 1000 * Number(await taken(cpu) ?? 0),
    truncated: stdout.cut || stderr.cut,
    limit: late ? "wall" : null,
  };
}

/** Runs a file as the main program, and leaves the CPU time of the process in another when it ends; one that is killed leaves none. */
const TIMED = "import atexit, sys, time; file, cpu = sys.argv[1:]; sys.argv = [file]; " +
  "atexit.register(lambda f=open, t=time.process_time: f(cpu, 'w').write(str(t()))); " +
  "exec(compile(open(file, encoding='utf-8').read(), file, 'exec'))";

/** Calls the function and leaves what it returned in a file, in the encoding of the port as far as JSON reaches, and for tuples. */
function callOf(one: ProgramCase & { kind: "call" }, path: string): string {
  return [
    "import json as _json",
    "def _plain(v):",
    "    if type(v) is tuple: return {'$tuple': [_plain(x) for x in v]}",
    "    if type(v) is list: return [_plain(x) for x in v]",
    "    if type(v) is dict and all(type(k) is str for k in v): return {k: _plain(x) for k, x in v.items()}",
    "    if v is None or type(v) in (bool, int, float, str): return v",
    "    return {'$other': type(v).__name__}",
    `_value = _json.dumps(_plain(${one.function}(*_json.loads(${JSON.stringify(one.args)}))))`,
    `open(${JSON.stringify(path)}, 'w').write(_value)`,
  ].join("\n");
}

async function taken(path: string): Promise<string | null> {
  try {
    const text = await Deno.readTextFile(path);
    await Deno.remove(path);
    return text;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (thrown) {
    // A program that reads nothing closes its end.
    if (!(thrown instanceof Deno.errors.BrokenPipe)) throw thrown;
  }
}

async function capped(stream: ReadableStream<Uint8Array>, most: number): Promise<{ text: string; cut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let left = most;
  for await (const part of stream) {
    text += decoder.decode(part.subarray(0, Math.max(0, left)), { stream: true });
    left -= part.length;
  }
  return { text, cut: left < 0 };
}
