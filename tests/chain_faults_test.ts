/** The chain room against nodes that go away, come back as another, or run another runtime. */
import assert from "node:assert/strict";
import { compact as Compact } from "scale-ts";
import { openChain } from "../core/chain/client.ts";
import { SIGNED_CALLS } from "../core/chain/runtime.ts";
import { startLocalChain } from "../core/local/chain.ts";
import { encodeMetadata, type PalletSpec, type RuntimeSpec } from "../core/local/chain_metadata.ts";
import { bittensorRuntime, runtimeVersion } from "../core/local/chain_runtime.ts";
import { CALL_INDEX, signExtrinsic } from "../core/wallet/extrinsic.ts";
import { code, localOptions, PERMISSIONS, pooled, VALIDATOR, weights, withChain } from "./chain_scene.ts";

Deno.test({
  name: "submit() finds its extrinsic in the blocks when the connection drops while it waits",
  permissions: PERMISSIONS,
  fn: () =>
    withChain(async ({ chain, local, sign, log }) => {
      const extrinsic = await sign(VALIDATOR, weights());
      const sent = chain.submit(extrinsic);
      await pooled(local, extrinsic);
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
      await pooled(first, extrinsic);
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

/** A node with this runtime that answers what a client asks on connecting, and for a signing context. */
async function withRuntime(spec: RuntimeSpec, work: (url: string) => Promise<void>): Promise<void> {
  const hash = `0x${"12".repeat(32)}`;
  const { v14, v15 } = encodeMetadata(spec);
  const opaque = (bytes: Uint8Array) => `01${Compact.enc(bytes.length).toHex()}${bytes.toHex()}`;
  const answers: Record<string, unknown> = {
    chain_getBlockHash: hash,
    chain_getFinalizedHead: hash,
    chain_getHeader: { number: "0x5", parentHash: hash },
    state_getMetadata: `0x${v14.toHex()}`,
    state_getRuntimeVersion: runtimeVersion(spec),
    state_call: `0x${opaque(v15)}`,
    state_subscribeRuntimeVersion: "s1",
    chain_subscribeFinalizedHeads: "s2",
    system_accountNextIndex: 0,
    system_chain: "Strange",
    system_properties: {},
    rpc_methods: { methods: [] },
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      const { id, method, params } = JSON.parse(data);
      const versions = params[0] === "Metadata_metadata_versions";
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: versions ? "0x080e0000000f000000" : answers[method] }));
    };
    return response;
  });
  try {
    await work(`ws://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

function change(pallet: string, by: (spec: PalletSpec) => PalletSpec | null): RuntimeSpec {
  const spec = bittensorRuntime(12_000);
  const { [pallet]: found, ...others } = spec.pallets;
  const changed = by(found!);
  return { ...spec, pallets: changed ? { ...others, [pallet]: changed } : others };
}

Deno.test({
  name: "openChain() names what a Substrate node lacks to be a Bittensor node",
  permissions: PERMISSIONS,
  async fn() {
    const refuses = (spec: RuntimeSpec, lacks: RegExp) =>
      withRuntime(
        spec,
        (url) =>
          assert.rejects(openChain(url), (thrown) => code("no_subtensor", false)(thrown) && lacks.test(String(thrown))),
      );
    await refuses(change("Commitments", () => null), /it lacks commitments\.commitmentOf;/);
    await refuses(change("SubtensorModule", () => null), /lacks subtensorModule\.blockAtRegistration.* and \d+ more/);
  },
});

Deno.test({
  name: "context() refuses a runtime that numbers a call otherwise than the signer",
  permissions: PERMISSIONS,
  async fn() {
    const calls = (spec: PalletSpec) => spec.calls ?? {};
    const swapped = change("SubtensorModule", (spec) => {
      const { set_weights: [, args] = [0, {}], ...others } = calls(spec);
      return { ...spec, calls: { ...others, set_weights: [200, args] } };
    });
    const moved = change("Commitments", (spec) => ({ ...spec, index: 19 }));
    for (const [spec, why] of [[swapped, /setWeights 7\/200/], [moved, /setCommitment 19\/0/]] as const) {
      await withRuntime(spec, async (url) => {
        const { chain, close } = await openChain(url);
        try {
          await assert.rejects(
            chain.context(VALIDATOR.address),
            (thrown) => code("foreign_calls", false)(thrown) && why.test(String(thrown)),
          );
        } finally {
          close();
        }
      });
    }
    await withRuntime(bittensorRuntime(12_000), async (url) => {
      const { chain, close } = await openChain(url);
      assert.equal((await chain.context(VALIDATOR.address)).era.number, 5);
      close();
    });
  },
});

Deno.test({
  name: "SIGNED_CALLS are numbered as the wallet room builds them",
  permissions: "none",
  fn() {
    const camel = (name: string) => name.replace(/_(\w)/, (_, letter) => letter.toUpperCase());
    const built = Object.entries(CALL_INDEX).map(([name, index]) => [camel(name), [...index]]);
    assert.deepEqual(SIGNED_CALLS.map(({ call, index }) => [call, [...index]]), built);
  },
});
