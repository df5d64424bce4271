import { deepEqual, equal, ok } from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import { LOCAL } from "../mechanism/parameters.ts";
import { advance, initialState } from "../mechanism/reign.ts";
import { Tally } from "../mechanism/tally.ts";
import type { EpochInput, State } from "../mechanism/types.ts";
import type { EpochRow, Store } from "../port/store.ts";
import { contender } from "./fake_test.ts";
import { readStories, tellingEpochs } from "./story.ts";

const PERMISSIONS = "none";
const SELF = "validator";
const ENVS = ["logic", "math"];

/** Epochs of a log in which the second contender passes everything and the first half of it. */
function epochs(count: number): EpochRow[] {
  const contenders = [contender("first", 1), contender("better", 2)];
  const tally = new Tally(ENVS, 0);
  let state: State = initialState(ENVS);
  return Array.from({ length: count }, (_, epoch): EpochRow => {
    const first = tally.end, rounds = epoch === 0 ? 0 : 40;
    tally.append({
      first,
      rounds,
      contenders: contenders.map(({ id }) => id),
      envs: ENVS,
      cells: Uint8Array.from(Array.from({ length: rounds }, (_, r) => [r % 2, r % 2, 1, 1]).flat()),
      champions: new Uint16Array(rounds),
      offered: new Uint8Array(rounds * 2).fill(1),
    });
    const input: EpochInput = {
      epoch,
      block: epoch * 10,
      hash: `0x${"0".repeat(64)}`,
      validators: [{ validator: SELF, nextRound: tally.end, drawn: tally.end }],
      contenders,
      ownerUid: 9,
      canaries: contenders.map(({ id }) => ({ contender: id, sent: rounds, answered: rounds })),
    };
    const decided = advance(state, input, new Map([[SELF, tally]]), LOCAL);
    state = decided.state;
    const { block, hash } = input;
    return { epoch, block, hash, nextRound: tally.end, input: canonical(input), output: canonical(decided) };
  });
}

function storeOf(rows: readonly EpochRow[]): Store {
  const read = (from: number, limit = rows.length) => rows.filter(({ epoch }) => epoch >= from).slice(0, limit);
  return { epochs: (from: number, limit?: number) => Promise.resolve(read(from, limit)) } as Partial<Store> as Store;
}

Deno.test({
  name: "readStories() tells a contender's way from its commit through its duel to the crown",
  permissions: PERMISSIONS,
  async fn() {
    const store = storeOf(epochs(8));
    const [better, ...others] = await readStories(store, 2);
    equal(others.length, 0);
    equal(better!.commitBlock, 2);
    equal(better!.epochs.length, 8);
    const standings = better!.epochs.map(({ standing }) => standing);
    equal(standings[0], "live");
    equal(standings.at(-1), "champion");
    const crowned = better!.epochs.filter((one) => one.crowned);
    equal(crowned.length, 1);
    ok(crowned[0]!.rounds! >= LOCAL.nMin && crowned[0]!.values!.sup >= crowned[0]!.values!.supNeeded);
    ok(/^Crowned after/.test(crowned[0]!.reason));
    const [first] = await readStories(store, 1);
    equal(first!.epochs[0]!.standing, "champion");
    ok(first!.epochs[0]!.paid || first!.epochs[1]!.paid);
    deepEqual(await readStories(store, 7), []);
  },
});

Deno.test({
  name: "tellingEpochs() keeps first, last and every change, and fills the room evenly",
  permissions: PERMISSIONS,
  async fn() {
    const [story] = await readStories(storeOf(epochs(60)), 2);
    const rows = tellingEpochs(story!.epochs, 12);
    ok(rows.length <= 14 && rows.length >= 6);
    equal(rows[0]!.epoch, 0);
    equal(rows.at(-1)!.epoch, 59);
    ok(rows.some(({ crowned }) => crowned));
    equal(tellingEpochs(story!.epochs, 1000).length, 60);
  },
});
