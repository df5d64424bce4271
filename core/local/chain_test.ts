import assert from "node:assert/strict";
import type { ApiPromise } from "@polkadot/api";
import {
  alice,
  bob,
  carol,
  CLIENT,
  key,
  NETUID,
  pair,
  rawSend,
  SUBNET,
  withChain,
  withClient,
} from "./chain_fixture_test.ts";
import { startLocalChain } from "./chain.ts";

function subtensor(api: ApiPromise) {
  return api.query.subtensorModule!;
}

Deno.test({
  name: "startLocalChain() serves a subnet that the real client reads when it connects",
  permissions: CLIENT,
  async fn() {
    const commitments = [{ hotkey: bob.address, bytes: new Uint8Array([1, 2, 3]), block: 4 }];
    await withClient({ startBlock: 9, weightsRateLimit: 7, commitments }, async (api) => {
      assert.equal(api.runtimeVersion.specName.toString(), "node-subtensor");
      assert.equal(api.runtimeVersion.specVersion.toNumber(), 425);
      const query = subtensor(api);
      const read = async (item: string, ...keys: unknown[]) => (await query[item]!(...keys)).toJSON();
      assert.equal(await read("tempo", NETUID), 10);
      assert.equal(await read("weightsSetRateLimit", NETUID), 7);
      assert.equal(await read("commitRevealWeightsEnabled", NETUID), false);
      assert.equal(await read("subnetOwnerHotkey", NETUID), carol.address);
      assert.equal(await read("subnetworkN", NETUID), 2);
      assert.equal(await read("uids", NETUID, bob.address), 1);
      assert.equal(await read("uids", NETUID, carol.address), null);
      assert.deepEqual(await read("validatorPermit", NETUID), [true, false]);
      assert.deepEqual(await read("active", NETUID), [true, true]);
      assert.deepEqual(await read("lastUpdate", NETUID), [9, 0]);
      const rest = ["maxAllowedUids", "immunityPeriod", "kappa", "rho", "minAllowedWeights", "maxWeightsLimit"];
      assert.deepEqual(await Promise.all(rest.map((item) => read(item, NETUID))), [256, 4096, 32767, 10, 1, 65535]);
      const keys = await query.keys!.entries(NETUID);
      assert.deepEqual(keys.map(([, hotkey]) => hotkey.toString()), [alice.address, bob.address]);
      const registered = await query.blockAtRegistration!.multi([[NETUID, 0], [NETUID, 1]]);
      assert.deepEqual(registered.map((block) => block.toJSON()), [9, 0]);
      const entries = await api.query.commitments!.commitmentOf!.entries(NETUID);
      const commitment = { deposit: 0, block: 4, info: { fields: [{ raw3: "0x010203" }] } };
      assert.deepEqual(entries.map(([{ args }, value]) => [args[1]!.toString(), value.toJSON()]), [
        [bob.address, commitment],
      ]);
      assert.equal((await api.query.commitments!.lastCommitment!(NETUID, bob.address)).toString(), "4");
    });
  },
});

Deno.test({
  name: "LocalChain takes weights and a commitment from the real client when they are signed",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      await chain.newBlocks(3);
      const statuses: string[] = [];
      const done = Promise.withResolvers<string[]>();
      const stop = await api.tx.subtensorModule!.setWeights!(NETUID, [0, 1], [11, 22], 0)
        .signAndSend(pair(alice), ({ status, events }) => {
          statuses.push(status.type);
          if (status.isReady) void chain.newBlocks(1);
          if (status.isInBlock) void chain.newBlocks(1);
          if (status.isFinalized) done.resolve(events.map(({ event }) => `${event.section}.${event.method}`));
        });
      assert.deepEqual(await done.promise, ["subtensorModule.WeightsSet", "system.ExtrinsicSuccess"]);
      stop();
      assert.deepEqual(statuses, ["Ready", "InBlock", "Finalized"]);
      assert.deepEqual((await subtensor(api).weights!(NETUID, 0)).toJSON(), [[0, 32768], [1, 65535]]);
      assert.deepEqual((await subtensor(api).lastUpdate!(NETUID)).toJSON(), [4, 0]);

      const large = `0x${"ab".repeat(300)}`;
      const fields = [[{ Raw0: "0x" }, "0x"], [{ Raw1: "0x05" }, "0x05"], [{ Raw3: "0x070809" }, "0x070809"], [
        { BigRaw: large },
        large,
      ]] as const;
      for (const [field, wanted] of fields) {
        await api.tx.commitments!.setCommitment!(NETUID, { fields: [field] }).signAndSend(pair(bob));
        await chain.newBlocks(2);
        const stored = (await api.query.commitments!.commitmentOf!(NETUID, bob.address)).toJSON();
        const { block, info } = stored as { block: number; info: { fields: Record<string, string>[] } };
        assert.deepEqual([block, Object.values(info.fields[0]!)[0]], [chain.head().number - 1, wanted]);
      }
    });
  },
});

Deno.test({
  name: "LocalChain keeps the extrinsic and its events at their block when the client looks back",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      const sent = await api.tx.commitments!.setCommitment!(NETUID, { fields: [{ Raw1: "0x01" }] }).signAsync(
        pair(bob),
      );
      await api.rpc.author.submitExtrinsic(sent);
      const { hash } = await chain.newBlocks(1);
      await chain.newBlocks(5);
      const { block } = await api.rpc.chain.getBlock(hash);
      assert.equal(block.header.hash.toHex(), hash);
      assert.equal(block.extrinsics[1]!.toHex(), sent.toHex());
      const events = await (await api.at(hash)).query.system!.events!() as never as {
        phase: { asApplyExtrinsic: { toNumber(): number } };
        event: { method: string };
      }[];
      const commitment = events.find(({ event }) => event.method === "Commitment")!;
      assert.equal(commitment.phase.asApplyExtrinsic.toNumber(), 1);
    });
  },
});

Deno.test({
  name: "LocalChain pushes every finalized head once and in order when blocks are made",
  permissions: CLIENT,
  async fn() {
    await withClient({ finalityLag: 2 }, async (api, chain) => {
      const seen: string[] = [];
      const done = Promise.withResolvers<void>();
      await api.rpc.chain.subscribeFinalizedHeads((head) => {
        seen.push(`${head.number.toNumber()} ${head.hash.toHex()}`);
        if (head.number.toNumber() === 5) done.resolve();
      });
      await chain.newBlocks(3);
      assert.equal(chain.finalizedHead().number, 1);
      await chain.newBlocks(4);
      await done.promise;
      const hashes = await Promise.all([0, 1, 2, 3, 4, 5].map((number) => api.rpc.chain.getBlockHash(number)));
      assert.deepEqual(seen, hashes.map((hash, number) => `${number} ${hash.toHex()}`));
    });
  },
});

Deno.test({
  name: "startLocalChain() makes blocks on its own and lets dev_newBlock make more when blockMs is given",
  permissions: CLIENT,
  async fn() {
    await withClient({ blockMs: 20 }, async (api) => {
      const third = Promise.withResolvers<void>();
      await api.rpc.chain.subscribeNewHeads((head) => {
        if (head.number.toNumber() >= 3) third.resolve();
      });
      await third.promise;
    });
    await withClient({}, async (api, chain) => {
      assert.equal(await rawSend(api, "dev_newBlock", [{ count: 4 }]), chain.head().hash);
      assert.equal(chain.head().number, 4);
      await rawSend(api, "dev_newBlock", []);
      await assert.rejects(rawSend(api, "dev_newBlock", [{ count: 1e9 }]), /-32602/);
      assert.equal(chain.head().number, 5);
    });
  },
});

Deno.test({
  name: "LocalChain serves a client again when its connections were dropped and refused",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      const gone = new Promise((resolve) => api.once("disconnected", resolve));
      const failed = new Promise((resolve) => api.once("error", resolve));
      chain.faults.refuse(true);
      chain.faults.dropConnections();
      await gone;
      await failed;
      const back = new Promise((resolve) => api.once("connected", resolve));
      chain.faults.refuse(false);
      await back;
      await api.isReady;
      await chain.newBlocks(1);
      assert.equal((await api.rpc.chain.getHeader()).number.toNumber(), 1);
    });
  },
});

Deno.test({
  name: "LocalChain finalizes nothing while finality is stalled, and all of it when it goes on",
  permissions: CLIENT,
  async fn() {
    const made: number[] = [];
    await withChain({ onBlock: ({ number }) => made.push(number) }, async (chain) => {
      await chain.newBlocks(3);
      assert.deepEqual(made, [1, 2, 3]);
      chain.faults.stallFinality(true);
      await chain.newBlocks(3);
      assert.deepEqual([chain.head().number, chain.finalizedHead().number], [6, 2]);
      chain.faults.stallFinality(false);
      assert.equal(chain.finalizedHead().number, 5);
    });
  },
});

Deno.test({
  name: "LocalChain says that state is discarded when it was forgotten",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      await chain.newBlocks(10);
      const storage = api.query.subtensorModule!.tempo!.key(NETUID);
      const at = async (number: number) =>
        await api.rpc.state.getStorage(storage, await api.rpc.chain.getBlockHash(number));
      await at(3);
      chain.faults.forget(4);
      // The client itself remembers what it has read at block 3.
      await assert.rejects(at(2), /4003.*UnknownBlock: State already discarded/);
      // A client asks the state of the parent for its runtime version first.
      await at(5);
      await assert.rejects(rawSend(api, "state_getStorage", [storage, `0x${"12".repeat(32)}`]), /UnknownBlock: Header/);
    });
  },
});

Deno.test({
  name: "LocalChain shows registrations, replacements, commitments and hyperparameters in the next block",
  permissions: CLIENT,
  async fn() {
    await withClient({}, async (api, chain) => {
      const query = subtensor(api);
      assert.equal(chain.register(carol.address), 2);
      assert.throws(() => chain.register(carol.address), /HotKeyAlreadyRegisteredInSubNet/);
      assert.throws(() => chain.replace(2, key("dave").address), /NoNeuronIdAvailable/);
      const stranger = chain.deregister(bob.address);
      chain.commit(alice.address, new Uint8Array([9]));
      chain.commit(bob.address, new Uint8Array());
      chain.commit(carol.address, new Uint8Array(200).fill(7));
      chain.setHyperparameter("weightsSetRateLimit", 33);
      chain.setHyperparameter("commitRevealWeightsEnabled", true);
      assert.throws(() => chain.setHyperparameter("tempo", 70_000), RangeError);
      assert.throws(() => chain.setHyperparameter("tempo", true), TypeError);
      assert.throws(() => chain.commit(carol.address, new Uint8Array(513)), RangeError);
      assert.equal((await query.subnetworkN!(NETUID)).toJSON(), 2);
      await chain.newBlocks(1);
      assert.equal((await query.subnetworkN!(NETUID)).toJSON(), 3);
      assert.equal((await query.uids!(NETUID, bob.address)).toJSON(), null);
      assert.equal((await query.keys!(NETUID, 1)).toString(), stranger);
      assert.deepEqual((await query.lastUpdate!(NETUID)).toJSON(), [0, 1, 1]);
      assert.equal((await query.weightsSetRateLimit!(NETUID)).toJSON(), 33);
      assert.equal((await query.commitRevealWeightsEnabled!(NETUID)).toJSON(), true);
      const commitments = await api.query.commitments!.commitmentOf!.multi(
        [alice, bob, carol].map(({ address }) => [NETUID, address]),
      );
      assert.deepEqual(commitments.map((one) => (one.toJSON() as { info: { fields: unknown[] } }).info.fields[0]), [
        { raw1: "0x09" },
        { raw0: "0x" },
        { bigRaw: `0x${"07".repeat(200)}` },
      ]);
      const events = (await api.query.system!.events!()) as never as { event: { method: string } }[];
      assert.deepEqual(events.slice(0, 2).map(({ event }) => event.method), ["NeuronRegistered", "Commitment"]);
    });
  },
});

Deno.test({
  name: "startLocalChain() gives the same hashes for the same seed when blocks hold different things",
  permissions: CLIENT,
  async fn() {
    await withChain({}, async (one) => {
      await withChain({ neurons: [], tempo: 3 }, async (other) => {
        one.commit(alice.address, new Uint8Array([1]));
        assert.deepEqual(await one.newBlocks(40), await other.newBlocks(40));
      });
      await withChain({ seed: "other" }, async (other) => {
        assert.notEqual((await other.newBlocks(40)).hash, one.head().hash);
      });
    });
  },
});

Deno.test({
  name: "startLocalChain() rejects when its port is taken",
  permissions: CLIENT,
  async fn() {
    await withChain({}, async ({ port }) => {
      await assert.rejects(startLocalChain({ ...SUBNET, port }), Deno.errors.AddrInUse);
    });
  },
});
