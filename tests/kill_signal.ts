/**
 * Tests: a validator that is asked to end parks its work within five seconds; one that loses a part of itself goes on. Imported by
 * tests/kill_test.ts, with which it shares the run that nothing interrupts.
 * @module
 */
import assert from "node:assert/strict";
import { sleep } from "../core/base/time.ts";
import type { Group } from "./kill_group.ts";
import { readOutcome } from "./kill_outcome.ts";
import { endOf, SEED, skipped, start, uninterrupted, until, what } from "./kill_run.ts";
import { openStage, type Stage } from "./kill_stage.ts";

/** The bound. */
const END_MS = 5_000;

interface Case {
  readonly signal: Deno.Signal;
  /** The whole group, as a terminal sends it, or the command alone, as a service manager does. */
  readonly whole: boolean;
  readonly moment: keyof typeof MOMENTS;
}

const MOMENTS = {
  starting: () => sleep(200),
  // The supervisor runs, its services start one after the other.
  joining: () => sleep(600),
  asking: async (stage: Stage, group: Group) => {
    const before = { asked: stage.asked.length, records: stage.records() };
    await until(group, 180_000, () => stage.asked.length > before.asked && stage.records() > before.records);
    assert.ok(stage.asked.length > before.asked, "Nothing is asked");
  },
  // No block comes: whoever waits for the next one must not wait for it with his end.
  waiting: async (stage: Stage, group: Group) => {
    stage.delayMs = 0;
    await until(group, 180_000, () => stage.asked.length > 0 && stage.isSettled());
    await sleep(500);
  },
  paying: async (stage: Stage, group: Group) => {
    await until(group, 180_000, async () => await stage.pending() > 0);
  },
} as const;

const CASES: readonly Case[] = [
  { signal: "SIGINT", whole: false, moment: "paying" },
  { signal: "SIGINT", whole: true, moment: "starting" },
  { signal: "SIGINT", whole: false, moment: "starting" },
  { signal: "SIGINT", whole: false, moment: "joining" },
  { signal: "SIGTERM", whole: true, moment: "joining" },
  { signal: "SIGINT", whole: false, moment: "asking" },
  { signal: "SIGINT", whole: true, moment: "asking" },
  { signal: "SIGTERM", whole: false, moment: "asking" },
  { signal: "SIGTERM", whole: true, moment: "asking" },
  { signal: "SIGINT", whole: false, moment: "waiting" },
];

async function interrupt(stage: Stage, { signal, whole, moment }: Case): Promise<string> {
  const label = `${signal} of ${whole ? "the group" : "the command"} while ${moment}`;
  const group = start(stage);
  await MOMENTS[moment](stage, group);
  assert.ok(!group.ended, `${label}: it ended by itself:\n${await Promise.race([group.stderr, sleep(1000)])}`);
  const sent = performance.now();
  group.signal(signal, { whole });
  const { code } = await group.status;
  const ms = performance.now() - sent;
  assert.equal(code, 130, `${label}: ended with ${code}:\n${await group.stderr}`);
  assert.deepEqual(await group.gone(END_MS - ms), [], `${label}: somebody was left behind`);
  assert.ok(ms < END_MS, `${label}: took ${ms.toFixed(0)} ms`);
  assert.equal(await group.stdout, "", `${label}: an answer was printed`);
  assert.deepEqual(stage.look((db) => ({ ...db.prepare("PRAGMA quick_check").get() })), { quick_check: "ok" });
  return `${label}: ${ms.toFixed(0)} ms, ${stage.records()} records kept`;
}

Deno.test({
  name: `validate() ends with 130 within 5 s when it is interrupted, and goes on when it is started again, on ${what}`,
  ignore: skipped,
  async fn() {
    const stage = await openStage({ seed: SEED, delayMs: 3_000 });
    try {
      for (const one of CASES) {
        stage.hold = one.moment === "waiting" || one.moment === "paying";
        console.log(await interrupt(stage, one));
      }
      stage.hold = false;
      stage.delayMs = 0;
      assert.deepEqual(await readOutcome(stage, await endOf(start(stage))), await uninterrupted());
    } finally {
      await stage.close();
    }
  },
});

Deno.test({
  name: `validate() goes on when one of its processes is killed, and ends with its supervisor, on ${what}`,
  ignore: skipped,
  async fn() {
    const stage = await openStage({ seed: SEED, delayMs: 400 });
    try {
      let group = start(stage);
      for (const role of ["@signer", "@validator", "supervisor"]) {
        await MOMENTS.asking(stage, group);
        const victim = group.members().find((one) => one.role === role);
        assert.ok(victim, `There is no ${role} among ${JSON.stringify(group.members())}`);
        const sent = performance.now();
        Deno.kill(victim.pid, "SIGKILL");
        if (role === "supervisor") {
          await group.status;
          assert.deepEqual(await group.gone(20_000), [], "Orphans live on");
          console.log(`killed the ${role}: the others ended after ${(performance.now() - sent).toFixed(0)} ms`);
          group = start(stage);
        }
      }
      stage.delayMs = 0;
      assert.deepEqual(await readOutcome(stage, await endOf(group)), await uninterrupted());
    } finally {
      await stage.close();
    }
  },
});
