/** What the tests of the local chain share: keys, hand-made extrinsics, a subnet, and the real client. Holds no test. @module */
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import type { ApiOptions } from "@polkadot/api/types";
import { AccountId } from "@polkadot-api/substrate-bindings";
import { blake2b } from "@noble/hashes/blake2.js";
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { concat, fromHex } from "../base/bytes.ts";
import { sha256 } from "../base/hash.ts";
import { type LocalChain, type LocalChainOptions, startLocalChain } from "./chain.ts";
import type { Call } from "./chain_codec.ts";
import { compact } from "./chain_hashes.ts";
import type { ChainNode } from "./chain_node.ts";

/** What a test with the real client may do: loopback, and the names that @polkadot reads. */
export const CLIENT: Deno.PermissionOptions = {
  net: ["127.0.0.1"],
  env: ["POLKADOTJS_DISABLE_ESM_CJS_WARNING", "DEBUG", "DEBUG_MAX", "WS_NO_BUFFER_UTIL"],
};

/** A key made from a name. */
export interface TestKey {
  readonly seed: Uint8Array;
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: string;
}

/** The key of a name. */
export function key(name: string): TestKey {
  const seed = sha256(name);
  const secret = secretFromSeed(seed);
  const publicKey = getPublicKey(secret);
  return { seed, secret, publicKey, address: AccountId().dec(publicKey) };
}

export const alice: TestKey = key("alice");
export const bob: TestKey = key("bob");
export const carol: TestKey = key("carol");
export const NETUID = 120;

/** A subnet of two: alice (permit, the owner) and bob. */
export const SUBNET: LocalChainOptions = {
  seed: "test",
  netuid: NETUID,
  tempo: 10,
  weightsRateLimit: 0,
  ownerHotkey: carol.address,
  neurons: [{ hotkey: alice.address, permit: true, stake: 100 }, { hotkey: bob.address, registeredAt: 0 }],
};

/** Runs a test on a chain, and closes it. */
export async function withChain(
  options: Partial<LocalChainOptions>,
  test: (chain: LocalChain) => Promise<void>,
): Promise<void> {
  const chain = await startLocalChain({ ...SUBNET, ...options });
  try {
    await test(chain);
  } finally {
    await chain.close();
  }
}

/** Runs a test with the real client on a chain, and closes both. */
export function withClient(
  options: Partial<LocalChainOptions>,
  test: (api: ApiPromise, chain: LocalChain) => Promise<void>,
): Promise<void> {
  return withChain(options, async (chain) => {
    // The client's own types do not fit each other under exactOptionalPropertyTypes.
    const options = { provider: new WsProvider(chain.url, 50), noInitWarn: true } as ApiOptions;
    const api = await ApiPromise.create(options);
    try {
      await test(api, chain);
    } finally {
      await api.disconnect();
    }
  });
}

interface ProviderInterface {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** Calls a method that the client has no name for, or with parameters that it would not send. */
export function rawSend(api: ApiPromise, method: string, params: unknown[]): Promise<unknown> {
  const { provider } = (api as unknown as { _rpcCore: { provider: ProviderInterface } })._rpcCore;
  return provider.send(method, params);
}

/** A key as the real client takes it. */
export function pair({ seed }: TestKey): ReturnType<Keyring["addFromSeed"]> {
  return new Keyring({ type: "sr25519" }).addFromSeed(seed);
}

/** How {@linkcode signedExtrinsic} differs from a plain immortal extrinsic. */
export interface SigningOptions {
  readonly nonce?: number;
  readonly tip?: number;
  /** Encoded era and the hash that it starts from. @default immortal */
  readonly era?: { readonly bytes: Uint8Array; readonly hash: string };
  readonly specVersion?: number;
  readonly genesis?: string;
}

/** An extrinsic put together byte by byte, without the codecs that the chain reads it with. */
export function signedExtrinsic(
  { codecs, hashes }: ChainNode,
  { publicKey, secret }: TestKey,
  call: Call,
  options: SigningOptions = {},
): Uint8Array {
  const { nonce = 0, tip = 0, era, specVersion = 425, genesis = hashes.hash(0) } = options;
  const callBytes = codecs.encodeCall(call);
  const extra = concat(era?.bytes ?? new Uint8Array([0]), compact(nonce), compact(tip), new Uint8Array([0]));
  const versions = new Uint8Array(new Uint32Array([specVersion, 1]).buffer);
  const implicit = concat(versions, fromHex(genesis), fromHex(era?.hash ?? genesis), new Uint8Array([0]));
  const payload = concat(callBytes, extra, implicit);
  const signature = sign(secret, payload.length > 256 ? blake2b(payload, { dkLen: 32 }) : payload);
  const address = concat(new Uint8Array([0]), publicKey);
  const body = concat(new Uint8Array([0x84]), address, new Uint8Array([1]), signature, extra, callBytes);
  return concat(compact(body.length), body);
}
