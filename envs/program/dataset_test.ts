import assert from "node:assert/strict";
import type { RowSource } from "../../core/port/dataset.ts";
import { type CaseResult, ENDED_WELL, type SubmissionResult } from "../../core/port/sandbox.ts";
import { datasetEnvironment, readProgramRows } from "./dataset.ts";
import type { ProgramRow } from "./dataset_row.ts";
import { returns } from "./dataset_value.ts";
import { lastFence } from "./fence.ts";

const SEED = new Uint8Array(32).fill(7);
const PRINTS: ProgramRow = {
  problem: "Print the sum.",
  program: "print(sum(map(int, input().split())))",
  function: "",
  cases: [{ kind: "stdin", stdin: "1 2\n", stdout: "3\n" }, { kind: "stdin", stdin: "4 5\n", stdout: "9" }],
};
const CALLED: ProgramRow = {
  problem: "Return both.",
  program: "def f(a, b):\n    return a, b",
  function: "f",
  cases: [{ kind: "call", args: "[1, 2]", anyOf: [[1n, 2n]] }, {
    kind: "call",
    args: "[3, 4]",
    anyOf: [[[3n, 4n]], [3n, 4n]],
  }],
};

function ran(...cases: Partial<CaseResult>[]): SubmissionResult {
  return { kind: "ran", cases: cases.map((one) => ({ ...ENDED_WELL, ...one })) };
}

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("datasetEnvironment() is static, draws rows from the seed and changes its version with the rows", () => {
  const env = datasetEnvironment([PRINTS, CALLED]);
  assert.equal(env.static, true);
  assert.deepEqual(env.generate(SEED), env.generate(SEED));
  const seen = new Set(Array.from({ length: 50 }, (_, i) => env.generate(new Uint8Array(32).fill(i)).generator));
  assert.deepEqual([...seen].sort(), ["call", "stdin"]);
  assert.equal(env.generate(SEED, { generator: "call" }).key, CALLED);
  assert.match(env.version, /^1-[0-9a-f]{12}$/);
  assert.notEqual(env.version, datasetEnvironment([CALLED, PRINTS]).version);
  assert.equal(env.version, datasetEnvironment([PRINTS, CALLED], { id: "other" }).version);
  assert.throws(() => datasetEnvironment([PRINTS]).generate(SEED, { generator: "call" }), /no generator call/);
  assert.throws(() => datasetEnvironment([]).generate(SEED), { name: "EnvError", message: /has no rows/ });
});

test("submission() takes the last block and holds nothing of what is expected", () => {
  const env = datasetEnvironment([PRINTS]);
  const task = env.generate(SEED);
  const answer = "First:\n```\nprint(0)\n```\nBetter:\n```python\nprint(1)\n```\nDone.";
  assert.deepEqual(env.submission!(task, answer), {
    language: "python",
    source: "print(1)",
    cases: [{ kind: "stdin", stdin: "1 2\n" }, { kind: "stdin", stdin: "4 5\n" }],
  });
  for (const none of ["", "print(1)", "```python\n```", "`print(1)`"]) {
    assert.equal(env.submission!(task, none), null, none);
    assert.equal(env.grade(task, none).status, "unparsable");
    assert.equal(env.grade(task, none).score, 0);
  }
  assert.throws(() => env.grade(task, answer), TypeError);
  assert.equal(lastFence(env.solve(task), ["python"])?.code, PRINTS.program);
  assert.ok(!task.prompt.includes("9"));
  const called = datasetEnvironment([CALLED]);
  const call = called.submission!(called.generate(SEED), "```py\ndef f(a, b): ...\n```")!;
  assert.deepEqual(call.cases[0], { kind: "call", function: "f", args: "[1, 2]" });
  assert.match(called.generate(SEED).prompt, /function named `f`/);
});

test("grade() judges what was printed", () => {
  const env = datasetEnvironment([PRINTS]);
  const task = env.generate(SEED);
  const score = (...cases: Partial<CaseResult>[]) => env.grade(task, env.solve(task), ran(...cases)).score;
  assert.equal(score({ stdout: "3" }, { stdout: "9 \r\n\n" }), 1);
  assert.equal(score({ stdout: "3", stderr: "a warning" }, { stdout: "9" }), 1);
  assert.equal(score({ stdout: "3" }, { stdout: "9.0" }), 0);
  assert.equal(score({ stdout: "3" }, { stdout: "9", exit: 1 }), 0);
  assert.equal(score({ stdout: "3" }, { stdout: "9", limit: "wall" }), 0);
  assert.equal(env.grade(task, env.solve(task), { kind: "refused", reason: "Too large" }).score, 0);
});

test("grade() judges what was returned, and no value that a program makes up passes or throws", () => {
  const env = datasetEnvironment([CALLED]);
  const task = env.generate(SEED);
  const score = (...values: (string | null)[]) =>
    env.grade(task, env.solve(task), ran(...values.map((value) => ({ value })))).score;
  assert.equal(score('{"$tuple":[1,2]}', "[3,4]"), 1);
  assert.equal(score("[1,2]", "[[3,4]]"), 1);
  assert.equal(score("[1,2]", "[4,3]"), 0);
  const right = '{"$tuple":[1,2]}';
  const made = [
    null,
    "0",
    "1",
    "",
    "[3,4,]",
    "(3, 4)",
    "[3",
    '{"$dict":[[1]]}',
    '{"$other":"x"}',
    '{"$tuple":5}',
    "['3']",
  ];
  for (const value of [...made, "[".repeat(5000), '{"$dict":5}', '{"$float":"x"}', "undefined", "None"]) {
    assert.equal(score(right, value), 0, String(value));
    assert.equal(score(value, "[3,4]"), 0, String(value));
  }
});

test("returns() is as loose as rows are, and no looser", () => {
  const dict = (...pairs: [string | bigint, bigint][]) => new Map<string | bigint, bigint>(pairs);
  assert.ok(returns("3", 3.0) && returns("3.0", 3n) && returns("0.30000000000000004", 0.3));
  assert.ok(returns('{"$float":"nan"}', NaN) && returns('{"$float":"-inf"}', -Infinity));
  assert.ok(returns('{"$tuple":[1,{"$tuple":[]}]}', [1n, []]));
  assert.ok(returns('{"$dict":[[1,2]]}', dict(["1", 2n])) && returns('{"1":2}', dict([1n, 2n])));
  assert.ok(returns("123456789012345678901234567890", 123456789012345678901234567890n));
  assert.ok(!returns("123456789012345678901234567891", 123456789012345678901234567890n));
  assert.ok(!returns("true", 1n) && !returns("1", true) && !returns('"1"', 1n) && !returns("0.31", 0.3));
  assert.ok(
    !returns('{"$set":[1]}', [1n]) && !returns("[1,2]", [1n]) && !returns("null", false) && !returns("[]", dict()),
  );
  assert.ok(!returns('{"$float":"inf"}', 1e308) && !returns("1", NaN));
});

test("solve() puts a program into a block that none of its lines closes", () => {
  for (const program of ["a = 1", "x = '''\n```\n'''\ny = 2", "`````\n```python", "~~~\n~~~"]) {
    const env = datasetEnvironment([{ ...PRINTS, program }]);
    const task = env.generate(SEED);
    const submission = env.submission!(task, `First\n\`\`\`python\nno\n\`\`\`\n${env.solve(task)}`);
    assert.equal(submission?.source, program);
  }
});

test("readProgramRows() keeps what is good, says what is not, and reads no further than it must", async () => {
  let read = 0;
  const row = new Map<string, string>(Object.entries({ prompt: "P", program: "print(1)", inputs: "", output: "1" }));
  const source: RowSource = {
    name: "rows",
    revision: "r",
    async *rows() {
      for (; read < 10; read++) {
        yield await Promise.resolve(
          read % 2 === 0 ? { at: `line ${read}`, row } : { at: `line ${read}`, problem: "Broken" },
        );
      }
    },
  };
  const some = await readProgramRows(source, 2);
  assert.deepEqual([some.rows.length, some.problems, read], [2, ["line 1: Broken"], 2]);
  assert.equal((await readProgramRows({ ...source, rows: () => (read = 0, source.rows()) })).rows.length, 5);
});
