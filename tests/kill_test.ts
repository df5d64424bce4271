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
import { questionsOf, readOutcome, weightBlocks } from "./kill_outcome.ts";
import { endOf, PARALLEL, SEED, skipped, start, startTime, uninterrupted, until, what } from "./kill_run.ts";
import { openStage, type Stage } from "./kill_stage.ts";

const KILLS = Number(Deno.env.get("AF_KILLS") ?? 8);

/** When a kill comes: while it starts, while it asks, after a window (and often an epoch) began, while an extrinsic waits. */
const MOMENTS = ["starting", "asking", "asking", "asking", "settling", "paying"] as const;

interface Kill {
  readonly moment: typeof MOMENTS[number];
  /** Requests that had come in when it was over. */
  readonly asked: number;
  /** Records that were durable then. */
  readonly durable: number;
}

/** What the moments of kills hang on. */
interface Course {
  readonly stage: Stage;
  readonly random: Random;
  /** Milliseconds from a start to the first question, about. */
  readonly startMs: number;
  /** When the validator that runs was started. */
  startedAt: number;
  /** Windows that have begun. */
  begun: number;
  /** Whether the window may be left: enough kills have fallen into it. */
  mayLeave(window: number): boolean;
}

async function kill(course: Course): Promise<Kill> {
  const { stage, random, startMs } = course;
  const moment = random.pick(MOMENTS);
  const before = { asked: stage.asked.length, begun: course.begun };
  course.startedAt = performance.now();
  const group = start(stage);
  const asks = () => stage.asked.length > before.asked;
  switch (moment) {
    case "starting":
      await sleep(random.int(20, startMs));
      break;
    case "settling":
      await until(
        group,
        4 * startMs,
        () => course.begun > before.begun || (asks() && !course.mayLeave(stage.window())),
      );
      await sleep(random.int(0, 200));
      break;
    case "paying":
      await until(group, 2 * startMs, async () => await stage.pending() > 0);
      await sleep(random.int(0, 150));
      break;
    case "asking":
      // In a window whose rounds are settled nothing is asked.
      await until(
        group,
        4 * startMs,
        () => asks() || (stage.isSettled() && performance.now() - course.startedAt > startMs),
      );
      await sleep(random.int(0, 900));
  }
  assert.ok(!group.ended, `The validator ended by itself:\n${await Promise.race([group.stderr, sleep(1000)])}`);
  await group.destroy();
  // What it had sent lies in the sockets' buffers: it is to count for the one that sent it.
  await sleep(30);
  return { moment, asked: stage.asked.length, durable: stage.records() };
}

interface Repeats {
  /** Questions that were asked more than once. */
  readonly again: number;
  /** Questions in flight at kills. */
  readonly inFlight: number;
  /** Kills that found questions in flight. */
  readonly midway: number;
}

/** No question whose record was durable at a kill is asked after it; counts those that are asked again. */
async function checkAsked(stage: Stage, kills: readonly Kill[]): Promise<Repeats> {
  const questions = new Map((await questionsOf(stage)).map((one) => [`${one.slug} ${one.prompt}`, one.record]));
  const asked: number[] = stage.asked.map(({ slug, prompt }) => questions.get(`${slug} ${prompt}`) ?? -1);
  assert.ok(!asked.includes(-1), "Something was asked that has no record");
  const most = PARALLEL * stage.network.cast.length * 2;
  let inFlight = 0;
  let midway = 0;
  let from = 0;
  for (const [i, { asked: to, durable }] of [...kills.entries()]) {
    const lost = new Set(asked.slice(from, to).filter((record) => record > durable));
    assert.ok(lost.size <= most, `${lost.size} questions were in flight at kill ${i}, at most ${most} can be`);
    const repeated = asked.slice(to).filter((record) => record <= durable);
    assert.equal(repeated.length, 0, `${repeated.length} questions that had a record at kill ${i} were asked after it`);
    inFlight += lost.size;
    if (lost.size > 0) midway++;
    from = to;
  }
  return { again: asked.length - new Set(asked).size, inFlight, midway };
}

Deno.test({
  name: `validate() decides the same after ${KILLS} kills of its process group, on ${what}`,
  ignore: skipped,
  async fn() {
    const expected = await uninterrupted();
    const first = expected.batches[0]!.window;
    const count = expected.batches.length;
    const stage = await openStage({ seed: SEED, delayMs: 800 });
    try {
      const kills: Kill[] = [];
      // Kills are spread over all windows; a few are kept for the last weights.
      const early = KILLS - Math.ceil(KILLS / 12);
      const course: Course = {
        stage,
        random: new Random(`af-kills ${SEED}`),
        startMs: await startTime(),
        startedAt: 0,
        begun: 0,
        mayLeave: (window) => kills.length >= Math.floor(early * (window - first + 1) / count),
      };
      stage.onWindow = () => course.begun++;
      // A window is left before the eyes of a validator, so that kills find it settling.
      stage.mayLeave = (window) =>
        course.mayLeave(window) && performance.now() - course.startedAt > 0.9 * course.startMs;
      stage.mayFinish = () => kills.length >= KILLS;
      const started = performance.now();
      while (kills.length < KILLS) kills.push(await kill(course));
      stage.delayMs = 0;
      const killed = await readOutcome(stage, await endOf(start(stage)));
      const seconds = (performance.now() - started) / 1000;

      assert.deepEqual(killed, expected);
      const { again, inFlight, midway } = await checkAsked(stage, kills);
      for (const [epoch, blocks] of await weightBlocks(stage, first * LOCAL.windowBlocks)) {
        assert.equal(blocks.length, 1, `The weights of epoch ${epoch} were set in blocks ${blocks}`);
      }
      const moments = Object.entries(Object.groupBy(kills, (one) => one.moment)).map(([k, v]) => `${k} ${v!.length}`);
      console.log(
        `${kills.length} kills (${moments.join(", ")}) of ${what} in ${seconds.toFixed(0)} s: ` +
          `${killed.records} records in ${killed.rounds} rounds, ${expected.epochs.length} epochs, ` +
          `${inFlight} questions in flight at ${midway} of the kills, ${again} asked again, digest ${
            killed.digest.slice(0, 16)
          } as without kills`,
      );
    } finally {
      await stage.close();
    }
  },
});
