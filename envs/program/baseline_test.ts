/** Answers that cost no thought earn at most 2 % in the program environments; and what every task has by construction. @module */
import assert from "node:assert/strict";
import { sha256 } from "../../core/base/hash.ts";
import type { Task } from "../../core/port/environment.ts";
import { abduction, type AbductionKey } from "./abduction.ts";
import { FEWEST_CASES, MOST_CASES } from "./cases.ts";
import { deduction, type DeductionKey } from "./deduction.ts";
import { CASE_LIMITS } from "./limits.ts";
import { runHere } from "./stand_in.ts";

const LIMIT = 0.02;

/** Tasks of each level; high levels are made more slowly. */
function tasks<Key>(generate: (seed: Uint8Array, options: { level: number }) => Task<Key>): Task<Key>[] {
  return [200, 200, 100, 60, 60, 60].flatMap((count, level) =>
    Array.from({ length: count }, (_, i) => generate(sha256(`no thought ${i}`), { level }))
  );
}

function holds(rules: Readonly<Record<string, number>>, count: number): void {
  for (const [name, passed] of Object.entries(rules)) {
    assert.ok(passed / count <= LIMIT, `${name}: ${passed} of ${count} = ${(100 * passed / count).toFixed(2)} %`);
  }
}

Deno.test({
  name: "program/abduction: empty and shown inputs, the output itself and inputs of other tasks stay under 2 %",
  permissions: "none",
  fn() {
    const list = tasks<AbductionKey>(abduction.generate);
    const rules: Record<string, (task: Task<AbductionKey>, i: number) => string> = {
      empty: () => "",
      zero: () => "0\n0\n0\n",
      output: ({ key }) => key.output,
      "output as lines": ({ key }) => `${key.output.trim().split("\n").length}\n${key.output}`,
      "numbers of the prompt": ({ prompt }) => (prompt.match(/-?\d+/g) ?? []).join(" "),
      "numbers of the prompt, one a line": ({ prompt }) => (prompt.match(/-?\d+/g) ?? []).join("\n"),
      // Someone who knows how inputs look, but does not think about the program.
      "input of another task": ({ generator, level }, i) =>
        list.findLast((other, j) => j !== i && other.generator === generator && other.level === level)?.key.input ?? "",
      "last word of the program": ({ key }) => key.source.trim().split(/\W+/).at(-2) ?? "",
    };
    const passed = Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [
        name,
        list.reduce((sum, task, i) => sum + abduction.grade(task, `<INPUT>\n${rule(task, i)}\n</INPUT>`).score, 0),
      ]),
    );
    holds(passed, list.length);
  },
});

/** A program that gives a constant, whatever comes in. */
function constant(task: Task<DeductionKey>, value: string): string {
  const call = head(task);
  return call === null
    ? `print(${JSON.stringify(value)})`
    : `def ${call}:\n    return ${value === "" ? "None" : value}`;
}

/** The head of the function that a prompt asks for. */
function head(task: Task<DeductionKey>): string | null {
  return /^Write a Python function with this signature:\n\n```python\ndef (.*):\n```\n\n/.exec(task.prompt)?.[1] ??
    null;
}

interface Example {
  readonly input: string;
  readonly output: string;
}

function examples(task: Task<DeductionKey>): Example[] {
  const call = head(task);
  if (call === null) {
    return [...task.prompt.matchAll(/Example \d+, input:\n([\s\S]*?)Output:\n([\s\S]*?)\n(?=\n)/g)]
      .map(([, input, output]) => ({ input: input!, output: output! }));
  }
  const name = call.slice(0, call.indexOf("("));
  return [...task.prompt.matchAll(new RegExp(`^${name}\\((.*)\\) returns (.*)$`, "gm"))]
    .map(([, input, output]) => ({ input: input!, output: output! }));
}

/** A program that knows the examples and nothing else. */
function table(task: Task<DeductionKey>): string {
  const call = head(task);
  if (call === null) {
    const rows = examples(task).map(({ input, output }) =>
      `${JSON.stringify(input.split("\n")[0])}: ${JSON.stringify(output)}`
    );
    return `table = {${rows.join(", ")}}\nprint(table.get(input(), ""))`;
  }
  const params = call.slice(call.indexOf("(") + 1, -1);
  const rows = examples(task).map(({ input, output }) => `    if [${params}] == [${input}]:\n        return ${output}`);
  return `def ${call}:\n${rows.join("\n")}\n    return 0`;
}

Deno.test({
  name: "program/deduction: constants, echoes and tables of the examples stay under 2 %",
  permissions: "none",
  fn() {
    const list = tasks<DeductionKey>(deduction.generate);
    const rules: Record<string, (task: Task<DeductionKey>) => string> = {
      "constant 0": (task) => constant(task, "0"),
      "nothing": (task) => constant(task, ""),
      "output of the first example": (task) => constant(task, examples(task)[0]!.output),
      "table of the examples": table,
      "echo": (task) => {
        const call = head(task);
        return call === null
          ? "print(input())"
          : `def ${call}:\n    return ${call.slice(call.indexOf("(") + 1, -1).split(",")[0]}`;
      },
    };
    const passed = Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [
        name,
        list.reduce((sum, task) => {
          const answer = `\`\`\`python\n${rule(task)}\n\`\`\``;
          return sum + deduction.grade(task, answer, runHere(deduction.submission!(task, answer)!)).score;
        }, 0),
      ]),
    );
    holds(passed, list.length);
    // The table is a program that works: it passes what it knows.
    for (const task of list.slice(0, 100)) {
      const known = examples(task);
      assert.ok(known.length >= 2, task.prompt);
    }
    for (const { prompt, key } of list) {
      assert.ok(key.cases.length >= FEWEST_CASES && key.cases.length <= MOST_CASES, prompt);
      assert.equal(new Set(key.cases.map(({ run }) => JSON.stringify(run))).size, key.cases.length, prompt);
      for (const { expected } of key.cases) {
        const text = expected.kind === "stdout" ? expected.stdout : expected.value;
        assert.ok(new TextEncoder().encode(text).length < CASE_LIMITS.outputBytes / 4, prompt);
      }
      assert.ok(new Set(key.cases.map(({ expected }) => JSON.stringify(expected))).size >= 3, prompt);
      // No example is a hidden case.
      for (const { run } of key.cases) {
        if (run.kind === "stdin") assert.ok(!prompt.includes(`input:\n${run.stdin}Output:`), prompt);
      }
    }
    assert.equal(new Set(list.map(({ prompt }) => prompt)).size, list.length);
  },
});
