/**
 * Runs an attack once without the sandbox: plain python3 or Deno with all rights, in a scratch folder, with hard limits of memory, file
 * size and time. Where namespaces can be made, in one of its own for processes, so that nothing else can be harmed or left behind;
 * attacks on processes run only there.
 * @module
 */
import { join } from "node:path";
import type { Attack, Native, NativeOutcome } from "./hostile_entry.ts";
import { type Scene, SECRET, VARIABLE } from "./hostile_scene.ts";

/** How long an attack may run, in milliseconds: longer than the deadlines of the corpus. */
const DEADLINE_MS = 800;
/** More time for those that have to do a lot. */
const WORK_MS = 20_000;
const KEPT = 1 << 20;
const ENOUGH_BYTES = 17 << 20;
const LIMITS = "ulimit -c 0; ulimit -f 65536; ulimit -t 10";
const MEMORY = "ulimit -v 1500000";
/** The outer shell owns the victim, the inner one is the parent of the attack. */
const SCRIPT = `${LIMITS}; sleep 60 </dev/null >/dev/null 2>&1 & V=$!
MAIN=$1; shift; sed "s/{VICTIM}/$V/g" "$MAIN.in" > "$MAIN"
sh -c '"$@"; echo $? > "$0.code"; echo alive > "$0.parent"' "$MAIN" "$@"
sleep 0.05; case "$(cat /proc/$V/stat 2>/dev/null)" in "" | *") Z "*) ;; *) echo alive > "$MAIN.victim" ;; esac; kill -9 $V 2>/dev/null; exit 0`;

/** What this machine can run natively. */
export interface NativeTools {
  readonly python: string | null;
  readonly namespaces: boolean;
}

/** Looks for python3 and for namespaces. */
export async function findTools(): Promise<NativeTools> {
  const works = async (program: string, args: string[]) => {
    try {
      const { success, stdout } = await new Deno.Command(program, { args, stdin: "null", stderr: "null" }).output();
      return success ? new TextDecoder().decode(stdout).trim() : null;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  };
  // The program itself: a wrapper around it would not stand the limits.
  const python = await works("python3", ["-I", "-c", "import sys; print(sys.executable)"]);
  return { python, namespaces: await works("unshare", [...NAMESPACE, "true"]) !== null };
}

/** A session of its own, too: signals to a process group know no namespaces. */
const NAMESPACE = ["-r", "-p", "-f", "--kill-child", "--mount-proc", "setsid"];

/** Why an attack cannot be run natively here, null where it can. */
export function unavailable(attack: Attack & { readonly native: Native }, tools: NativeTools): string | null {
  if (attack.language === "python" && tools.python === null) return "no python3 here";
  if (attack.native.isolated && !tools.namespaces) return "no namespaces here";
  return null;
}

/** Runs it. */
export async function runNatively(
  attack: Attack & { readonly native: Native },
  scene: Scene,
  tools: NativeTools,
): Promise<NativeOutcome> {
  const work = await Deno.makeTempDir({ prefix: "af-native-" });
  try {
    const main = join(
      work,
      attack.language === "python" ? "main.py" : attack.language === "typescript" ? "main.ts" : "main.mjs",
    );
    await Deno.writeTextFile(`${main}.in`, scene.fill(attack.source, NaN).replaceAll("NaN", "{VICTIM}"));
    const reached = scene.reached;
    const late = attack.native.what.includes("past the deadline");
    const ended = await watch(command(attack, tools, work, main), attack.input ?? "", late ? DEADLINE_MS : WORK_MS);
    const read = (name: string) => Deno.readTextFile(`${main}.${name}`).catch(() => "");
    const code = Number(await read("code") || 137);
    const victim = ended.late || (await read("victim")) !== "";
    const parent = ended.late || ended.bytes > ENOUGH_BYTES || (await read("parent")) !== "";
    return { ...ended, code, victim, parent, reached: scene.reached - reached, untouched: scene.untouched() };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

function command(attack: Attack, tools: NativeTools, work: string, main: string): Deno.Command {
  const program = attack.language === "python"
    ? [tools.python!, "-I", main]
    : [Deno.execPath(), "run", "-A", "--quiet", "--no-prompt", "--no-check", "--no-config", main];
  const script = attack.language === "python" ? `${MEMORY}; ${SCRIPT}` : SCRIPT;
  const shell = ["sh", "-c", script, "sh", main, ...program];
  const [first, ...rest] = tools.namespaces ? ["unshare", ...NAMESPACE, ...shell] : shell;
  return new Deno.Command(first!, {
    args: rest,
    cwd: work,
    env: { [VARIABLE]: SECRET },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

type Watched = Pick<NativeOutcome, "stdout" | "stderr" | "bytes" | "late">;

/** Feeds it, counts what it prints, and ends it at the deadline or once it has printed enough. */
async function watch(command: Deno.Command, input: string, ms: number): Promise<Watched> {
  const child = command.spawn();
  let late = false;
  let bytes = 0;
  const end = () => {
    try {
      child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, ms);
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (text.length < KEPT) text += decoder.decode(chunk, { stream: true });
      if (bytes > ENOUGH_BYTES) end();
    }
    return text.slice(0, KEPT);
  };
  const feed = async () => {
    const writer = child.stdin.getWriter();
    // Whoever does not read has closed the pipe: no matter.
    await writer.write(new TextEncoder().encode(input)).catch((error) => void error);
    await writer.close().catch((error) => void error);
  };
  const [stdout, stderr] = await Promise.all([collect(child.stdout), collect(child.stderr), feed()]);
  await child.status;
  clearTimeout(timer);
  return { stdout, stderr, bytes, late };
}
