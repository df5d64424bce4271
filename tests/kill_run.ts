/** Runs of a validator on a stage: how it is started, waited for, and what it decides when nobody interrupts it. @module */
import assert from "node:assert/strict";
import { sleep } from "../core/base/time.ts";
import type { Group } from "./kill_group.ts";
import { type Outcome, readOutcome } from "./kill_outcome.ts";
import { openStage, type Stage } from "./kill_stage.ts";

/** How the program is started: the source, or the executable at a path. */
function program(binary: string | undefined): { program: string; args: string[] } {
  if (binary) return { program: binary, args: [] };
  const main = new URL("../main.ts", import.meta.url).pathname;
  return {
    program: Deno.execPath(),
    args: ["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt", main],
  };
}

const binary = Deno.env.get("AF_BIN");
const path = binary && await Deno.realPath(binary).catch(() => undefined);
const self = program(path);
/** Why these tests cannot run here, or null. */
const reason = Deno.build.os !== "linux" ? "needs /proc" : binary && !path ? `no executable at ${binary}` : null;
/** Whether they are skipped. */
export const skipped = reason !== null;
/** What is run, for the ends of the tests' names. */
export const what = `${binary ? "the executable" : "the source"}${reason ? ` [skipped: ${reason}]` : ""}`;
/** Seed of the network and of the moments. */
export const SEED = Deno.env.get("AF_KILL_SEED") ?? "0";
/** Rounds side by side. */
export const PARALLEL = 20;

/** Starts the validator of a stage. */
export function start(stage: Stage): Group {
  return stage.start(self, ["--once", "--json", "--parallel", String(PARALLEL)]);
}

/** Waits until something is so, the process has ended, or the time is over. */
export async function until(group: Group, ms: number, so: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!group.ended && performance.now() < end && !await so()) await sleep(5);
}

/** Waits for an end with code 0 that leaves nobody behind. Returns the answer. @throws {Error} if it takes more than ten minutes. */
export async function endOf(group: Group): Promise<string> {
  await until(group, 600_000, () => false);
  if (!group.ended) {
    await group.destroy();
    throw new Error(`The validator came to no end:\n${await group.stderr}`);
  }
  const { code } = await group.status;
  assert.equal(code, 0, `The validator ended with ${code}:\n${await group.stderr}`);
  assert.deepEqual(await group.gone(20_000), []);
  return await group.stdout;
}

let plain: Promise<{ outcome: Outcome; startMs: number }> | null = null;

function run(): Promise<{ outcome: Outcome; startMs: number }> {
  return plain ??= (async () => {
    const stage = await openStage({ seed: SEED });
    try {
      const begun = performance.now();
      const group = start(stage);
      await until(group, 180_000, () => stage.asked.length > 0);
      const startMs = Math.ceil(performance.now() - begun);
      return { outcome: await readOutcome(stage, await endOf(group)), startMs };
    } finally {
      await stage.close();
    }
  })();
}

/** The outcome of a run that nothing interrupts. */
export async function uninterrupted(): Promise<Outcome> {
  return (await run()).outcome;
}

/** Milliseconds from the start to the first question in that run: how fast this machine is now. */
export async function startTime(): Promise<number> {
  return (await run()).startMs;
}
