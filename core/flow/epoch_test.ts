import { deepEqual, equal, rejects } from "node:assert/strict";
import { ChainError } from "../base/errors.ts";
import { initialState } from "../mechanism/reign.ts";
import { Tally } from "../mechanism/tally.ts";
import type { EpochInput } from "../mechanism/types.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import type { ValidateDeps } from "./deps.ts";
import { epochOf, epochStart, nextEpochStart, settleEpoch } from "./epoch.ts";
import { TEST_PARAMETERS } from "./fake_test.ts";

Deno.test({
  name: "epochOf() and epochStart() agree with the runtime's count of blocks until the next epoch",
  permissions: "none",
  fn() {
    for (const [netuid, tempo] of [[120, 360], [1, 99], [19, 99], [0, 0]] as const) {
      for (let block = 400; block < 1600; block++) {
        const untilNext = tempo - (block + netuid + 1) % (tempo + 1);
        const epoch = epochOf(block, netuid, tempo);
        equal(epochStart(epoch + 1, netuid, tempo), block + untilNext + 1);
        equal(epochOf(epochStart(epoch, netuid, tempo), netuid, tempo), epoch);
      }
    }
  },
});

Deno.test({
  name: "nextEpochStart() is after its block for every tempo, so that a changed tempo never stops the epochs",
  permissions: "none",
  fn() {
    for (const tempo of [10, 99, 360, 720]) {
      for (let block = 1000; block < 3000; block += 7) {
        const next = nextEpochStart(block, 120, tempo);
        equal(next > block && next <= block + tempo + 1, true);
      }
    }
  },
});

Deno.test({
  name:
    "settleEpoch() reads the head when the subnet is younger than the epoch, and still refuses one that is not there",
  permissions: "none",
  async fn() {
    const head = { number: 1010, hash: "0xhead" };
    const settled = await settleEpoch(...scene(head, 1005));
    equal(settled.block, head.number);
    await rejects(() => settleEpoch(...scene(head, 2000)), { code: "unknown_subnet" });
  },
});

Deno.test({
  name: "settleEpoch() tells the uid of whoever has tenure or a throne, though its commit cannot be read",
  permissions: "none",
  async fn() {
    const inputs: EpochInput[] = [];
    const [deps, before, tally, at] = scene({ number: 1010, hash: "0xhead" }, 0, ["old", "other", "king"]);
    deps.store.putEpoch = (row) => Promise.resolve(void inputs.push(JSON.parse(row.input)));
    const state = {
      ...before.state,
      champion: "king@3",
      tenure: [{ contender: "old@1", epochs: 5 }, { contender: "left@2", epochs: 4 }],
    };
    const { report } = await settleEpoch(deps, { ...before, state }, tally, at);
    deepEqual(inputs[0]!.registered, [{ hotkey: "old", uid: 0 }, { hotkey: "king", uid: 2 }]);
    deepEqual(inputs[0]!.validators, [{ validator: "self", nextRound: 0, drawn: 0 }]);
    // left is not registered and forfeits; old is paid although it shows nothing.
    deepEqual([report!.pay, report!.payee, report!.payeeUid], ["tenure", "old@1", 0]);
  },
});

Deno.test({
  name: "settleEpoch() counts its own rounds while its stake at the epoch's block reaches the minimum, and not below",
  permissions: "none",
  async fn() {
    const named = async (stake: number | null, minStake: number) => {
      const inputs: EpochInput[] = [];
      const [deps, before, tally, at] = scene({ number: 100, hash: "0x64" }, 0, ["self"]);
      const chain = {
        ...deps.chain,
        facts: async (netuid: number, block: Head) => {
          const facts = await deps.chain.facts(netuid, block);
          return { ...facts, neurons: facts.neurons.map((one) => ({ ...one, stake })) };
        },
      };
      const store = {
        ...deps.store,
        putEpoch: ({ input }: { input: string }) => Promise.resolve(void inputs.push(JSON.parse(input))),
      };
      const parameters = { ...deps.parameters, minStake };
      await settleEpoch({ ...deps, chain, store, parameters } as unknown as typeof deps, before, tally, at);
      return inputs[0]!.validators.length;
    };
    deepEqual(await Promise.all([named(null, 0), named(null, 5), named(4.9, 5), named(5, 5)]), [1, 0, 0, 1]);
  },
});

/** An epoch on a chain whose subnet has been there since a block, in a journal without records. */
function scene(head: Head, since: number, hotkeys: readonly string[] = []): Parameters<typeof settleEpoch> {
  const facts = (netuid: number, block: Head): Promise<SubnetFacts> =>
    block.number < since
      ? Promise.reject(new ChainError(`No subnet ${netuid}`, { code: "unknown_subnet" }))
      : Promise.resolve({
        block,
        netuid,
        tempo: 99,
        weightsRateLimit: 0,
        commitReveal: false,
        weightsVersionKey: 0,
        minAllowedWeights: 1,
        ownerHotkey: null,
        neurons: hotkeys.map((hotkey, uid) => ({
          uid,
          hotkey,
          permit: false,
          lastUpdate: 0,
          registeredAt: 0,
          stake: null,
        })),
        commitments: [],
      });
  const done = () => Promise.resolve();
  const deps = {
    netuid: 4,
    parameters: TEST_PARAMETERS,
    log: () => {},
    chain: { facts, blockHash: () => Promise.resolve("0xstart") },
    store: {
      lastBatch: () => Promise.resolve(null),
      nextRound: () => Promise.resolve(0),
      canaries: () => Promise.resolve([]),
      putEpoch: done,
      putCache: done,
    },
  } as unknown as ValidateDeps;
  const before = { state: initialState(["math"]), report: null, contenders: [], block: -1, tempo: 99 };
  return [deps, before, new Tally(["math"], 0), { head, tempo: 99, self: "self" }];
}
