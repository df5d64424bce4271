/** The chain room against the local chain: facts, extrinsics, and what a broken connection does to them. */
import assert from "node:assert/strict";
import { utf8 } from "../core/base/bytes.ts";
import { AfError } from "../core/base/errors.ts";
import { openChain, type OpenChainOptions } from "../core/chain/client.ts";
import { type LocalChain, type LocalChainOptions, startLocalChain } from "../core/local/chain.ts";
import type { Chain } from "../core/port/chain.ts";
import type { SignedCall } from "../core/port/signer.ts";
import type { LogLine } from "../core/room/message.ts";
import { signExtrinsic } from "../core/wallet/extrinsic.ts";
import { KeyPair } from "../core/wallet/keypair.ts";

const PERMISSIONS: Deno.PermissionOptions = {
  net: ["127.0.0.1"],
  read: true,
  env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
};
const NETUID = 120;
const OWNER = key(9);
const VALIDATOR = key(1);
const MINERS = [key(2), key(3), key(4)] as const;

function key(byte: number): KeyPair {
  return new KeyPair(new Uint8Array(32).fill(byte));
}

interface Scene {
  readonly chain: Chain;
  readonly local: LocalChain;
  readonly log: LogLine[];
  /** Signs against a fresh context. */
  sign(who: KeyPair, call: SignedCall): Promise<string>;
}

function localOptions(change: Partial<LocalChainOptions> = {}): LocalChainOptions {
  return {
    seed: "chain-room",
    netuid: NETUID,
    tempo: 360,
    weightsRateLimit: 0,
    ownerHotkey: OWNER.address,
    neurons: [{ hotkey: VALIDATOR.address, permit: true }, ...MINERS.map(({ address }) => ({ hotkey: address }))],
    ...change,
  };
}

async function withChain(
  work: (scene: Scene) => Promise<void>,
  change: Partial<LocalChainOptions> = {},
  options: OpenChainOptions = {},
): Promise<void> {
  const local = await startLocalChain(localOptions(change));
  const log: LogLine[] = [];
  try {
    await local.newBlocks(5);
    const { chain, close } = await openChain(local.url, { onLog: (_, line) => log.push(line), ...options });
    try {
      const sign = async (who: KeyPair, call: SignedCall) => signExtrinsic(who, call, await chain.context(who.address));
      await work({ chain, local, log, sign });
    } finally {
      close();
    }
  } finally {
    await local.close();
  }
}

function weights(change: Partial<Extract<SignedCall, { call: "set_weights" }>> = {}): SignedCall {
  return { call: "set_weights", netuid: NETUID, uids: [2], weights: [65535], versionKey: 0, ...change };
}

function commitment(data: string): SignedCall {
  return { call: "set_commitment", netuid: NETUID, data };
}

function code(expected: string, retryable?: boolean): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof AfError && thrown.kind === "ChainError", `not a ChainError: ${String(thrown)}`);
    assert.equal(thrown.code, expected, thrown.message);
    if (retryable !== undefined) assert.equal(thrown.retryable, retryable, thrown.message);
    return true;
  };
}

/** Submits, and makes blocks until it has ended. */
async function land({ chain, local }: Scene, extrinsic: string): Promise<{ number: number; index: number }> {
  const ended = chain.submit(extrinsic);
  let done = false;
  const settled = ended.then(() => done = true, () => done = true);
  while (!done) {
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 20))]);
    if (!done) await local.newBlocks(1);
  }
  const { block, extrinsicIndex } = await ended;
  return { number: block.number, index: extrinsicIndex };
}

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
        while (!(await pool(local)).includes(extrinsic)) await new Promise((resolve) => setTimeout(resolve, 5));
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
  name: "submit() finds its extrinsic in the blocks when the connection drops while it waits",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local, sign, log }) => {
      const extrinsic = await sign(VALIDATOR, weights());
      const sent = chain.submit(extrinsic);
      while (!(await pool(local)).includes(extrinsic)) await new Promise((resolve) => setTimeout(resolve, 5));
      local.faults.refuse(true);
      local.faults.dropConnections();
      await local.newBlocks(3);
      local.faults.refuse(false);
      assert.equal((await sent).block.number, 6);
      assert.ok(log.filter(({ text }) => /^Connected/.test(text)).length >= 2);
    }),
});

Deno.test({
  name: "submit() says dropped when a node comes back that knows nothing of the extrinsic",
  permissions: PERMISSIONS,
  async fn() {
    const first = await startLocalChain(localOptions());
    await first.newBlocks(5);
    const { chain, close } = await openChain(first.url);
    try {
      const extrinsic = signExtrinsic(VALIDATOR, weights(), await chain.context(VALIDATOR.address));
      const sent = chain.submit(extrinsic);
      const refused = assert.rejects(sent, code("dropped", true));
      while (!(await pool(first)).includes(extrinsic)) await new Promise((resolve) => setTimeout(resolve, 5));
      await first.close();
      const second = await startLocalChain(localOptions({ port: first.port }));
      try {
        await second.newBlocks(5);
        await refused;
      } finally {
        await second.close();
      }
    } finally {
      close();
    }
  },
});

Deno.test({
  name: "submit() says timeout when finality stalls for longer than it may wait",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(
      async ({ chain, local, sign }) => {
        const sent = chain.submit(await sign(VALIDATOR, weights()));
        const ended = assert.rejects(sent, code("timeout"));
        local.faults.stallFinality(true);
        await local.newBlocks(2);
        await ended;
      },
      {},
      { submitMs: 1_000 },
    ),
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
  name: "calls wait for a node that is restarted, and refuse one with another genesis",
  permissions: PERMISSIONS,
  async fn() {
    const first = await startLocalChain(localOptions());
    await first.newBlocks(5);
    const { chain, close } = await openChain(first.url, { patienceMs: 20_000 });
    try {
      await first.close();
      const waiting = chain.head();
      const second = await startLocalChain(localOptions({ port: first.port }));
      await second.newBlocks(3);
      assert.equal((await waiting).number, 2);
      await second.close();
      const third = await startLocalChain(localOptions({ port: first.port, seed: "another" }));
      try {
        await assert.rejects(chain.head(), code("foreign_chain", false));
        await assert.rejects(chain.headAfter(0, 5_000), code("foreign_chain", false));
      } finally {
        await third.close();
      }
    } finally {
      close();
    }
  },
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

/** Extrinsics that wait in a local chain's pool, asked of it as any client would. */
async function pool({ url }: LocalChain): Promise<string[]> {
  const socket = new WebSocket(url);
  try {
    return await new Promise((resolve, reject) => {
      socket.onopen = () => socket.send('{"id":1,"jsonrpc":"2.0","method":"author_pendingExtrinsics","params":[]}');
      socket.onmessage = ({ data }) => resolve(JSON.parse(data).result);
      socket.onerror = () => reject(new Error("No answer from the local chain"));
    });
  } finally {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await closed;
  }
}
