/** The same programs in python3 and in the engine: standard output, exit code and class of the exception agree. @module */
import { strict as assert } from "node:assert";
import { runnerFlags } from "../../room/runner.ts";
import type { GuestEnd } from "./guest.ts";
import { PROGRAMS } from "./programs.ts";
import { IMAGE_PATH, withoutImage } from "./testing.ts";

const python = await findPython();
const missing = withoutImage() || (python === undefined ? " [skipped: no python3 here]" : "");

async function findPython(): Promise<string | undefined> {
  // Asking for the right, not for the program: the run of pure tests has none.
  if ((await Deno.permissions.query({ name: "run" })).state !== "granted") return undefined;
  try {
    const { success } = await new Deno.Command("python3", { args: ["--version"] }).output();
    return success ? "python3" : undefined;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw thrown;
  }
}

Deno.test({
  name: "PythonGuest agrees with python3" + missing,
  ignore: missing !== "",
  permissions: { read: true, run: true },
  async fn() {
    const cases = Object.entries(PROGRAMS).map(([name, { source, stdin = "" }]) => ({ name, source, stdin }));
    const ends = await inEngine(cases);
    const differences: string[] = [];
    for (const [i, { name, source, stdin }] of cases.entries()) {
      const { stdout, exit, exception, stderr } = ends[i]!;
      const wanted = JSON.stringify(await inPython(source, stdin));
      const found = JSON.stringify({ stdout, exit, exception });
      if (found !== wanted) {
        differences.push(`${name}: ${found.slice(0, 400)} in place of ${wanted.slice(0, 400)} ${stderr.slice(-300)}`);
      }
    }
    assert.deepEqual(differences, []);
    console.log(`${cases.length} programs agree`);
  },
});

async function inEngine(cases: readonly { readonly source: string; readonly stdin: string }[]): Promise<GuestEnd[]> {
  const child = new URL("./testing_child.ts", import.meta.url).href;
  const flags = `--v8-flags=${runnerFlags().join(",")}`;
  const args = ["run", "--no-check", "--no-prompt", `--allow-read=${IMAGE_PATH}`, flags, child];
  const output = await fed(Deno.execPath(), args, JSON.stringify(cases));
  assert.equal(output.code, 0, output.stderr);
  return JSON.parse(output.stdout) as GuestEnd[];
}

async function inPython(source: string, stdin: string) {
  // `-X utf8`: whatever the machine's locale is.
  const program = `exec(compile(${JSON.stringify(source)}, "main.py", "exec"), {"__name__": "__main__"})`;
  const script = source.includes("__main__") ? source : program;
  const { stdout, stderr, code } = await fed(python!, ["-I", "-X", "utf8", "-c", script], stdin);
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  const exception = /^Traceback|^ {2}File/m.test(stderr) ? last.match(/^(?:[\w.]*\.)?(\w+)(?::|$)/)?.[1] ?? "" : "";
  return { stdout, exit: code, exception };
}

async function fed(program: string, args: readonly string[], stdin: string) {
  const command = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "piped" });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  // A program may end without reading: then the pipe is broken, which is no failure.
  await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.BrokenPipe)) throw thrown;
  });
  const { stdout, stderr, code } = await child.output();
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr), code };
}
