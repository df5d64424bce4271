/** The environment `program/abduction`: a program and its output; the answer is an input that produces it. @module */
import { Random } from "../../core/base/random.ts";
import type { Environment, Grade, RequestShape, Task } from "../../core/port/environment.ts";
import type { Submission, SubmissionResult } from "../../core/port/sandbox.ts";
import { draw, type DrawOptions } from "../mix.ts";
import { ABDUCTION_SLOTS, compose, LEVELS, type Rejected } from "./compose.ts";
import { stdinOf } from "./draft.ts";
import { load } from "./evaluate.ts";
import { lastInput } from "./fence.ts";
import { CASE_LIMITS } from "./limits.ts";
import { guesses } from "./guesses.ts";
import type { Probe, Rejection } from "./probe.ts";
import { read } from "./read.ts";
import { judge, sameOutput } from "./verdict.ts";

/** What grading needs. */
export interface AbductionKey {
  readonly source: string;
  readonly output: string;
  /** An input that produces the output. */
  readonly input: string;
}

const ID = "program/abduction";
const VERSION = "1";
const REQUEST: RequestShape = { system: "", temperature: 0, maxTokens: 2048 };
const MIX = { id: ID, version: VERSION, slots: ABDUCTION_SLOTS };
/** Inputs that the differential test covers: printable ASCII and line ends. */
const PLAIN = /^[\n\x20-\x7e]*$/;
/** Digits of the program and characters of the output that an easy task has at least; words repeat sooner than numbers. */
const LEAST_SIGNS = { text: 30, other: 10 } as const;
const LONGEST_PLAIN = 10_000;

/** Find an input for a program and its output. */
export const abduction: Environment<AbductionKey> = {
  id: ID,
  version: VERSION,
  title: "Find an input for which a program prints a given output",
  levels: LEVELS,
  generators: [...new Set(ABDUCTION_SLOTS.map((slot) => slot.generator))],
  request: REQUEST,
  generate: (seed, options) => generateAbduction(seed, options),
  submission,
  grade,
  spoil: wrongInput,
  solve: (task) => `<INPUT>\n${task.key.input}</INPUT>`,
};

/** Makes a task; `rejected` hears of every draft that was not taken. */
export function generateAbduction(
  seed: Uint8Array,
  options: DrawOptions = {},
  rejected?: Rejected,
): Task<AbductionKey> {
  const { level, generator, random } = draw(MIX, seed, options);
  return compose(generator, level, {
    random,
    rejected,
    style: () => "stdin",
    attempt: (probe) => taskOf(probe, level, generator, random),
  });
}

function taskOf(probe: Probe, level: number, generator: string, random: Random): Task<AbductionKey> | Rejection {
  const { args, out } = random.pick(probe.typical);
  if (out.trim() === "") return "empty";
  // A short program with few constants and a short output, or one that says the same again and again: the task would come twice.
  const told = [...new Set(out.trim().split(/\s+/))].join(" ").length;
  if (
    level <= 1 &&
    (probe.source.match(/\d/g) ?? []).length + told < LEAST_SIGNS[generator === "text" ? "text" : "other"]
  ) {
    return "constant";
  }
  const input = stdinOf(probe.draft, args);
  for (const guess of guesses(probe, out, random)) {
    if (guess === input) return "guessable";
    const run = probe.program.stdin(guess);
    if (run.kind === "ended" && sameOutput(run.stdout, out)) return "guessable";
  }
  const key = { source: probe.source, output: out, input };
  return { env: ID, version: VERSION, level, generator, prompt: promptOf(key), key };
}

function promptOf({ source, output }: AbductionKey): string {
  return `Find an input for which this Python program prints the output below.\n\n\`\`\`python\n${source}\`\`\`\n\n` +
    `Output:\n\`\`\`\n${output.trimEnd()}\n\`\`\`\n\n` +
    "The program reads the input from standard input. Any input counts for which it ends without an error and prints exactly " +
    "this output. Write the input, line by line, between <INPUT> and </INPUT>; only the last pair of tags counts.";
}

/** What the evaluator says of an answer: null where only Python can say. */
function known(task: Task<AbductionKey>, input: string): Grade | null {
  if (!PLAIN.test(input) || input.length > LONGEST_PLAIN) return null;
  const run = load(read(task.key.source)).stdin(input);
  if (run.kind === "outside") return null;
  if (run.kind === "raised") {
    return { status: "answered", score: 0, reason: `With this input the program ends with ${run.exception}` };
  }
  return sameOutput(run.stdout, task.key.output)
    ? { status: "answered", score: 1, reason: "The input produces the output" }
    : { status: "answered", score: 0, reason: "With this input the program prints another output" };
}

function submission(task: Task<AbductionKey>, answer: string): Submission | null {
  const input = lastInput(answer);
  if (input === null || known(task, input) !== null) return null;
  return { language: "python", source: task.key.source, cases: [{ kind: "stdin", stdin: input }], limits: CASE_LIMITS };
}

function grade(task: Task<AbductionKey>, answer: string, ran?: SubmissionResult): Grade {
  const input = lastInput(answer);
  if (input === null) {
    return { status: "unparsable", score: 0, reason: "The answer holds no pair of the tags <INPUT> and </INPUT>" };
  }
  const decided = known(task, input);
  if (decided !== null) return decided;
  if (ran === undefined) {
    throw new TypeError("An input outside of plain text cannot be graded without what became of it");
  }
  const { passed, reason } = judge([{ kind: "stdout", stdout: task.key.output }], ran);
  return { status: "answered", score: passed ? 1 : 0, reason };
}

/** An answer of the right form that fails: the hidden input with one change. Equal salts give equal answers. */
export function wrongInput(task: Task<AbductionKey>, salt: string): string {
  const random = new Random(`af-wrong/${salt}/${task.prompt}`);
  for (let i = 0; i < 50; i++) {
    const at = random.int(0, task.key.input.length - 1);
    const sign = random.pick([..."0123456789abcdefghij"]);
    const answer = `<INPUT>\n${task.key.input.slice(0, at)}${sign}${task.key.input.slice(at + 1).trimEnd()}\n</INPUT>`;
    const decided = known(task, lastInput(answer)!);
    if (decided !== null && decided.score === 0) return answer;
  }
  return "<INPUT>\n</INPUT>";
}
