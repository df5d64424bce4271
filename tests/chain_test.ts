/** The chain room against the local chain: what it reads and sends. */
import assert from "node:assert/strict";
import { utf8 } from "../core/base/bytes.ts";
import { openChain } from "../core/chain/client.ts";
import { startLocalChain } from "../core/local/chain.ts";
import type { Head } from "../core/port/chain.ts";
import type { SignedCall } from "../core/port/signer.ts";
import type { KeyPair } from "../core/wallet/keypair.ts";
import {
  code,
  commitment,
  key,
  land,
  localOptions,
  MINERS,
  NETUID,
  OWNER,
  PERMISSIONS,
  pooled,
  VALIDATOR,
  weights,
  withChain,
} from "./chain_scene.ts";

Deno.test({
  name: "facts() tells a subnet at a block as it was then",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local, log }) => {
      assert.deepEqual([(await chain.identity()).specName, log.some(({ text }) => /Connected/.test(text))], [
        "node-subtensor",
        true,
      ]);
      const before = await chain.head();
      assert.deepEqual(before, local.finalizedHead());
      assert.equal(await chain.blockHash(before.number), before.hash);
      const newcomer = key(7);
      local.register(newcomer.address);
      local.commit(MINERS[1].address, utf8("{}"));
      local.setHyperparameter("tempo", 99);
      await local.newBlocks(2);
      const after = await chain.head();
      const facts = await chain.facts(NETUID, after);
      assert.deepEqual(facts.neurons.map(({ uid, hotkey }) => [uid, hotkey]), [
        [0, VALIDATOR.address],
        ...MINERS.map(({ address }, i) => [i + 1, address]),
        [4, newcomer.address],
      ]);
      assert.deepEqual(facts.neurons.map(({ permit }) => permit), [true, false, false, false, false]);
      assert.equal(facts.neurons[4]?.registeredAt, 6);
      assert.deepEqual([facts.tempo, facts.ownerHotkey, facts.commitReveal, facts.weightsRateLimit], [
        99,
        OWNER.address,
        false,
        0,
      ]);
      assert.deepEqual(
        facts.commitments.map(({ hotkey, block, bytes }) => [hotkey, block, new TextDecoder().decode(bytes)]),
        [
          [MINERS[0].address, 3, "first"],
          [MINERS[1].address, 6, "{}"],
          // of somebody who is not registered: left out
        ],
      );
      const old = await chain.facts(NETUID, before);
      assert.deepEqual([old.tempo, old.neurons.length, old.commitments.length], [360, 4, 1]);
    }, {
      commitments: [
        { hotkey: MINERS[0].address, bytes: utf8("first"), block: 3 },
        { hotkey: key(8).address, bytes: utf8("stranger"), block: 2 },
      ],
    }),
});

Deno.test({
  name: "submit() sets weights that weights() reads back",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async (scene) => {
      const { chain, sign } = scene;
      assert.deepEqual(await chain.weights(NETUID, 0), []);
      const before = await chain.head();
      const at = await land(scene, await sign(VALIDATOR, weights({ uids: [3, 1], weights: [10, 20] })));
      assert.equal(at.index, 1); // after the block's own timestamp
      assert.deepEqual((await chain.weights(NETUID, 0)).map(([uid]) => uid), [1, 3]);
      assert.equal((await chain.weights(NETUID, 0))[0]?.[1], 65535);
      assert.deepEqual(await chain.weights(NETUID, 0, before), []);
    }),
});

Deno.test({
  name: "facts() tells the stake of whoever has a permit as it was then, with what it inherits and lends",
  permissions: PERMISSIONS,
  fn: () => {
    const parent = key(7);
    return withChain(async ({ chain, local }) => {
      const stakes = async (at?: Head) =>
        (await chain.facts(NETUID, at ?? await chain.head())).neurons.map((one) => one.stake);
      const before = await chain.head();
      const first = await stakes();
      assert.deepEqual(first.map((stake) => stake && Math.round(stake)), [100 + 50 + 180, 20, null, null]);
      local.setStake(VALIDATOR.address, 5);
      await local.newBlocks(2);
      assert.deepEqual((await stakes()).map((stake) => stake && Math.round(stake)), [5 + 50 + 180, 20, null, null]);
      assert.deepEqual(await stakes(before), first);
    }, {
      neurons: [
        {
          hotkey: VALIDATOR.address,
          permit: true,
          stake: 100,
          rootStake: 1000,
          parents: [{ hotkey: parent.address, share: 0.5 }],
        },
        { hotkey: MINERS[0].address, permit: true, stake: 20 },
        { hotkey: MINERS[1].address, stake: 30 },
        { hotkey: parent.address, stake: 100 },
      ],
    });
  },
});

Deno.test({
  name: "facts() orders commitments of one block by their extrinsics",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async (scene) => {
      const { chain, local, sign } = scene;
      // Sent in another order than that of uids and addresses.
      const order = [MINERS[2], MINERS[0], MINERS[1]];
      const signed: string[] = [];
      for (const [i, miner] of order.entries()) signed.push(await sign(miner, commitment(`0${i}`)));
      const ends = [];
      for (const extrinsic of signed) {
        const sent = chain.submit(extrinsic);
        ends.push(sent);
        await pooled(local, extrinsic);
      }
      await local.newBlocks(2);
      assert.deepEqual((await Promise.all(ends)).map(({ extrinsicIndex }) => extrinsicIndex), [1, 2, 3]);
      const { commitments } = await chain.facts(NETUID, await chain.head());
      assert.deepEqual(commitments.map((it) => [it.hotkey, it.extrinsicIndex, [...it.bytes]]), [
        [order[0]!.address, 1, [0]],
        [order[1]!.address, 2, [1]],
        [order[2]!.address, 3, [2]],
      ]);
    }),
});

Deno.test({
  name: "submit() gives the chain's own reason when the extrinsic fails or is refused",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async (scene) => {
      const { chain, local, sign } = scene;
      const fails = async (who: KeyPair, call: SignedCall, name: string, retryable: boolean) =>
        await assert.rejects(land(scene, await sign(who, call)), code(name, retryable));
      await fails(key(99), weights(), "HotKeyNotRegisteredInSubNet", false);
      await fails(VALIDATOR, weights({ uids: [77] }), "UidVecContainInvalidOne", false);
      await fails(VALIDATOR, weights({ uids: [1, 1], weights: [1, 1] }), "DuplicateUids", false);
      await fails(key(99), commitment("00"), "AccountNotAllowedCommit", false);
      local.setHyperparameter("weightsVersionKey", 7);
      await local.newBlocks(1);
      await fails(VALIDATOR, weights({ versionKey: 6 }), "IncorrectWeightVersionKey", false);
      local.setHyperparameter("commitRevealWeightsEnabled", true);
      await local.newBlocks(1);
      await fails(VALIDATOR, weights({ versionKey: 7 }), "CommitRevealEnabled", false);
      local.setHyperparameter("commitRevealWeightsEnabled", false);
      local.setHyperparameter("weightsSetRateLimit", 1000);
      await local.newBlocks(1);
      await land(scene, await sign(VALIDATOR, weights({ versionKey: 7 })));
      await fails(VALIDATOR, weights({ versionKey: 7 }), "rate_limited", true);
      const twice = await Promise.all([1, 2].map((uid) => sign(MINERS[0], commitment(`0${uid}`))));
      await land(scene, twice[0]!);
      await assert.rejects(land(scene, twice[1]!), code("stale_nonce", true));
      const signed = await sign(MINERS[0], commitment("05"));
      const flipped = signed.slice(0, 120) + (signed[120] === "0" ? "1" : "0") + signed.slice(121);
      await assert.rejects(chain.submit(flipped), code("invalid"));
      await assert.rejects(chain.submit("0x1004000011"), code("invalid", false));
    }),
});

Deno.test({
  name: "submit() names a limit that is met in the block by the runtime's own name",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async (scene) => {
      await land(scene, await scene.sign(VALIDATOR, weights()));
      await assert.rejects(land(scene, await scene.sign(VALIDATOR, weights())), code("SettingWeightsTooFast", true));
    }, { poolChecks: false, weightsRateLimit: 100 }),
});

Deno.test({
  name: "context() starts the era at the finalized head, and at the best one when finality lags far behind",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local }) => {
      const near = await chain.context(VALIDATOR.address);
      assert.deepEqual([near.era, near.nonce, near.period], [local.finalizedHead(), 0, 16]);
      assert.equal(near.genesis, await chain.blockHash(0));
      assert.ok(near.extensions.includes("CheckMortality"));
      local.faults.stallFinality(true);
      await local.newBlocks(8);
      assert.deepEqual((await chain.context(VALIDATOR.address)).era, local.head());
      await assert.rejects(chain.context("not an address"), SyntaxError);
    }),
});

Deno.test({
  name: "headAfter() waits for finality, not for blocks",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local }) => {
      const { number } = await chain.head();
      assert.equal((await chain.headAfter(number - 1, 0 + 5_000)).number, number);
      const next = chain.headAfter(number, 20_000);
      await local.newBlocks(1);
      assert.equal((await next).number, number + 1);
      local.faults.stallFinality(true);
      const never = assert.rejects(chain.headAfter(number + 1, 300), code("no_heads", true));
      await local.newBlocks(3);
      await never;
      // A head that is finalized while the connection is gone is found on the next one.
      const later = chain.headAfter(number + 1, 20_000);
      local.faults.dropConnections();
      local.faults.stallFinality(false);
      assert.equal((await later).number, number + 4);
    }),
});

Deno.test({
  name: "reads name what the chain does not have",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local }) => {
      const head = await chain.head();
      await assert.rejects(chain.facts(7, head), code("unknown_subnet", false));
      await assert.rejects(chain.weights(7, 0), code("unknown_subnet", false));
      assert.deepEqual(await chain.weights(NETUID, 999), []);
      const nowhere = `0x${"ab".repeat(32)}`;
      await assert.rejects(chain.facts(NETUID, { number: 3, hash: nowhere }), code("unknown_block", true));
      await assert.rejects(chain.facts(NETUID, { ...head, number: 1 }), code("unknown_block", true));
      await assert.rejects(chain.blockHash(head.number + 1), code("unknown_block", true)); // not finalized yet
      await local.newBlocks(10);
      local.faults.forget(12);
      await assert.rejects(chain.facts(NETUID, head), code("state_discarded", false));
      assert.equal((await chain.facts(NETUID, await chain.head())).neurons.length, 4);
    }),
});

Deno.test({
  name: "openChain() refuses an endpoint that is no address, and a netuid that does not exist",
  permissions: PERMISSIONS,
  async fn() {
    for (const endpoint of ["finney", "http://127.0.0.1:1", "ws://", ""]) {
      await assert.rejects(openChain(endpoint), code("bad_endpoint", false));
    }
    const local = await startLocalChain(localOptions());
    try {
      await assert.rejects(openChain(local.url, { netuid: 7 }), code("unknown_subnet", false));
      const opened = await openChain(local.url, { netuid: NETUID });
      opened.close();
      await assert.rejects(opened.chain.head(), /closed/);
    } finally {
      await local.close();
    }
  },
});
