import { deepEqual, equal } from "node:assert/strict";
import { ENDED_WELL, type SubmissionResult } from "../port/sandbox.ts";
import { testRecord } from "../record/testing.ts";
import { FakeSandbox, numberEnv, printed, programEnv } from "./fake_test.ts";
import { regrade, sampleOf, taskOf } from "./log_regrade.ts";

const SEED = { salt: "ab".repeat(32), blockHash: `0x${"cd".repeat(32)}`, netuid: 120, validator: "5Validator" };

Deno.test({
  name: "sampleOf() draws the same graded answers for the same block, others for another one",
  permissions: "none",
  fn() {
    const records = Array.from(
      { length: 100 },
      (_, round) => testRecord("5Validator", { round, status: round % 2 ? "answered" : "silent", score: 0 }),
    );
    const draw = (blockHash: string, count = 10) =>
      sampleOf(records, { blockHash, digest: "d", count }).map(({ round }) => round);
    deepEqual(draw("0x1"), draw("0x1"));
    equal(draw("0x1").length, 10);
    equal(new Set(draw("0x1")).size, 10);
    equal(draw("0x1").every((round) => round % 2 === 1), true);
    equal(draw("0x1").join() === draw("0x2").join(), false);
    equal(draw("0x1", 1000).length, 50);
  },
});

Deno.test({
  name: "regrade() tells a forged score, and lets pass what a limit of the machine may have decided",
  permissions: "none",
  async fn() {
    const plain = numberEnv("logic"), program = programEnv("program");
    const record = testRecord("5Validator", {});
    const right = plain.solve(taskOf(record, plain, SEED));
    const grade = async (fields: Parameters<typeof testRecord>[1], sandbox = new FakeSandbox()) => {
      const one = testRecord("5Validator", fields);
      const environment = one.env === "logic" ? plain : program;
      return (await regrade(one, { environment, task: taskOf(one, environment, SEED) }, sandbox)).same;
    };
    equal(await grade({ answer: right, score: 1 }), true);
    equal(await grade({ answer: right, score: 0 }), false);
    equal(await grade({ answer: "1", score: 1 }), false);
    equal(await grade({ answer: "words", status: "unparsable", score: 0 }), true);
    const solved = program.solve(taskOf(testRecord("5Validator", { env: "program" }), program, SEED));
    equal(await grade({ env: "program", answer: solved, score: 1 }), true);
    equal(await grade({ env: "program", answer: solved, score: 0 }), false);
    const late: SubmissionResult = { kind: "ran", cases: [{ ...ENDED_WELL, limit: "wall" }] };
    const busy = (results: readonly SubmissionResult[]) => {
      let runs = 0;
      return new FakeSandbox({ run: () => Promise.resolve([results[Math.min(runs++, results.length - 1)]!]) });
    };
    equal(await grade({ env: "program", answer: solved, score: 1 }, busy([late, printed(solved)])), true);
    equal(await grade({ env: "program", answer: solved, score: 1 }, busy([late])), null);
    equal(await grade({ env: "program", answer: solved, score: 1 }, busy([printed("0")])), false);
  },
});
