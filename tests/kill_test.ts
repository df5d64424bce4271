/**
 * A validator that is killed without warning, again and again, decides what one that runs through decides.
 *   AF_KILLS=100 AF_BIN=build/af deno test -A tests/kill_test.ts
 * AF_KILLS: SIGKILLs of the whole process group; AF_BIN: the executable in place of the source; AF_KILL_SEED: other moments.
 * @module
 */
import assert from "node:assert/strict";
import { Random } from "../core/base/random.ts";
import { sleep } from "../core/base/time.ts";
import { LOCAL } from "../core/mechanism/parameters.ts";
import type { Group } from "./kill_group.ts";
import { type Outcome, questionsOf, readOutcome, weightBlocks } from "./kill_outcome.ts";
import { openStage, program, type Stage } from "./kill_stage.ts";

const KILLS = Number(Deno.env.get("AF_KILLS") ?? 12);
const BINARY = Deno.env.get("AF_BIN");
const SEED = Deno.env.get("AF_KILL_SEED") ?? "0";
const self = program(BINARY && await Deno.realPath(BINARY));
const what = BINARY ? "the executable" : "the source";
const PARALLEL = 8;

/** When a kill comes: while it starts, while it asks, after a window (and often an epoch) began, while an extrinsic waits. */
const MOMENTS = ["starting", "asking", "asking", "asking", "settling", "paying"] as const;

interface Kill {
  readonly moment: typeof MOMENTS[number];
  /** Requests that had come in when it was over. */
  readonly asked: number;
  /** Records that were durable then. */
  readonly durable: number;
}

/** Waits until something is so, the process has ended, or the time is over. */
async function until(group: Group, ms: number, so: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!group.ended && performance.now() < end && !await so()) await sleep(5);
}

async function endOf(group: Group): Promise<string> {
  const { code } = await group.status;
  assert.equal(code, 0, `The validator ended with ${code}:\n${await group.stderr}`);
  assert.deepEqual(await group.gone(5_000), []);
  return await group.stdout;
}

async function kill(stage: Stage, random: Random, windows: { begun: number }): Promise<Kill> {
  const moment = random.pick(MOMENTS);
  const before = { asked: stage.asked.length, begun: windows.begun };
  const group = stage.start(self, ["--once", "--json", "--parallel", String(PARALLEL)]);
  switch (moment) {
    case "starting":
      await sleep(random.int(20, 1200));
      break;
    case "asking":
      await until(group, 3_000, () => stage.asked.length > before.asked);
      await sleep(random.int(0, 900));
      break;
    case "settling":
      await until(group, 4_000, () => windows.begun > before.begun);
      await sleep(random.int(0, 200));
      break;
    case "paying":
      await until(group, 3_000, async () => await stage.pending() > 0);
      await sleep(random.int(0, 150));
      break;
  }
  assert.ok(!group.ended, `The validator ended by itself:\n${await Promise.race([group.stderr, sleep(1000)])}`);
  await group.destroy();
  // What it had sent lies in the sockets' buffers: it is to count for the one that sent it.
  await sleep(30);
  return { moment, asked: stage.asked.length, durable: stage.records() };
}

async function uninterrupted(seed: string): Promise<Outcome> {
  const stage = await openStage({ seed });
  try {
    return await readOutcome(stage, await endOf(stage.start(self, ["--once", "--json"])));
  } finally {
    await stage.close();
  }
}

/** No question whose record was durable at a kill is asked after it; counts those that are asked again. */
async function checkAsked(stage: Stage, kills: readonly Kill[]): Promise<{ again: number; inFlight: number }> {
  const questions = new Map((await questionsOf(stage)).map((one) => [`${one.slug} ${one.prompt}`, one.record]));
  const asked: number[] = stage.asked.map(({ slug, prompt }) => questions.get(`${slug} ${prompt}`) ?? -1);
  assert.ok(!asked.includes(-1), "Something was asked that has no record");
  const most = PARALLEL * stage.network.cast.length * 2;
  let inFlight = 0;
  let from = 0;
  for (const [i, { asked: to, durable }] of [...kills.entries()]) {
    const lost = new Set(asked.slice(from, to).filter((record) => record > durable));
    assert.ok(lost.size <= most, `${lost.size} questions were in flight at kill ${i}, at most ${most} can be`);
    const repeated = asked.slice(to).filter((record) => record <= durable);
    assert.equal(repeated.length, 0, `${repeated.length} questions that had a record at kill ${i} were asked after it`);
    inFlight += lost.size;
    from = to;
  }
  return { again: asked.length - new Set(asked).size, inFlight };
}

Deno.test({
  name: `validate() decides the same after ${KILLS} kills of its process group, on ${what}`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    const expected = await uninterrupted(SEED);
    const first = expected.batches[0]!.window;
    const count = expected.batches.length;
    const stage = await openStage({ seed: SEED, delayMs: 500 });
    try {
      const random = new Random(`af-kills ${SEED}`);
      const kills: Kill[] = [];
      const windows = { begun: 0 };
      stage.onWindow = () => windows.begun++;
      // Kills are spread over all windows; a few are kept for the last weights.
      const early = KILLS - Math.ceil(KILLS / 12);
      stage.mayLeave = (window) => kills.length >= Math.floor(early * (window - first + 1) / count);
      stage.mayFinish = () => kills.length >= KILLS;
      const started = performance.now();
      while (kills.length < KILLS) kills.push(await kill(stage, random, windows));
      const killed = await readOutcome(stage, await endOf(stage.start(self, ["--once", "--json"])));
      const seconds = (performance.now() - started) / 1000;

      assert.deepEqual(killed, expected);
      const { again, inFlight } = await checkAsked(stage, kills);
      for (const [epoch, blocks] of await weightBlocks(stage, first * LOCAL.windowBlocks)) {
        assert.equal(blocks.length, 1, `The weights of epoch ${epoch} were set in blocks ${blocks}`);
      }
      const moments = Object.entries(Object.groupBy(kills, (one) => one.moment)).map(([k, v]) => `${k} ${v!.length}`);
      console.log(
        `${kills.length} kills (${moments.join(", ")}) of ${what} in ${seconds.toFixed(0)} s: ` +
          `${killed.records} records in ${killed.rounds} rounds, ${expected.epochs.length} epochs, ` +
          `${inFlight} questions in flight, ${again} asked again, digest ${
            killed.digest.slice(0, 16)
          } as without kills`,
      );
    } finally {
      await stage.close();
    }
  },
});
