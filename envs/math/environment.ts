/** The environment `math`: exact whole-number problems of eight kinds. @module */
import type { Environment, Grade, RequestShape, Task } from "../../core/port/environment.ts";
import { finalInteger } from "../answer.ts";
import { draw, type DrawOptions } from "../mix.ts";
import { colouring } from "./colouring.ts";
import { congruence } from "./congruence.ts";
import type { Kind, Problem } from "./kind.ts";
import { linear } from "./linear.ts";
import { paths } from "./paths.ts";
import { recurrence } from "./recurrence.ts";
import { sequence } from "./sequence.ts";
import { strings } from "./strings.ts";
import { sum } from "./sum.ts";

/** What grading needs: the one right number, in decimal. */
export interface MathKey {
  readonly answer: string;
}

const VERSION = "1";
const KINDS: readonly Kind[] = [sum, sequence, congruence, recurrence, linear, paths, strings, colouring];
const MIX = {
  id: "math",
  version: VERSION,
  slots: KINDS.flatMap(({ name, weights }) =>
    Object.entries(weights).map(([level, weight]) => ({ level: Number(level), generator: name, weight }))
  ),
};
const REQUEST: RequestShape = { system: "", temperature: 0, maxTokens: 2048 };
const LEVELS: readonly string[] = [
  "one or two operations on two-digit numbers",
  "about 10 exact steps with numbers of up to three digits",
  "about 30 exact steps",
  "about 100 exact steps",
  "about 300 exact steps, numbers of up to 12 digits",
  "600 to 10,000 exact steps, numbers of up to 50 digits",
];

/** Exact whole-number problems; the answer's last line holds one number. */
export const math: Environment<MathKey> = {
  id: "math",
  version: VERSION,
  title: "Exact whole-number problems",
  levels: LEVELS,
  generators: KINDS.map((kind) => kind.name),
  request: REQUEST,
  generate,
  grade,
  solve,
};

function generate(seed: Uint8Array, options: DrawOptions = {}): Task<MathKey> {
  const { level, generator, random } = draw(MIX, seed, options);
  const kind = KINDS.find((one) => one.name === generator)!;
  let problem = kind.make(random, level);
  // A number that the question already shows would make the answer a copy.
  while (shows(problem)) problem = kind.make(random, level);
  const prompt = level === 0 ? problem.question : `${problem.question}\n\n${HOW}`;
  return { env: "math", version: VERSION, level, generator, prompt, key: { answer: String(problem.answer) } };
}

const HOW = "Work it out step by step. Write the result on the last line as `Answer: <integer>`.";

/** Whether the question already shows the answer as a number. */
function shows({ question, answer }: Problem): boolean {
  const digits = String(answer < 0n ? -answer : answer);
  return question.match(/\d+/g)?.some((number) => number === digits) ?? false;
}

function grade(task: Task<MathKey>, answer: string): Grade {
  const found = finalInteger(answer);
  if ("reason" in found) return { status: "unparsable", score: 0, reason: found.reason };
  return found.value === task.key.answer
    ? { status: "answered", score: 1, reason: "The number is right" }
    : { status: "answered", score: 0, reason: `The number ${found.value.slice(0, 60)} is wrong` };
}

function solve(task: Task<MathKey>): string {
  return `Answer: ${task.key.answer}`;
}
