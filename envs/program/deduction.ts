/** The environment `program/deduction`: a specification and examples; the answer is a program that passes hidden cases. @module */
import { Random } from "../../core/base/random.ts";
import type { Environment, Grade, HiddenCheck, RequestShape, Task } from "../../core/port/environment.ts";
import type { ProgramCase, Submission, SubmissionResult } from "../../core/port/sandbox.ts";
import { draw, type DrawOptions } from "../mix.ts";
import { choose } from "./cases.ts";
import { compose, LEVELS, type Rejected, SLOTS } from "./compose.ts";
import { stdinOf, valuesOf } from "./draft.ts";
import { encode } from "./encode.ts";
import { lastFence } from "./fence.ts";
import { CASE_LIMITS } from "./limits.ts";
import { mutants } from "./mutants.ts";
import { print } from "./printer.ts";
import type { Probe, Sample } from "./probe.ts";
import { asked, functionText, scriptText } from "./prose.ts";
import { read } from "./read.ts";
import { runHere } from "./stand_in.ts";
import { repr } from "./values.ts";
import { type Expected, judge } from "./verdict.ts";

/** A hidden case: what runs, and what it must give. */
export interface HiddenCase {
  readonly run: ProgramCase;
  readonly expected: Expected;
}

/** What grading needs. */
export interface DeductionKey {
  /** A right program. */
  readonly reference: string;
  readonly cases: readonly HiddenCase[];
}

const ID = "program/deduction";
const VERSION = "1";
const REQUEST: RequestShape = { system: "", temperature: 0, maxTokens: 2048 };
const MIX = { id: ID, version: VERSION, slots: SLOTS };
const TAGS = ["", "python", "py", "python3"] as const;

/** Write a program from its specification. */
export const deduction: Environment<DeductionKey> = {
  id: ID,
  version: VERSION,
  title: "Write a Python program from its specification; hidden cases decide",
  levels: LEVELS,
  generators: [...new Set(SLOTS.map((slot) => slot.generator))],
  request: REQUEST,
  generate: (seed, options) => generateDeduction(seed, options),
  submission,
  grade,
  reveal: (task) => task.key.cases.map(hiddenCheck),
  spoil: wrongProgram,
  solve: (task) => `\`\`\`python\n${task.key.reference}\`\`\``,
};

/** Makes a task; `rejected` hears of every draft that was not taken. */
export function generateDeduction(
  seed: Uint8Array,
  options: DrawOptions = {},
  rejected?: Rejected,
): Task<DeductionKey> {
  const { level, generator, random } = draw(MIX, seed, options);
  return compose(generator, level, {
    random,
    rejected,
    style: () => random.int(0, 1) === 0 ? "stdin" : "call",
    attempt: (probe) => taskOf(probe, level, generator, random),
  });
}

function taskOf(probe: Probe, level: number, generator: string, random: Random): Task<DeductionKey> {
  const { examples, hidden } = choose(probe, random, level === 0 ? 2 : 3);
  const key = { reference: probe.source, cases: hidden.map((one) => hiddenCase(probe, one)) };
  return { env: ID, version: VERSION, level, generator, prompt: promptOf(probe, examples), key };
}

function hiddenCase({ draft, style }: Probe, { args, out }: Sample): HiddenCase {
  if (style === "stdin") {
    return { run: { kind: "stdin", stdin: stdinOf(draft, args) }, expected: { kind: "stdout", stdout: out } };
  }
  const list = `[${valuesOf(args).map(encode).join(",")}]`;
  return { run: { kind: "call", function: draft.name, args: list }, expected: { kind: "value", value: out } };
}

function hiddenCheck({ run, expected }: HiddenCase): HiddenCheck {
  return {
    input: run.kind === "stdin" ? run.stdin : `${run.function}${run.args.replace(/^\[/, "(").replace(/\]$/, ")")}`,
    expected: expected.kind === "stdout" ? expected.stdout : expected.value,
  };
}

function promptOf(probe: Probe, examples: readonly Sample[]): string {
  const { draft, style } = probe;
  const shown = examples.map(({ args, out }, i) => {
    if (style === "stdin") return `Example ${i + 1}, input:\n${stdinOf(draft, args)}Output:\n${out}`;
    const values = valuesOf(args);
    const run = probe.program.call(draft.name, valuesOf(args));
    return `${draft.name}(${values.map(repr).join(", ")}) returns ${
      run.kind === "ended" ? repr(run.value) : "nothing"
    }`;
  });
  const text = style === "stdin" ? scriptText(draft) : functionText(draft);
  const what = style === "stdin" ? "program" : "function";
  return `${text}\n\n${style === "stdin" ? shown.join("\n") : `Examples:\n${shown.join("\n")}\n`}\n` +
    `Answer with the whole ${what} in one \`\`\`python code block; only the last block counts.`;
}

function submission(task: Task<DeductionKey>, answer: string): Submission | null {
  const found = lastFence(answer, TAGS);
  // The question's own block, copied, is no answer.
  if (found === null || found.code.trim() === "" || task.prompt.startsWith(asked(found.code.trimEnd()))) return null;
  return {
    language: "python",
    source: `${found.code}\n`,
    cases: task.key.cases.map(({ run }) => run),
    limits: CASE_LIMITS,
  };
}

function grade(task: Task<DeductionKey>, answer: string, ran?: SubmissionResult): Grade {
  if (submission(task, answer) === null) {
    return { status: "unparsable", score: 0, reason: "The answer holds no code block with Python" };
  }
  if (ran === undefined) throw new TypeError("A program cannot be graded without what became of it");
  const { passed, reason } = judge(task.key.cases.map(({ expected }) => expected), ran);
  return { status: "answered", score: passed ? 1 : 0, reason };
}

/** An answer of the right form that fails: the reference with one mistake. Equal salts give equal answers. */
export function wrongProgram(task: Task<DeductionKey>, salt: string): string {
  const random = new Random(`af-wrong/${salt}/${task.prompt}`);
  for (const block of random.shuffle(mutants(read(task.key.reference)))) {
    const answer = `\`\`\`python\n${print(block)}\`\`\``;
    const ran = runHere(submission(task, answer)!);
    const outside = ran.kind === "ran" && ran.cases.some(({ exception }) => exception === "OutsideError");
    if (!outside && grade(task, answer, ran).score === 0) return answer;
  }
  return "```python\nprint()\n```";
}
