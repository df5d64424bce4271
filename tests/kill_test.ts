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
import { voting } from "../envs/registry.ts";
import { besidePrompts, questionsOf, readOutcome, weightBlocks } from "./kill_outcome.ts";
import { endOf, PARALLEL, SEED, skipped, start, startTime, uninterrupted, until, what } from "./kill_run.ts";
import "./kill_signal.ts";
import { openStage, type Stage } from "./kill_stage.ts";

const KILLS = Number(Deno.env.get("AF_KILLS") ?? 4);

/** When a kill comes: while it starts, while it asks, after a window (and often an epoch) began, while an extrinsic waits. */
const MOMENTS = ["starting", "asking", "asking", "asking", "settling", "paying"] as const;

/** Longest wait for a moment once questions are out, in milliseconds. */
const PATIENCE_MS = 1_500;

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
  /** Answers that one start gets: so few that most kills find questions in flight. */
  readonly budget: number;
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
  stage.budget = course.budget;
  const group = start(stage);
  let first = Infinity;
  const asks = () => {
    if (first === Infinity && stage.asked.length > before.asked) first = performance.now();
    return first < Infinity;
  };
  // Whoever gets no answer any more must be killed before he writes that down.
  const wait = (ms: number, so: () => boolean | Promise<boolean>) =>
    until(group, ms, () => (asks() && performance.now() - first > PATIENCE_MS) || so());
  switch (moment) {
    case "starting":
      await sleep(random.int(20, startMs));
      break;
    case "settling":
      await wait(4 * startMs, () => course.begun > before.begun || (asks() && !course.mayLeave(stage.window())));
      await sleep(random.int(0, 200));
      break;
    case "paying":
      await wait(2 * startMs, async () => await stage.pending() > 0);
      await sleep(random.int(0, 150));
      break;
    case "asking":
      // In a window whose rounds are settled nothing is asked.
      await wait(
        4 * startMs,
        () => asks() || (stage.isSettled() && performance.now() - course.startedAt > startMs),
      );
      await sleep(random.int(0, 900));
  }
  assert.ok(!group.ended, `The validator ended by itself:\n${await Promise.race([group.stderr, sleep(1000)])}`);
  await group.destroy();
  stage.drop();
  // What it had sent lies in the sockets' buffers: it is to count for the one that sent it.
  await sleep(50);
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
  const records = new Map((await questionsOf(stage)).map((one) => [`${one.slug} ${one.prompt}`, one.record]));
  // On a busy machine an attempt may run out of time: then the question is asked again, with a canary beside it.
  const isUnknown = ({ slug, prompt }: { slug: string; prompt: string }) => !records.has(`${slug} ${prompt}`);
  const beside = stage.asked.some(isUnknown) ? await besidePrompts(stage) : new Set<string>();
  const asked = stage.asked.map((one) => {
    assert.ok(!isUnknown(one) || beside.has(one.prompt), `Something was asked that has no record: ${one.prompt}`);
    const question = `${one.slug} ${one.prompt}`;
    // What only stands beside an attempt is on its way until the journal ends.
    return { question, record: records.get(question) ?? Infinity };
  });
  const besides = asked.filter(({ record }) => record === Infinity).length;
  const most = PARALLEL * stage.network.cast.length * Math.max(voting.length, LOCAL.canaryTries);
  let inFlight = 0;
  let midway = 0;
  let from = 0;
  for (const [i, { asked: to, durable }] of kills.entries()) {
    const unwritten = asked.slice(from, to).filter((one) => one.record > durable && one.record < Infinity);
    const lost = new Set(unwritten.map((one) => one.question));
    assert.ok(lost.size <= most, `${lost.size} questions were in flight at kill ${i}, at most ${most} can be`);
    const repeated = asked.slice(to).filter((one) => one.record <= durable).length;
    assert.equal(repeated, 0, `${repeated} questions that had a record at kill ${i} were asked after it`);
    inFlight += lost.size;
    if (lost.size > 0) midway++;
    from = to;
  }
  const again = asked.length - new Set(asked.map((one) => one.question)).size;
  assert.ok(
    again <= inFlight + besides,
    `${again} questions were asked again, ${inFlight} were in flight at kills, ${besides} attempts ran out of time`,
  );
  return { again, inFlight, midway };
}

Deno.test({
  name: `validate() decides the same after ${KILLS} kills of its process group, on ${what}`,
  ignore: skipped,
  async fn() {
    const expected = await uninterrupted();
    const first = expected.batches[0]!.window;
    const count = expected.batches.length;
    const stage = await openStage({ seed: SEED, delayMs: 300 });
    try {
      const kills: Kill[] = [];
      // Kills are spread over all windows; a few are kept for the last weights.
      const early = KILLS - Math.ceil(KILLS / 12);
      const course: Course = {
        stage,
        random: new Random(`af-kills ${SEED}`),
        startMs: await startTime(),
        startedAt: 0,
        budget: Math.ceil(expected.records / (0.6 * KILLS)),
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
      stage.budget = Infinity;
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
