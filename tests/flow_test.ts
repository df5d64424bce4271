/** The validate loop where time, chain, endpoints and signer meet at the worst moment. @module */
import { deepEqual, equal, ok } from "node:assert/strict";
import { validate, type ValidateEnd } from "../core/flow/validate.ts";
import { Tally } from "../core/mechanism/tally.ts";
import type { State } from "../core/mechanism/types.ts";
import { right, type Scene, SELF, turns, until, withScene } from "./flow_scene.ts";

const PERMISSIONS = { read: true, write: true };

/** Runs a validator until `work` is over, and parks it then. */
async function running(
  scene: Scene,
  work: (state: { readonly ended: boolean }) => Promise<void>,
  options: { parallel?: number } = {},
): Promise<ValidateEnd> {
  const stop = new AbortController();
  const state = { ended: false };
  const deps = scene.deps();
  const end = validate(deps, { ...options, signal: stop.signal }).finally(() => state.ended = true);
  end.catch(() => {});
  try {
    await until(() => state.ended || scene.epochs.length > 0);
    await work(state);
  } catch (error) {
    // What ended the validator is the better reason.
    if (state.ended) await end;
    throw error;
  } finally {
    stop.abort();
    await end.catch(() => {}).then(() => deps.store.close());
  }
  return await end;
}

Deno.test({
  name: "validate() starts no round in a window that is being closed",
  permissions: PERMISSIONS,
  async fn() {
    await withScene({ head: 19, miners: ["one", "two"] }, async (scene) => {
      const gate = Promise.withResolvers<void>();
      // The third of four rounds waits until the chain has left its window.
      scene.answer = (request) => scene.rounds.length < 3 ? right(request) : gate.promise.then(() => right(request));
      // As long as a signer may take: whatever could start a round meanwhile does.
      scene.onSign = () => turns(20);
      await running(scene, async (state) => {
        scene.moveTo(20);
        await until(() => state.ended || scene.rounds.length === 3);
        const { window } = scene.rounds[0]!;
        // The third round ends just before the journal is asked which rounds are open, and the loop hears of that just after.
        const looked = Promise.withResolvers<void>();
        const isOver = () => scene.rounds[2]!.state !== "open";
        scene.onStore = async (method) => {
          if (method === "rounds" && !isOver()) gate.resolve(), await until(isOver);
        };
        scene.onStored = async (method) => {
          if (method === "rounds") looked.resolve();
          if (method === "putRound" && isOver()) await looked.promise;
        };
        scene.moveTo((window + 1) * scene.parameters.windowBlocks);
        await until(() => state.ended || scene.rounds.some((round) => round.window > window));
        await turns(20);
        ok(!state.ended);
        equal(scene.batches.at(-1), window);
        deepEqual(scene.rounds.filter((round) => round.window === window).map((round) => round.state), [
          "complete",
          "complete",
          "complete",
        ]);
      }, { parallel: 1 });
    });
  },
});

Deno.test({
  name: "validate() draws no task from a block that was there before the end of its salt chain stood on chain",
  permissions: PERMISSIONS,
  async fn() {
    await withScene({ head: 25, miners: ["one", "two"] }, async (scene) => {
      await running(scene, async (state) => {
        for (const block of [26, 39]) {
          scene.moveTo(block);
          await turns(20);
        }
        equal(scene.rounds.length, 0);
        scene.moveTo(40);
        await until(() => state.ended || scene.rounds.length > 0);
      });
      // After a restart the commitment stands there, and its block is the same.
      await running(scene, async (state) => {
        await until(() => state.ended || scene.rounds.length > 1);
      });
    });
  },
});

Deno.test({
  name: "validate() waits when it starts again behind a node whose head is in a window that is signed already",
  permissions: PERMISSIONS,
  async fn() {
    await withScene({ head: 19, miners: ["one", "two"] }, async (scene) => {
      await running(scene, async (state) => {
        scene.moveTo(40);
        await until(() => state.ended || scene.rounds.length > 0);
        scene.moveTo(60);
        await until(() => state.ended || scene.rounds.some((round) => round.window === 3));
      });
      equal(scene.batches.at(-1), 2);
      const before = scene.windows;
      scene.moveTo(59);
      await running(scene, async (state) => {
        await turns(50);
        ok(!state.ended);
        deepEqual(scene.windows, before);
        scene.moveTo(80);
        await until(() => state.ended || scene.rounds.some((round) => round.window === 4));
        ok(!state.ended);
      });
    });
  },
});

Deno.test({
  name: "validate() goes on through an epoch in which the champion answers nothing",
  permissions: PERMISSIONS,
  async fn() {
    await withScene({ head: 19, miners: ["one", "two"] }, async (scene) => {
      scene.answer = (request) => request.slug === "one" ? { kind: "unanswered", detail: "http 503" } : right(request);
      await running(scene, async (state) => {
        for (let block = 20; block <= 180; block += 20) {
          scene.moveTo(block);
          const window = block / 20;
          await until(() => state.ended || scene.rounds.filter((one) => one.window === window).length === 4);
        }
        ok(!state.ended);
        ok(scene.rounds.every((round) => round.state !== "complete"));
        ok(scene.epochs.length >= 3);
        ok(scene.epochs.at(-1)!.nextRound > 0);
      });
    });
  },
});

Deno.test({
  name: "validate() keeps no outcomes of former reigns in memory",
  permissions: PERMISSIONS,
  async fn() {
    await withScene({ head: 19, miners: ["one", "two"], roundsPerWindow: 24 }, async (scene) => {
      scene.answer = (request) => request.slug === "two" ? right(request) : { kind: "refused", detail: "no" };
      const state = () => JSON.parse(scene.epochs.at(-1)!.output).state as State;
      await running(scene, async (run) => {
        for (let block = 20; !run.ended && state().reign < 2; block += 20) {
          scene.moveTo(block);
          const window = block / 20;
          const seen = () => scene.rounds.filter((one) => one.window === window && one.state !== "open");
          await until(() => run.ended || seen().length === 24);
        }
        await turns(5);
        const reignStartRound = state().reignStartRound[SELF]!, nextRound = state().nextRound[SELF]!;
        const tally = Tally.fromBytes(scene.journal.getCache("tally")!)!;
        ok(reignStartRound > 0);
        equal(tally.first, Math.min(reignStartRound, nextRound));
        equal(tally.end, nextRound);
      });
    });
  },
});
