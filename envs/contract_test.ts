/** What every environment must do, whatever it asks. @module */
import assert from "node:assert/strict";
import { EnvError } from "../core/base/errors.ts";
import { sha256 } from "../core/base/hash.ts";
import { Random } from "../core/base/random.ts";
import type { Environment, Grade, Task } from "../core/port/environment.ts";
import { type CaseResult, DEFAULT_LIMITS } from "../core/port/sandbox.ts";
import { runHere } from "./program/stand_in.ts";
import { environments } from "./registry.ts";

function seed(name: string): Uint8Array {
  return sha256(`contract ${name}`);
}

/** How many tasks a test takes of an environment: programs take longer to make. */
function many(env: Environment, n: number): number {
  return env.submission ? Math.ceil(n * 2 / 15) : n;
}

/** The grade of an answer; what has to run is run by the evaluator of small programs. */
function graded(env: Environment, task: Task, answer: string): Grade {
  const submission = env.submission?.(task, answer) ?? null;
  return submission === null ? env.grade(task, answer) : env.grade(task, answer, runHere(submission));
}

const made = new Map<string, Task[]>();

/** Tasks drawn by the mix; every test of an environment begins with the same ones, so each is made once. */
function tasks(env: Environment, n: number): Task[] {
  const list = made.get(env.id) ?? [];
  made.set(env.id, list);
  while (list.length < n) list.push(env.generate(seed(String(list.length))));
  return list.slice(0, n);
}

/** Kinds of task (level and generator) of an environment, as it names them in tasks. */
function kinds(env: Environment): { level: number; generator: string }[] {
  const found: { level: number; generator: string }[] = [];
  for (const generator of env.generators) {
    for (const level of env.levels.keys()) {
      try {
        env.generate(seed("kind"), { level, generator });
        found.push({ level, generator });
      } catch (error) {
        assert.ok(error instanceof EnvError, String(error));
      }
    }
  }
  return found;
}

function test(env: Environment, what: string, fn: () => void): void {
  Deno.test({ name: `${env.id}: ${what}`, permissions: "none", fn });
}

/** Answers that are meant to break a parser, with what they try. */
function hostile(): Record<string, string> {
  const long = 10_000_000;
  return {
    "empty": "",
    "blank": " \n\t\r\n ",
    "10 MB of one digit": "1".repeat(long),
    "10 MB of spaces": " ".repeat(long) + "x",
    "10 MB of lines": "\n".repeat(long),
    "10 MB of assignments": "x1=True, ".repeat(long / 9),
    "10 MB of half assignments": "x1".repeat(long / 2),
    "10 MB of answers": "Answer: ".repeat(long / 8),
    "10 MB of boxes": "\\boxed{".repeat(long / 7),
    "10 MB of equal signs": "=".repeat(long) + "x",
    "10 MB of markdown": "*_`#".repeat(long / 4),
    "10 MB of commas": "1,".repeat(long / 2),
    "10 MB of signs": "- ".repeat(long / 2),
    "10 MB of moduli": "(mod ".repeat(long / 5),
    "10 MB of fences": "```\n".repeat(long / 4),
    "half a pair": "Answer: \ud800",
    "control characters": "\u0000\u0001\u001b[31mAnswer: \u202e12",
    "prototype": "__proto__ constructor x-1=True x0=True x9999=True",
    "numbers that are not": "Answer: NaN, Infinity, 1e999, 0x10, 1/0, ∞, ٣",
    "a long sign": `Answer: ${"-".repeat(1000)}5`,
  };
}

for (const env of environments) {
  test(env, "generate() is a function of the seed", () => {
    for (const [i, task] of tasks(env, many(env, 100)).entries()) {
      assert.deepEqual(env.generate(seed(String(i))), task);
      // A task asked for by its kind is the one that the mix makes.
      assert.deepEqual(env.generate(seed(String(i)), { level: task.level, generator: task.generator }), task);
      assert.equal(task.env, env.id);
      assert.equal(task.version, env.version);
    }
    assert.equal(new Set(tasks(env, many(env, 100)).map((task) => task.prompt)).size, many(env, 100));
  });

  test(env, "every level and generator is reached from seeds", () => {
    const all = kinds(env);
    const seen = new Set<string>();
    // No more than it takes: making tasks is most of the time of these tests.
    for (let n = 1; n <= many(env, 3000) && (seen.size < all.length || n <= many(env, 400)); n++) {
      const task = tasks(env, n).at(-1)!;
      seen.add(`${task.level} ${task.generator}`);
    }
    assert.deepEqual([...seen].sort(), all.map(({ level, generator }) => `${level} ${generator}`).sort());
    for (const level of env.levels.keys()) assert.ok(all.some((kind) => kind.level === level), `level ${level}`);
    for (const generator of env.generators) assert.ok(all.some((kind) => kind.generator === generator), generator);
  });

  test(env, "generate() refuses a seed of another length and a kind that does not exist", () => {
    assert.throws(() => env.generate(new Uint8Array(31)), RangeError);
    assert.throws(() => env.generate(seed("x"), { level: env.levels.length }), /has no level/);
    assert.throws(() => env.generate(seed("x"), { level: 0.5 }), EnvError);
    assert.throws(() => env.generate(seed("x"), { generator: "nothing" }), /has no generator nothing; it has/);
  });

  test(env, "grade() passes solve() and fails another task's answer", () => {
    const list = tasks(env, many(env, 1000));
    let passed = 0;
    for (const [i, task] of list.entries()) {
      assert.equal(graded(env, task, env.solve(task)).score, 1, task.prompt);
      // The next task of the same kind, so that the answer has the right form.
      const other = list.find((one, j) => j !== i && one.level === task.level && one.generator === task.generator);
      if (other === undefined) continue;
      passed += graded(env, task, env.solve(other)).score;
    }
    // Chance alone lets a few through: another solution of a small formula, equal sums.
    assert.ok(passed <= list.length / 100, `${passed} of ${list.length} pass with another task's answer`);
  });

  test(env, "the prompt never holds the key", () => {
    for (const task of tasks(env, many(env, 400))) {
      const answer = env.solve(task).replace(/^Answer: /, "");
      const shows = env.submission
        ? task.prompt.includes(answer.split("\n").slice(1, -1).join("\n"))
        : new RegExp(`(?<!\\d)${answer}(?!\\d)`).test(task.prompt);
      assert.ok(!shows, `${answer}\n${task.prompt}`);
      for (const line of task.prompt.split("\n")) assert.equal(graded(env, task, line).score, 0, line);
      assert.equal(graded(env, task, task.prompt).score, 0, task.prompt);
    }
  });

  test(env, "grade() never throws and reads only an answer's end", () => {
    const task = env.generate(seed("hostile"));
    for (const [what, answer] of Object.entries(hostile())) {
      const grade = graded(env, task, answer);
      assert.equal(grade.score, 0, what);
      assert.ok(grade.reason.length < 300 && !grade.reason.includes("\n"), what);
      // The same text before a right answer does not hide it, unless the text is on the answer's own line.
      assert.equal(graded(env, task, `${answer}\n\n${env.solve(task)}`).score, 1, what);
    }
  });

  test(env, "grade() never throws on random text", () => {
    const random = new Random("fuzz");
    const pieces = [
      ..."0123456789x=:,.-+*_`#$\\{}()[] \n\t",
      "Answer",
      "True",
      "False",
      "boxed{",
      " is ",
      "mod",
      "≡",
      "−",
      "x1=True",
      "```",
      "python\n",
      "print(input())",
      "<INPUT>",
      "</INPUT>",
    ];
    const task = env.generate(seed("fuzz"));
    for (let i = 0; i < 2000; i++) {
      const text = Array.from({ length: random.int(0, 60) }, () => random.pick(pieces)).join("");
      const grade = graded(env, task, text);
      assert.ok(["answered", "unparsable"].includes(grade.status));
      if (grade.status === "unparsable") assert.equal(grade.score, 0);
    }
  });

  // Programs have forms of their own: envs/program/answer_test.ts.
  if (!env.submission) {
    test(env, "grade() takes the forms that models use", () => {
      for (const task of tasks(env, 60)) {
        const right = env.solve(task).replace(/^Answer: /, "");
        const forms = [
          right,
          `Answer: ${right}`,
          `answer: ${right}.`,
          `**Answer:** ${right}`,
          `**Answer: ${right}**`,
          `Answer: **${right}**`,
          `### Final answer\n\n${right}`,
          `The answer is ${right}.`,
          `Answer:\n\`\`\`\n${right}\n\`\`\``,
          `\`\`\`text\n${right}\n\`\`\``,
          `Answer: \`${right}\``,
          `Answer: $${right}$`,
          `\\[\n\\boxed{${right}}\n\\]`,
          `So the result is $\\boxed{${right}}$.`,
          `First I tried 12 and x1=True, then 5.\nThat was wrong.\r\n\r\nAnswer: ${right}\r\n`,
          `<think>\nx1=False? 3 + 4 = 7\n</think>\n\nAnswer: ${right}`,
        ];
        for (const form of forms) assert.equal(graded(env, task, form).score, 1, form);
      }
    });
  }

  test(env, "only the last answer counts", () => {
    const list = tasks(env, 60);
    for (const [i, task] of list.entries()) {
      const right = env.solve(task);
      // Another task's answer of the same form, as it is graded here: answered, and wrong.
      const wrong = env.solve(
        list.find((other, j) =>
          j !== i && other.level === task.level && graded(env, task, env.solve(other)).score === 0 &&
          graded(env, task, env.solve(other)).status === "answered"
        ) ?? list[(i + 1) % 60]!,
      );
      assert.equal(graded(env, task, `${right}\n${wrong}`).score, 0);
      assert.equal(graded(env, task, `${wrong}\n${right}`).score, 1);
      if (env.submission) continue;
      const [a, b] = [right, wrong].map((text) => text.replace(/^Answer: /, ""));
      for (const list of [`${a}, ${b}`, `${b}, ${a}`, `${a} or ${b}`, `${b} or ${a}`, `${a} ${a}`]) {
        assert.equal(graded(env, task, list).score, 0, list);
        assert.equal(graded(env, task, `Answer: ${list}`).score, 0, list);
      }
    }
  });
}

for (const env of environments.filter((one) => one.submission)) {
  test(
    env,
    "submission() holds what runs and never what is expected, and grade() wants to know what became of it",
    () => {
      for (const task of tasks(env, 60)) {
        const submission = env.submission!(task, env.solve(task));
        if (submission === null) continue;
        const { limits = {}, ...rest } = submission;
        assert.deepEqual(Object.keys(rest).sort(), ["cases", "language", "source"]);
        for (const name of Object.keys(limits)) assert.ok(Object.hasOwn(DEFAULT_LIMITS, name), name);
        for (const one of submission.cases) {
          assert.deepEqual(
            Object.keys(one).sort(),
            one.kind === "stdin" ? ["kind", "stdin"] : ["args", "function", "kind"],
          );
        }
        assert.throws(() => env.grade(task, env.solve(task)), TypeError);
        const ran = runHere(submission) as { kind: "ran"; cases: CaseResult[] };
        assert.throws(() => env.grade(task, env.solve(task), { ...ran, cases: ran.cases.slice(1) }), EnvError);
        // One case that goes wrong is enough to fail.
        const spoiled = ran.cases.with(task.level % ran.cases.length, { ...ran.cases[0]!, exit: 1 });
        assert.equal(env.grade(task, env.solve(task), { ...ran, cases: spoiled }).score, 0);
        assert.equal(env.grade(task, env.solve(task), { kind: "refused", reason: "Too long" }).score, 0);
      }
    },
  );
}
