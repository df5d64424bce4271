/** What the chain refuses, seen through the real client. @module */
import assert from "node:assert/strict";
import type { ApiPromise } from "@polkadot/api";
import type { LocalChain, LocalChainOptions } from "./chain.ts";
import { alice, bob, carol, CLIENT, NETUID, pair, SUBNET, type TestKey, withClient } from "./chain_fixture_test.ts";

type Weights = readonly [uids: number[], weights: number[], versionKey?: number];

/** Sends weights, makes a block, and tells how it ended: the error's name, or "ok". */
async function setWeights(api: ApiPromise, chain: LocalChain, [uids, weights, version = 0]: Weights, who: TestKey) {
  const nonce = await api.rpc.system.accountNextIndex(who.address);
  await api.tx.subtensorModule!.setWeights!(NETUID, uids, weights, version).signAndSend(pair(who), { nonce });
  return await outcome(api, await chain.newBlocks(1));
}

async function outcome(api: ApiPromise, { hash }: { hash: string }): Promise<string> {
  const events = await (await api.at(hash)).query.system!.events!() as never as {
    event: { method: string; data: { dispatchError: { asModule: never } } };
  }[];
  const failed = events.find(({ event }) => event.method === "ExtrinsicFailed");
  return failed ? api.registry.findMetaError(failed.event.data.dispatchError.asModule).name : "ok";
}

function withOpenPool(
  options: Partial<LocalChainOptions>,
  test: (api: ApiPromise, chain: LocalChain) => Promise<void>,
): Promise<void> {
  return withClient({ poolChecks: false, ...options }, test);
}

Deno.test({
  name: "set_weights fails with the pallet's own error when a check of the pallet fails",
  permissions: CLIENT,
  async fn() {
    await withOpenPool({}, async (api, chain) => {
      const set = (weights: Weights, who = alice) => setWeights(api, chain, weights, who);
      assert.equal(await set([[0], [1, 2]]), "WeightVecNotEqualSize");
      assert.equal(await set([[0, 1, 2], [1, 1, 1]]), "UidsLengthExceedUidsInSubNet");
      assert.equal(await set([[0], [1]], carol), "HotKeyNotRegisteredInSubNet");
      assert.equal(await set([[0], [1]], bob), "NeuronNoValidatorPermit");
      assert.equal(await set([[1], [1]], bob), "ok", "for itself it needs no permit");
      assert.equal(await set([[1, 1], [1, 1]]), "DuplicateUids");
      assert.equal(await set([[0, 9], [1, 1]]), "UidVecContainInvalidOne");
      chain.setHyperparameter("weightsVersionKey", 7);
      chain.setHyperparameter("minAllowedWeights", 2);
      assert.equal(await set([[1], [1], 6]), "IncorrectWeightVersionKey");
      assert.equal(await set([[1], [1], 8]), "WeightVecLengthIsLow");
      assert.equal(await set([[1, 0], [1, 1], 8]), "ok");
      chain.setHyperparameter("weightsSetRateLimit", 2);
      assert.equal(await set([[1, 0], [1, 2], 8]), "SettingWeightsTooFast");
      assert.equal(await set([[1, 0], [1, 2], 8]), "ok");
      chain.setHyperparameter("commitRevealWeightsEnabled", true);
      assert.equal(await set([[1, 0], [1, 2], 8]), "CommitRevealEnabled");
      assert.deepEqual((await api.query.subtensorModule!.weights!(NETUID, 0)).toJSON(), [[1, 32768], [0, 65535]]);
    });
    await withOpenPool({ minStake: 99 }, async (api, chain) => {
      assert.equal(await setWeights(api, chain, [[1], [1]], bob), "NotEnoughStakeToSetWeights");
      assert.equal(await setWeights(api, chain, [[1], [1]], alice), "ok");
    });
  },
});

Deno.test({
  name: "set_weights is refused before the pool when it comes too soon or without stake",
  permissions: CLIENT,
  async fn() {
    await withClient({ weightsRateLimit: 3, minStake: 99 }, async (api, chain) => {
      await chain.newBlocks(4);
      assert.equal(await setWeights(api, chain, [[1], [1]], alice), "ok");
      await assert.rejects(setWeights(api, chain, [[1], [1]], alice), /1010: Invalid Transaction: Custom error: 6/);
      await assert.rejects(setWeights(api, chain, [[1], [1]], bob), /1010: Invalid Transaction: Custom error: 1/);
      await chain.newBlocks(2);
      assert.equal(await setWeights(api, chain, [[1], [1]], alice), "ok");
    });
  },
});

Deno.test({
  name: "set_commitment fails when the hotkey is not registered or has used up its space",
  permissions: CLIENT,
  async fn() {
    await withClient({ tempo: 40 }, async (api, chain) => {
      const commit = async (fields: Record<string, unknown>[], who: TestKey) => {
        const nonce = await api.rpc.system.accountNextIndex(who.address);
        await api.tx.commitments!.setCommitment!(NETUID, { fields }).signAndSend(pair(who), { nonce });
        return await outcome(api, await chain.newBlocks(1));
      };
      const large = { BigRaw: `0x${"00".repeat(512)}` };
      assert.equal(await commit([{ Raw1: "0x01" }], carol), "AccountNotAllowedCommit");
      assert.equal(await commit([large, large, large, large], bob), "TooManyFieldsInCommitmentInfo");
      assert.equal(await commit([large, large, large], bob), "ok");
      assert.equal(await commit([large, large, large], bob), "ok");
      assert.equal(await commit([{ Raw1: "0x01" }], bob), "SpaceLimitExceeded");
      await chain.newBlocks(40);
      assert.equal(await commit([{ Raw1: "0x01" }], bob), "ok");
      const sealed = { TimelockEncrypted: { encrypted: "0xdead", reveal_round: 99 } };
      assert.equal(await commit([sealed], bob), "ok");
      await assert.rejects(commit([{ BigRaw: `0x${"00".repeat(513)}` }], bob), /1002/);
    });
  },
});

Deno.test({
  name: "burned_register gives a free uid, and fails when the hotkey has one",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      const register = async () => {
        await api.tx.subtensorModule!.burnedRegister!(NETUID, carol.address).signAndSend(pair(bob), { nonce: -1 });
        return await outcome(api, await chain.newBlocks(1));
      };
      assert.equal(await register(), "ok");
      assert.equal((await api.query.subtensorModule!.uids!(NETUID, carol.address)).toJSON(), 2);
      assert.equal((await api.query.subtensorModule!.owner!(carol.address)).toString(), bob.address);
      assert.equal(await register(), "HotKeyAlreadyRegisteredInSubNet");
      const account = (await api.query.system!.account!(bob.address)).toJSON() as { nonce: number };
      assert.equal(account.nonce, 2, "a failure uses its nonce too");
    });
  },
});

Deno.test({
  name: "author_submitExtrinsic refuses a flipped bit, a used nonce, a taken nonce and an old era",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      const remark = (text: string, options: Record<string, unknown>) =>
        api.tx.system!.remark!(text).signAsync(pair(alice), options);
      const submit = async (extrinsic: { toHex(): string }) =>
        (await api.rpc.author.submitExtrinsic(extrinsic.toHex())).toHex();
      await chain.newBlocks(3);
      const first = await remark("one", { nonce: 0 });
      for (const at of [6, 60, 100, first.toU8a().length - 1]) {
        const bytes = first.toU8a();
        bytes[at]! ^= 1;
        await assert.rejects(
          submit({ toHex: () => `0x${bytes.toHex()}` }),
          /1010: Invalid Transaction: Transaction has a bad signature/,
        );
      }
      await submit(first);
      await assert.rejects(submit(first), /1013/);
      await assert.rejects(remark("two", { nonce: 0 }).then(submit), /1014: Priority is too low/);
      const dearer = await remark("two", { nonce: 0, tip: 5 });
      await submit(dearer);
      const { hash } = await chain.newBlocks(1);
      assert.equal((await api.rpc.chain.getBlock(hash)).block.extrinsics[1]!.toHex(), dearer.toHex());
      await assert.rejects(
        remark("two", { nonce: 0 }).then(submit),
        /1010: Invalid Transaction: Transaction is outdated/,
      );
      const head = chain.head();
      const short = { nonce: 1, era: 4, blockHash: head.hash };
      const era = api.registry.createType("ExtrinsicEra", { current: head.number, period: 4 });
      const mortal = await remark("three", { ...short, era });
      await chain.newBlocks(4);
      await assert.rejects(submit(mortal), /1010: Invalid Transaction: Transaction has (a bad signature|an ancient)/);
      const fresh = { ...short, blockHash: chain.head().hash };
      await submit(
        await remark("four", {
          ...fresh,
          era: api.registry.createType("ExtrinsicEra", { current: chain.head().number, period: 4 }),
        }),
      );
      await chain.newBlocks(1);
      assert.equal((await api.rpc.system.accountNextIndex(alice.address)).toNumber(), 2);
    });
  },
});

Deno.test({
  name: "author_submitAndWatchExtrinsic says future, then ready, when the missing nonce arrives",
  permissions: CLIENT,
  async fn() {
    await withClient(SUBNET, async (api, chain) => {
      const statuses: string[] = [];
      const next = new Map(
        ["Future", "Ready", "InBlock", "Finalized"].map((type) => [type, Promise.withResolvers<void>()]),
      );
      await api.tx.system!.remark!("later").signAndSend(pair(alice), { nonce: 1 }, ({ status }) => {
        statuses.push(status.type);
        next.get(status.type)?.resolve();
      });
      await next.get("Future")!.promise;
      await chain.newBlocks(1);
      await api.tx.system!.remark!("first").signAndSend(pair(alice), { nonce: 0 });
      await next.get("Ready")!.promise;
      const { hash } = await chain.newBlocks(1);
      assert.equal((await api.rpc.chain.getBlock(hash)).block.extrinsics.length, 3);
      await next.get("InBlock")!.promise;
      await chain.newBlocks(1);
      await next.get("Finalized")!.promise;
      assert.deepEqual(statuses, ["Future", "Ready", "InBlock", "Finalized"]);
    });
  },
});
