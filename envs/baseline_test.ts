/**
 * Answers that cost no thought must earn nothing: guesses, constants, and what can be read off a prompt by counting.
 * The limit is 2 % in every environment, level and generator; measured over many tasks of each.
 * @module
 */
import assert from "node:assert/strict";
import { sha256 } from "../core/base/hash.ts";
import { Random } from "../core/base/random.ts";
import type { Environment, Task } from "../core/port/environment.ts";
import { logic } from "./logic/environment.ts";
import { math } from "./math/environment.ts";

/** Tasks of an easy level; a hard one, where nothing is near the limit, gets a quarter. */
const TASKS = 2000;
const LIMIT = 0.02;

function each(env: Environment, generator: string, level: number): Task[] | undefined {
  try {
    return Array.from(
      { length: level < 3 ? TASKS : TASKS / 4 },
      (_, i) => env.generate(sha256(`baseline ${i}`), { level, generator }),
    );
  } catch {
    return undefined; // This generator does not have the level.
  }
}

/** Share of tasks that an answering rule passes. */
function share(env: Environment, tasks: readonly Task[], rule: (task: Task, i: number) => string): number {
  return tasks.reduce((sum, task, i) => sum + env.grade(task, rule(task, i)).score, 0) / tasks.length;
}

function assignment(values: readonly boolean[]): string {
  return values.map((value, i) => `x${i + 1}=${value ? "True" : "False"}`).join(", ");
}

/** How often each variable stands plain, minus how often negated: read from the prompt. */
function polarity(task: Task): number[] {
  const balance: number[] = [];
  const [, body = ""] = task.prompt.split("\n\n");
  for (const [, not, name] of body.matchAll(/(not )?x(\d+)/g)) {
    balance[Number(name) - 1] = (balance[Number(name) - 1] ?? 0) + (not ? -1 : 1);
  }
  return Array.from(balance, (value) => value ?? 0);
}

for (const level of logic.levels.keys()) {
  Deno.test({
    name: `logic level ${level}: constants, random values and the majority of literals stay under 2 %`,
    permissions: "none",
    fn() {
      const tasks = each(logic as Environment, "sat", level)!;
      const random = new Random(`guess ${level}`);
      const coin = () => random.int(0, 1) === 1;
      const rules: Record<string, (balance: number[]) => boolean[]> = {
        "all True": (b) => b.map(() => true),
        "all False": (b) => b.map(() => false),
        "alternating": (b) => b.map((_, i) => i % 2 === 0),
        "random": (b) => b.map(coin),
        "majority, ties True": (b) => b.map((value) => value >= 0),
        "majority, ties random": (b) => b.map((value) => value > 0 || (value === 0 && coin())),
        "minority": (b) => b.map((value) => value < 0),
      };
      for (const [name, rule] of Object.entries(rules)) {
        const passed = share(logic as Environment, tasks, (task) => assignment(rule(polarity(task))));
        assert.ok(passed <= LIMIT, `${name}: ${(100 * passed).toFixed(2)} %`);
      }
      // The planted values do not lean to the majority either: agreement is a coin's, within 4 standard deviations.
      let agree = 0;
      let all = 0;
      for (const task of tasks) {
        const planted = (task.key as { planted: boolean[] }).planted;
        for (const [i, value] of polarity(task).entries()) {
          if (value === 0) continue;
          all++;
          if (planted[i] === value > 0) agree++;
        }
      }
      assert.ok(Math.abs(agree - all / 2) <= 2 * Math.sqrt(all) + 1, `${agree} of ${all} agree`);
    },
  });
}

for (const generator of math.generators) {
  Deno.test({
    name: `math/${generator}: the best constant, random numbers and numbers of the prompt stay under 2 %`,
    permissions: "none",
    fn() {
      for (const level of math.levels.keys()) {
        const tasks = each(math as Environment, generator, level);
        if (tasks === undefined) continue;
        const answers = tasks.map((task) => Number((task.key as { answer: string }).answer));
        const counts = new Map<number, number>();
        for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
        const random = new Random(`guess ${generator} ${level}`);
        const shown = (task: Task) => task.prompt.match(/\d+/g)!.map(Number);
        const shares: Record<string, number> = {
          // Chosen with hindsight: no constant does better.
          "best constant": Math.max(...counts.values()) / tasks.length,
          // A guesser who knows how answers of this kind are distributed.
          "another task's answer": share(math as Environment, tasks, () => `Answer: ${BigInt(random.pick(answers))}`),
          "a number of the prompt": share(math as Environment, tasks, (t) => `Answer: ${random.pick(shown(t))}`),
          "sum of two numbers of the prompt, not in a sum": generator === "sum"
            ? 0
            : share(math as Environment, tasks, (t) => `Answer: ${random.pick(shown(t)) + random.pick(shown(t))}`),
          "last number and a guessed step": share(
            math as Environment,
            tasks,
            (t) => `Answer: ${shown(t).at(-1)! + random.int(-40, 40)}`,
          ),
        };
        for (const [name, passed] of Object.entries(shares)) {
          assert.ok(passed <= LIMIT, `level ${level}, ${name}: ${(100 * passed).toFixed(2)} %`);
        }
      }
    },
  });
}
