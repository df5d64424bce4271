import assert from "node:assert/strict";
import { sha256 } from "../../core/base/hash.ts";
import type { Task } from "../../core/port/environment.ts";
import { ENDED_WELL } from "../../core/port/sandbox.ts";
import { abduction, type AbductionKey, wrongInput } from "./abduction.ts";
import { deduction, type DeductionKey, wrongProgram } from "./deduction.ts";
import { lastFence, lastInput } from "./fence.ts";
import { CASE_LIMITS } from "./limits.ts";
import { runHere } from "./stand_in.ts";

const PYTHON = ["", "python"];

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function programs(n: number): Task<DeductionKey>[] {
  return Array.from({ length: n }, (_, i) => deduction.generate(sha256(`answers ${i}`)));
}

function inputs(n: number): Task<AbductionKey>[] {
  return Array.from({ length: n }, (_, i) => abduction.generate(sha256(`answers ${i}`)));
}

function passes(task: Task<DeductionKey>, answer: string): number {
  const submission = deduction.submission!(task, answer);
  return submission === null ? 0 : deduction.grade(task, answer, runHere(submission)).score;
}

test("lastFence() takes the last block with a fitting tag", () => {
  const read = (text: string) => lastFence(text, PYTHON)?.code;
  assert.equal(read("no code"), undefined);
  assert.equal(read("```python\na\n```"), "a");
  assert.equal(read("```Python\r\na\r\nb\r\n```\r\ntext"), "a\nb");
  assert.equal(read("```\na\n```\n\n```python\nb\n```"), "b");
  assert.equal(read("```python\na\n```\nOutput:\n```text\n5\n```"), "a");
  assert.equal(read("~~~python\na\n```\n~~~"), "a\n```");
  assert.equal(read("````python\na\n```\nb\n````"), "a\n```\nb");
  assert.equal(read("1. Like this:\n   ```python\n   if a:\n       b\n   ```"), "if a:\n    b");
  // Cut off by the token limit: it runs to the end.
  assert.equal(read("```python\na\nb"), "a\nb");
  // A block that was never closed does not swallow the next one.
  assert.equal(read("```\nsome output\n\n```python\na\n```"), "a");
  assert.equal(read("`python` and ``` in a line\n```python\na\n```"), "a");
  assert.equal(lastFence("```js\na\n```", PYTHON), null);
  assert.deepEqual(lastFence("```ts\na\n```", ["ts"]), { tag: "ts", code: "a" });
});

test("lastInput() takes the last complete pair of tags", () => {
  assert.equal(lastInput("5"), null);
  assert.equal(lastInput("<INPUT>5"), null);
  assert.equal(lastInput("</INPUT>5<INPUT>"), null);
  assert.equal(lastInput("<INPUT>5</INPUT>"), "5\n");
  assert.equal(lastInput("<INPUT>\n1\r\n2\r\n</INPUT>"), "1\n2\n");
  assert.equal(lastInput("<INPUT>1</INPUT> or <INPUT>\n2\n</INPUT> or <INPUT>3"), "2\n");
  assert.equal(lastInput("<INPUT>1 <INPUT>2</INPUT> </INPUT>"), "2\n");
  assert.equal(lastInput("<INPUT>\n\n</INPUT>"), "\n");
  assert.equal(lastInput("<INPUT></INPUT>"), "\n");
  assert.equal(lastInput("<INPUT>\n a  b \n</INPUT>"), " a  b \n");
  assert.equal(lastInput("<INPUT>\n```\n5\n```\n</INPUT>"), "5\n");
  // The question's own words are no answer, wherever they stand.
  assert.equal(lastInput("Write it between <INPUT> and </INPUT>; only"), null);
  assert.equal(lastInput("between `<INPUT>` and `</INPUT>`"), null);
  assert.equal(lastInput("<INPUT>\n7\n</INPUT> stands between <INPUT> and </INPUT>."), "7\n");
  assert.equal(lastInput("<INPUT>\nand\n</INPUT>"), "and\n");
  assert.equal(lastInput("<INPUT> and </INPUT>".repeat(3000)), null);
  for (const text of ["<INPUT>".repeat(10_000), "</INPUT>".repeat(10_000), "<INPUT>\n".repeat(5000) + "</INPUT>"]) {
    lastInput(text);
  }
});

test("program/deduction passes the reference in the forms that models use", () => {
  for (const task of programs(25)) {
    const code = task.key.reference;
    for (
      const form of [
        `\`\`\`python\n${code}\`\`\``,
        `\`\`\`\n${code}\n\`\`\``,
        `Here is the program:\r\n\r\n\`\`\`py\r\n${code.replaceAll("\n", "\r\n")}\`\`\`\r\nIt reads the input first.`,
        `<think>\n\`\`\`python\nprint(0)\n\`\`\`\n</think>\n\n\`\`\`python3\n${code}\`\`\``,
        `\`\`\`python\n${code}`,
        `1. So:\n\n    \`\`\`python\n${code.replaceAll(/^/gm, "    ")}\n    \`\`\``,
      ]
    ) assert.equal(passes(task, form), 1, form);
    for (
      const form of [
        code,
        `\`\`\`js\n${code}\`\`\``,
        `\`\`\`python\n${code}\`\`\`\n\`\`\`python\nprint(0)\n\`\`\``,
        "```python\n\n```",
      ]
    ) {
      assert.equal(passes(task, form), 0, form);
    }
  }
});

test("a question that is copied is unparsable, and so is its last part", () => {
  for (const task of programs(25)) {
    assert.equal(deduction.grade(task, task.prompt).status, "unparsable", task.prompt);
  }
  for (const task of inputs(25)) {
    assert.equal(abduction.grade(task, task.prompt).status, "unparsable", task.prompt);
    assert.equal(abduction.grade(task, task.prompt.split("\n\n").at(-1)!).status, "unparsable");
  }
});

test("submission() has limits, and leaves the memory of the guest alone", () => {
  const task = programs(1)[0]!;
  const { limits } = deduction.submission!(task, deduction.solve(task))!;
  assert.deepEqual(limits, CASE_LIMITS);
  assert.ok(!("guestBytes" in CASE_LIMITS));
  assert.deepEqual(abduction.submission!(inputs(1)[0]!, "<INPUT>\n\u0663\n</INPUT>")!.limits, CASE_LIMITS);
});

test("program/abduction passes the hidden input in the forms that models use", () => {
  for (const task of inputs(25)) {
    const text = task.key.input;
    const forms = [
      `<INPUT>\n${text}</INPUT>`,
      `<INPUT>${text.trimEnd()}</INPUT>`,
      `I think of <INPUT>\n1\n</INPUT> first, but:\n**<INPUT>**\n<INPUT>\r\n${
        text.replaceAll("\n", "\r\n")
      }</INPUT> works.`,
      `<INPUT>\n\`\`\`\n${text}\`\`\`\n</INPUT>`,
    ];
    for (const form of forms) assert.equal(abduction.grade(task, form).score, 1, form);
    for (const form of [text, `<INPUT>\n${text}`, `${forms[0]}\n<INPUT>\nno\n</INPUT>`, `\`${text}\``]) {
      assert.equal(abduction.grade(task, form).score, 0, form);
    }
  }
});

test("program/abduction asks Python only where the evaluator does not know", () => {
  const task = inputs(1)[0]!;
  assert.equal(abduction.submission!(task, "no tags"), null);
  assert.equal(abduction.submission!(task, abduction.solve(task)), null);
  const odd = "<INPUT>\n\u0663\u0664\n</INPUT>";
  const submission = abduction.submission!(task, odd)!;
  assert.deepEqual(submission.cases, [{ kind: "stdin", stdin: "\u0663\u0664\n" }]);
  assert.equal(submission.source, task.key.source);
  assert.throws(() => abduction.grade(task, odd), TypeError);
  const ran = (stdout: string) => ({ kind: "ran" as const, cases: [{ ...ENDED_WELL, stdout }] });
  assert.equal(abduction.grade(task, odd, ran(task.key.output)).score, 1);
  assert.equal(abduction.grade(task, odd, ran("something else")).score, 0);
});

test("wrongProgram() and wrongInput() have the right form and fail", () => {
  for (const task of programs(40)) {
    const answer = wrongProgram(task, "salt");
    assert.equal(answer, wrongProgram(task, "salt"));
    assert.notEqual(deduction.submission!(task, answer), null);
    assert.equal(passes(task, answer), 0, answer);
  }
  for (const task of inputs(40)) {
    const answer = wrongInput(task, "salt");
    assert.equal(answer, wrongInput(task, "salt"));
    const { status, score } = abduction.grade(task, answer);
    assert.deepEqual({ status, score }, { status: "answered", score: 0 }, answer);
  }
});
