import assert from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import { LOCAL, type Parameters } from "../mechanism/parameters.ts";
import { advance, initialState } from "../mechanism/reign.ts";
import { Tally } from "../mechanism/tally.ts";
import { ME, player, skill, World } from "../mechanism/testkit.ts";
import type { EpochRow, Store } from "../port/store.ts";
import { replayEpochs } from "./replay.ts";

/** The journal of a world, as far as a replay reads it. */
function journalOf(world: World): Store {
  let state = initialState(world.state.envs);
  const tally = new Tally(state.envs);
  const rows = world.inputs.map((input, i): EpochRow => {
    tally.append(world.blocks[i]!);
    const done = advance(state, input, new Map([[ME, tally]]), world.parameters);
    state = done.state;
    const { epoch, block, hash } = input;
    return { epoch, block, hash, nextRound: tally.end, input: canonical(input), output: canonical(done) };
  });
  const rounds = world.blocks;
  const store: Pick<Store, "epochs" | "outcomes"> = {
    epochs: () => Promise.resolve(rows),
    outcomes(first, end) {
      const block = rounds.find((one) => one.first === first && one.first + one.rounds === end);
      return block ? Promise.resolve(block) : Promise.reject(new RangeError(`No rounds ${first} to ${end}`));
    },
  };
  return store as Store;
}

function recorded(): World {
  const world = new World("replay", LOCAL, [
    player("king", 1, skill(0)),
    player("bad", 2, skill(-0.4)),
    player("good", 3, skill(0.3)),
  ]);
  world.step(0);
  for (let i = 0; i < 8; i++) world.step(40);
  return world;
}

function replay(world: World, changes: Partial<Parameters> = {}, validator = ME) {
  return replayEpochs(journalOf(world), { validator, parameters: { ...LOCAL, ...changes } });
}

Deno.test({
  name: "replayEpochs() decides as recorded with the recorded parameters",
  permissions: "none",
  async fn() {
    const { epochs, exact, differsAt, unanswerableFrom, foreign } = await replay(recorded());
    assert.equal(epochs.length, 9);
    assert.deepEqual([exact, differsAt, unanswerableFrom, foreign], [true, null, null, 0]);
    assert.deepEqual(epochs.flatMap((epoch) => epoch.recorded.crowned ?? []), ["king@1", "good@3"]);
    assert.ok(epochs.every(({ unasked }) => unasked.length === 0));
  },
});

Deno.test({
  name: "replayEpochs() finds where others parameters decide otherwise and from where on nothing can be said",
  permissions: "none",
  async fn() {
    const { epochs, exact, differsAt, unanswerableFrom } = await replay(recorded(), { nMin: 200 });
    const crowned = epochs.find(({ recorded }) => recorded.crowned === "good@3")!.epoch;
    assert.equal(exact, false);
    assert.deepEqual([differsAt, unanswerableFrom], [crowned, crowned + 1]);
    assert.ok(epochs.filter(({ epoch }) => epoch > crowned).every(({ answerable }) => !answerable));
  },
});

Deno.test({
  name: "replayEpochs() names challengers that were not asked any more, and counts epochs of other validators",
  permissions: "none",
  async fn() {
    const world = recorded();
    // With such a tau nobody regresses, but "bad" was asked nothing after its recorded end.
    const { epochs } = await replay(world, { tau: 0.9, nMin: 5000 });
    assert.ok(epochs.some(({ unasked }) => unasked.includes("bad@2")));
    const other = await replay(world, {}, "another validator");
    assert.equal(other.foreign, 9);
  },
});
