import assert from "node:assert/strict";
import type { Submission } from "../core/port/sandbox.ts";
import { openPythonProcesses } from "./python_processes.ts";

const HAS_PYTHON = await hasPython();

async function hasPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["-c", ""], stdin: "null" }).output()).success;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}

Deno.test({
  name: `openPythonProcesses() runs programs and calls as the port says${HAS_PYTHON ? "" : " [skipped: no python3]"}`,
  ignore: !HAS_PYTHON,
  permissions: { read: true, write: true, run: true, env: true },
  async fn() {
    const { sandbox, version, close } = await openPythonProcesses();
    try {
      assert.match(version, /^Python 3\.\d+/);
      const submission = (source: string, more: Partial<Submission> = {}): Submission => ({
        language: "python",
        source,
        cases: [{ kind: "stdin", stdin: "2 3\n" }],
        ...more,
      });
      const call = { kind: "call", function: "f", args: "[1, [2]]" } as const;
      const results = await sandbox.run({
        contender: "test",
        submissions: [
          submission("print(sum(map(int, input().split())))"),
          submission("raise ValueError('no')"),
          submission("import sys; sys.exit(3)"),
          submission("while True: pass", { limits: { wallMs: 300 } }),
          submission("print('x' * 5000)", { limits: { outputBytes: 100 } }),
          submission("def f(a, b): return a, b, {'k': None}", { cases: [call, call] }),
          submission("print(1)", { language: "javascript" }),
        ],
      });
      const [sum, error, exit, late, cut, called, refused] = results;
      const only = (result: typeof sum) => result?.kind === "ran" ? result.cases[0]! : assert.fail("It was refused");
      assert.deepEqual([only(sum).stdout, only(sum).exit, only(sum).exception], ["5\n", 0, ""]);
      assert.deepEqual([only(error).exit, only(error).exception], [1, "ValueError"]);
      assert.equal(only(exit).exit, 3);
      assert.equal(only(late).limit, "wall");
      assert.deepEqual([only(cut).stdout.length, only(cut).truncated], [100, true]);
      assert.ok(called?.kind === "ran" && called.cases.length === 2);
      assert.deepEqual(JSON.parse(called.cases[1]!.value!), { $tuple: [1, [2], { k: null }] });
      assert.equal(refused?.kind, "refused");
    } finally {
      await close();
    }
  },
});
