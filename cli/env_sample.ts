/** Tasks of an environment for people and programs: the prompt, and on demand what it is checked with and a graded solution. @module */
import { sha256 } from "../core/base/hash.ts";
import { EnvError } from "../core/base/errors.ts";
import type { Environment, Grade, HiddenCheck, Task } from "../core/port/environment.ts";
import type { Sandbox } from "../core/port/sandbox.ts";
import { gradeAnswer } from "../core/flow/grading.ts";
import type { Print } from "./print.ts";
import { hint } from "./nearest.ts";

/** Which tasks, and what is shown of them. */
export interface SampleChoice {
  readonly level?: number;
  readonly generator?: string;
  /** Equal seeds give equal tasks. */
  readonly seed: string;
  readonly n: number;
  /** An answer that passes, too. */
  readonly solution: boolean;
  /** What answers are checked with, and the grade of the solution, too. */
  readonly solve: boolean;
  /** Runs what has to run for the grade; null where nothing has to. */
  readonly sandbox: Sandbox | null;
}

/** One task as data. */
interface Shown {
  readonly env: string;
  readonly version: string;
  readonly level: number;
  readonly generator: string;
  readonly prompt: string;
  readonly checks?: readonly HiddenCheck[];
  readonly solution?: string;
  readonly grade?: Grade;
}

/** Makes the tasks and prints each. @throws {EnvError} for a level or generator that there is not. */
export async function printSamples(print: Print, env: Environment, choice: SampleChoice): Promise<void> {
  checkChoice(env, choice);
  const { level, generator } = choice;
  const kind = { ...(level === undefined ? {} : { level }), ...(generator === undefined ? {} : { generator }) };
  for (let i = 0; i < choice.n; i++) {
    const task = env.generate(sha256(`af env sample ${choice.seed} ${i}`), kind);
    const shown = await look(env, task, choice);
    if (print.json) print.data(shown);
    else print.text(describe(shown, i));
  }
}

function checkChoice(env: Environment, { level, generator }: SampleChoice): void {
  if (level !== undefined && level >= env.levels.length) {
    throw new EnvError(`${env.id} has the levels 0 to ${env.levels.length - 1}, not ${level}`, { code: "usage" });
  }
  if (generator === undefined || env.generators.includes(generator)) return;
  const known = env.generators.join(", ");
  const guess = hint(generator, env.generators);
  throw new EnvError(`${env.id} has no generator ${JSON.stringify(generator)}${guess}; it has ${known}`, {
    code: "usage",
  });
}

async function look(env: Environment, task: Task, { solution, solve, sandbox }: SampleChoice): Promise<Shown> {
  const { version, level, generator, prompt } = task;
  const facts = { env: task.env, version, level, generator, prompt };
  if (!solve) return solution ? { ...facts, solution: env.solve(task) } : facts;
  const answer = env.solve(task);
  const checks = env.reveal?.(task);
  const grade = await gradeAnswer({ environment: env, task, answer }, sandbox);
  return { ...facts, ...(checks ? { checks } : {}), solution: answer, grade };
}

function describe({ env, level, generator, prompt, checks, solution, grade }: Shown, index: number): string {
  const parts = [`--- ${env} task ${index}, level ${level}, ${generator}`, prompt];
  for (const [i, { input, expected }] of (checks ?? []).entries()) {
    parts.push(
      `--- hidden case ${i + 1}, input`,
      input.trimEnd(),
      `--- hidden case ${i + 1}, expected`,
      expected.trimEnd(),
    );
  }
  if (solution !== undefined) parts.push("--- an answer that passes", solution);
  if (grade !== undefined) parts.push(`--- its grade: ${grade.score} (${grade.reason || grade.status})`);
  return parts.join("\n");
}
