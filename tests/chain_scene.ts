/** A local chain with a chain room open on it, for tests. @module */
import assert from "node:assert/strict";
import { AfError } from "../core/base/errors.ts";
import { openChain, type OpenChainOptions } from "../core/chain/client.ts";
import { type LocalChain, type LocalChainOptions, startLocalChain } from "../core/local/chain.ts";
import type { Chain } from "../core/port/chain.ts";
import type { SignedCall } from "../core/port/signer.ts";
import type { LogLine } from "../core/room/message.ts";
import { signExtrinsic } from "../core/wallet/extrinsic.ts";
import { KeyPair } from "../core/wallet/keypair.ts";

/** Rights of a test that opens the chain room. */
export const PERMISSIONS: Deno.PermissionOptions = {
  net: ["127.0.0.1"],
  read: true,
  env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
};
/** The subnet of the scene. */
export const NETUID = 120;
/** Hotkey of the subnet's owner, not registered. */
export const OWNER = key(9);
/** Uid 0, with a permit. */
export const VALIDATOR = key(1);
/** Uids 1 to 3. */
export const MINERS: readonly [KeyPair, KeyPair, KeyPair] = [key(2), key(3), key(4)];

/** A key of 32 equal bytes. */
export function key(byte: number): KeyPair {
  return new KeyPair(new Uint8Array(32).fill(byte));
}

/** A chain, and the room that is connected to it. */
export interface Scene {
  readonly chain: Chain;
  readonly local: LocalChain;
  readonly log: LogLine[];
  /** Signs against a fresh context. */
  sign(who: KeyPair, call: SignedCall): Promise<string>;
}

/** Options of the scene's chain. */
export function localOptions(change: Partial<LocalChainOptions> = {}): LocalChainOptions {
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

/** Starts a chain with five blocks, opens the room, works, and closes both. */
export async function withChain(
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

/** A call that puts all weight on uid 2. */
export function weights(change: Partial<Extract<SignedCall, { call: "set_weights" }>> = {}): SignedCall {
  return { call: "set_weights", netuid: NETUID, uids: [2], weights: [65535], versionKey: 0, ...change };
}

/** A call that commits bytes, given as hex. */
export function commitment(data: string): SignedCall {
  return { call: "set_commitment", netuid: NETUID, data };
}

/** A check for `assert.rejects`: a ChainError of this code. */
export function code(expected: string, retryable?: boolean): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof AfError && thrown.kind === "ChainError", `not a ChainError: ${String(thrown)}`);
    assert.equal(thrown.code, expected, thrown.message);
    if (retryable !== undefined) assert.equal(thrown.retryable, retryable, thrown.message);
    return true;
  };
}

/** Submits, and makes blocks until it has ended. */
export async function land({ chain, local }: Scene, extrinsic: string): Promise<{ number: number; index: number }> {
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

/** Waits until an extrinsic is in a local chain's pool. */
export async function pooled(local: LocalChain, extrinsic: string): Promise<void> {
  while (!(await pool(local)).includes(extrinsic)) await new Promise((resolve) => setTimeout(resolve, 5));
}

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
