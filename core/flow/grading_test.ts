/** Tests of core/flow/grading.ts. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { RoomError, SandboxError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { Task } from "../port/environment.ts";
import type { SubmissionResult } from "../port/sandbox.ts";
import { FakeClock, FakeSandbox, numberEnv, printed, programEnv } from "./fake_test.ts";
import { gradeAnswer, Grader } from "./grading.ts";

const env = programEnv("program");

function task(name: string): Task<number> {
  return env.generate(sha256(name));
}

function grader(sandbox: FakeSandbox, options: { clock?: FakeClock; signal?: AbortSignal; log?: string[] } = {}) {
  return new Grader({
    sandbox,
    clock: options.clock ?? new FakeClock(),
    gatherMs: 0,
    signal: options.signal ?? new AbortController().signal,
    log: (level, text) => options.log?.push(`${level} ${text}`),
  });
}

Deno.test({
  name: "gradeAnswer() runs what an answer needs, needs no sandbox where nothing runs, and passes nothing unrun",
  permissions: "none",
  async fn() {
    const sandbox = new FakeSandbox();
    const right = task("a");
    const answered = { environment: env, task: right, answer: String(right.key), contender: "c" };
    equal((await gradeAnswer(answered, sandbox)).score, 1);
    equal((await gradeAnswer({ ...answered, answer: String(right.key + 1) }, sandbox)).score, 0);
    deepEqual(sandbox.batches.map((batch) => [batch.contender, batch.submissions.length]), [["c", 1], ["c", 1]]);
    await rejects(gradeAnswer(answered, null), TypeError);
    const environment = numberEnv("plain");
    const plain = environment.generate(sha256("b"));
    equal((await gradeAnswer({ environment, task: plain, answer: String(plain.key) }, null)).score, 1);
  },
});

Deno.test({
  name: "Grader.grade() runs a program before it is graded, and runs nothing where there is nothing to run",
  permissions: "none",
  async fn() {
    const sandbox = new FakeSandbox();
    const right = task("a");
    equal((await grader(sandbox).grade("c", env, right, String(right.key))).score, 1);
    equal((await grader(sandbox).grade("c", env, right, String(right.key + 1))).score, 0);
    equal(sandbox.batches.length, 2);
    const plain = numberEnv("plain").generate(sha256("b"));
    equal((await grader(sandbox).grade("c", numberEnv("plain"), plain, String(plain.key))).score, 1);
    equal(sandbox.batches.length, 2);
  },
});

Deno.test({
  name: "Grader.grade() puts what waits into batches of one contender, never two in one, the longest waiter first",
  permissions: "none",
  async fn() {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const sandbox = new FakeSandbox({
      parallel: 2,
      async run(batch) {
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
        return batch.submissions.map(({ source }) => printed(source));
      },
    });
    const one = grader(sandbox);
    const asked: { who: string; grade: Promise<{ score: 0 | 1 }>; isRight: boolean }[] = [];
    for (let i = 0; i < 120; i++) {
      const who = ["a", "b", "c"][i % 3]!;
      const right = task(String(i));
      const isRight = i % 7 !== 0;
      asked.push({ who, isRight, grade: one.grade(who, env, right, String(right.key + (isRight ? 0 : 1))) });
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    gate.resolve();
    for (const { grade, isRight } of asked) equal((await grade).score, isRight ? 1 : 0);
    equal(most, 2);
    deepEqual(sandbox.batches.slice(0, 3).map((batch) => batch.contender), ["a", "b", "c"]);
    equal(sandbox.batches.reduce((sum, batch) => sum + batch.submissions.length, 0), 120);
    ok(sandbox.batches.length < 12, `${sandbox.batches.length} batches`);
    ok(sandbox.batches.every((batch) => batch.submissions.length <= 50));
    for (const batch of sandbox.batches) {
      const own = new Set(asked.flatMap(({ who }, i) => who === batch.contender ? [String(task(String(i)).key)] : []));
      ok(batch.submissions.every(({ source }) => own.has(source) || own.has(String(Number(source) - 1))));
    }
  },
});

Deno.test({
  name: "Grader.grade() runs a batch again when the sandbox fails, so that no failure of ours is a score",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const log: string[] = [];
    const sandbox = new FakeSandbox({
      run: (batch, count) =>
        count < 4
          ? Promise.reject(new RoomError("The broker is gone", { retryable: true }))
          : Promise.resolve(batch.submissions.map(({ source }) => printed(source))),
    });
    const right = task("x");
    equal((await grader(sandbox, { clock, log }).grade("c", env, right, String(right.key))).score, 1);
    equal(sandbox.batches.length, 4);
    equal(clock.now(), 7_000);
    equal(log.length, 3);
  },
});

Deno.test({
  name: "Grader.grade() rejects for a failure that no new try mends, and for results that do not belong to the batch",
  permissions: "none",
  async fn() {
    const none = new SandboxError("There is no engine", { code: "no_engine" });
    await rejects(grader(new FakeSandbox({ run: () => Promise.reject(none) })).grade("c", env, task("x"), "1"), none);
    const results: SubmissionResult[] = [];
    const short = new FakeSandbox({ run: () => Promise.resolve(results) });
    await rejects(grader(short).grade("c", env, task("x"), "1"), /0 results for 1/);
  },
});

Deno.test({
  name: "Grader.grade() ends at once when the work is parked",
  permissions: "none",
  async fn() {
    const stop = new AbortController();
    const sandbox = new FakeSandbox({ run: () => new Promise(() => {}) });
    const grade = grader(sandbox, { signal: stop.signal }).grade("c", env, task("x"), "1");
    stop.abort(new Error("parked"));
    await rejects(grade, /parked/);
  },
});

Deno.test({
  name: "Grader.grade() lets what comes within the time to gather share a process, and a full batch start at once",
  permissions: "none",
  async fn() {
    const clock = new FakeClock();
    const sandbox = new FakeSandbox({ parallel: 8 });
    const options = { sandbox, clock, gatherMs: 1_000, signal: new AbortController().signal, log: () => {} };
    const one = new Grader(options);
    const grade = (i: number) => one.grade("c", env, task(String(i)), "1");
    const early = [0, 1, 2].map(grade);
    await clock.sleep(500);
    await Promise.all([...early, grade(3)]);
    deepEqual(sandbox.batches.map((batch) => batch.submissions.length), [4]);
    equal(clock.now(), 1_000);
    await Promise.all(Array.from({ length: 50 }, (_, i) => grade(i)));
    equal(clock.now(), 1_000, "a full batch waits for nobody");
    await grade(0);
    equal(clock.now(), 2_000);
  },
});
