/**
 * The real runtime for `scripts/real_input.ts`: a connection of its own, a subnet with a validator and miners, commitments
 * signed by the miners themselves, blocks by hand, and what the runtime says afterwards. Nothing here is af's chain room. @module
 */
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import { toHex } from "../core/base/bytes.ts";

/** A key of polkadot's keyring. */
export type Key = ReturnType<Keyring["addFromSeed"]>;

/** A miner's hotkey and what it is to commit. */
export interface Commit {
  readonly key: Key;
  readonly bytes: Uint8Array;
}

/** A registered subnet, as the script made it. */
export interface Subnet {
  readonly netuid: number;
  /** Lines for people: what was done, and what the runtime said. */
  readonly log: readonly string[];
}

/** A value as polkadot.js gives it: everything here reads it as text or JSON. */
interface Codec {
  toJSON(): unknown;
  toString(): string;
}
type Query = (...args: unknown[]) => Promise<Codec>;
// deno-lint-ignore no-explicit-any -- the library types only what it ships metadata for, not these pallets
type Any = any;

/** Balance that the coldkey gets: 10 million TAO, in rao. */
const RICH = "10000000000000000";
/** A subnet cannot be registered earlier. */
const FIRST_BLOCK = 12;
const PATIENCE_MS = 15_000;

/** A connection to the runtime that makes blocks by hand. */
export class RealChain {
  readonly #api: ApiPromise;
  readonly #provider: WsProvider;
  #blocks: Promise<unknown> = Promise.resolve();

  private constructor(api: ApiPromise, provider: WsProvider) {
    this.#api = api;
    this.#provider = provider;
  }

  /** @throws {Error} if nothing that speaks Substrate JSON-RPC listens there. */
  static async connect(url: string): Promise<RealChain> {
    const provider = new WsProvider(url, false);
    const api = new ApiPromise({ provider: provider as Any, noInitWarn: true });
    // The library tries for ever: a wrong address must end in a sentence.
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`No Substrate node answers at ${url}`)), PATIENCE_MS);
      Deno.unrefTimer(timer);
    });
    try {
      await Promise.race([provider.connect().then(() => api.isReadyOrError), late]);
    } catch (cause) {
      await api.disconnect().catch(() => {});
      throw new Error(`No Substrate node answers at ${url}; start one with scripts/real_chain.sh`, { cause });
    }
    return new RealChain(api, provider);
  }

  /** Name and version of the runtime. */
  get runtime(): string {
    return `${this.#api.runtimeVersion.specName} ${this.#api.runtimeVersion.specVersion}`;
  }

  /** Storage of a pallet as JSON. */
  async read(pallet: string, item: string, ...args: unknown[]): Promise<unknown> {
    const query = (this.#api.query as Any)[pallet]?.[item] as Query | undefined;
    return query ? (await query(...args)).toJSON() : undefined;
  }

  /** Number of the newest block. */
  async height(): Promise<number> {
    return (await this.#api.rpc.chain.getHeader()).number.toNumber();
  }

  /** Numbers of the subnets that there are. */
  async netuids(): Promise<number[]> {
    const keys = await (this.#api.query.subtensorModule!.networksAdded as Any).keys();
    return keys.map((key: Any) => key.args[0].toNumber());
  }

  /** Makes blocks, each by a request of its own: many in one would take longer than the provider waits. */
  async blocks(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const work = this.#blocks.then(() => this.#provider.send("dev_newBlock", [{ count: 1 }]));
      this.#blocks = work.catch(() => {});
      await work;
    }
  }

  /** Signs with the key, sends, makes a block, and says how it ended: `ok`, the runtime's error, or the pool's. */
  async send(key: Key, pallet: string, call: string, ...args: unknown[]): Promise<string> {
    return await this.#sendCall(key, (this.#api.tx as Any)[pallet][call](...args));
  }

  /** As {@linkcode send}, as root. */
  async sudo(root: Key, pallet: string, call: string, ...args: unknown[]): Promise<string> {
    return await this.#sendCall(root, this.#api.tx.sudo!.sudo!((this.#api.tx as Any)[pallet][call](...args)));
  }

  async #sendCall(key: Key, call: Any): Promise<string> {
    let hex: string;
    try {
      const nonce = await this.#api.rpc.system.accountNextIndex(key.address);
      const signed = await call.signAsync(key, { nonce });
      hex = signed.toHex();
      await this.#provider.send("author_submitExtrinsic", [hex]);
    } catch (error) {
      return `refused by the pool: ${(error as Error).message}`;
    }
    await this.blocks(1);
    const { block } = await this.#api.rpc.chain.getBlock();
    const index = block.extrinsics.findIndex((one) => one.toHex() === hex);
    if (index < 0) return "not in the block";
    const at = await this.#api.at(block.header.hash);
    const events = await at.query.system!.events!() as Any;
    for (const { phase, event } of events) {
      if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index) continue;
      if (event.section === "sudo" && event.data[0].isErr) return `failed: ${event.data[0].asErr}`;
      if (event.method !== "ExtrinsicFailed") continue;
      const [error] = event.data;
      return `failed: ${error.isModule ? this.#api.registry.findMetaError(error.asModule).name : error}`;
    }
    return "ok";
  }

  /** Gives an account a balance and makes it the root of admin calls, by writing storage. */
  async enrich(key: Key): Promise<void> {
    const account = [[key.address], { providers: 1, data: { free: RICH } }];
    await this.#provider.send("dev_setStorage", [{ System: { Account: [account] }, Sudo: { Key: key.address } }]);
  }

  /** Blocks until a hotkey has a validator permit; throws when it gets none. */
  async awaitPermit(netuid: number, uid: number): Promise<number> {
    for (let made = 0; made < 40; made++) {
      const permits = await this.read("subtensorModule", "validatorPermit", netuid) as boolean[];
      if (permits[uid]) return made;
      await this.blocks(1);
    }
    throw new Error(`Uid ${uid} has no validator permit after 40 blocks`);
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#api.disconnect();
  }
}

/** Options of {@linkcode registerSubnet}. */
export interface RegisterOptions {
  readonly validator: Key;
  readonly commits: readonly Commit[];
  /** Blocks of an epoch, less one. */
  readonly tempo: number;
  readonly weightsRateLimit: number;
}

/**
 * Registers a subnet, its validator and its miners with one funded coldkey; the hotkeys hold nothing, as on the public
 * network. Each miner commits with its own signature. @throws {Error} at the first step that the runtime refuses.
 */
export async function registerSubnet(chain: RealChain, options: RegisterOptions): Promise<Subnet> {
  const log: string[] = [];
  const step = async (what: string, done: Promise<string>) => {
    const end = await done;
    log.push(`${what}: ${end}`);
    if (end !== "ok") throw new Error(`The runtime did not take "${what}": ${end}`);
  };
  const owner = newKey();
  await chain.enrich(owner);
  const born = await chain.height();
  if (born < FIRST_BLOCK) await chain.blocks(FIRST_BLOCK - born);
  // Two subnets may not be registered within ten blocks.
  await chain.sudo(owner, "adminUtils", "sudoSetNetworkRateLimit", 0);
  const before = new Set(await chain.netuids());
  await step(
    "registerNetwork(hotkey, mechid 1)",
    chain.send(owner, "subtensorModule", "registerNetwork", owner.address, 1),
  );
  const netuid = (await chain.netuids()).find((one) => !before.has(one));
  if (netuid === undefined) throw new Error("The runtime took registerNetwork and has no new subnet");
  const admin = (call: string, value: unknown) =>
    step(`sudo ${call}(${netuid}, ${value})`, chain.sudo(owner, "adminUtils", call, netuid, value));
  await admin("sudoSetTargetRegistrationsPerInterval", 8);
  for (const [i, key] of [options.validator, ...options.commits.map((one) => one.key)].entries()) {
    const who = i === 0 ? "validator" : `miner ${i}`;
    const register = chain.send(owner, "subtensorModule", "burnedRegister", netuid, key.address);
    await step(`burnedRegister(${netuid}, ${who}) signed by the coldkey`, register);
  }
  await admin("sudoSetTempo", options.tempo);
  await admin("sudoSetWeightsSetRateLimit", options.weightsRateLimit);
  await admin("sudoSetCommitRevealWeightsEnabled", false);
  const uid = Number(await chain.read("subtensorModule", "uids", netuid, options.validator.address));
  const waited = await chain.awaitPermit(netuid, uid);
  log.push(`validator is uid ${uid}, with a permit after ${waited} more blocks and without stake`);
  for (const [i, { key, bytes }] of options.commits.entries()) {
    const field = { [`Raw${bytes.length}`]: `0x${toHex(bytes)}` };
    const commit = chain.send(key, "commitments", "setCommitment", netuid, { fields: [field] });
    await step(`setCommitment of ${bytes.length} bytes signed by miner ${i + 1}`, commit);
  }
  // af reads an epoch at its first block: whoever commits in the middle of one takes part from the next.
  const height = await chain.height();
  const missing = (options.tempo + 1) - (height + netuid + 1) % (options.tempo + 1);
  await chain.blocks(missing);
  log.push(`${missing} blocks to the first block of the next epoch`);
  return { netuid, log };
}

const ring = new Keyring({ type: "sr25519" });

/** A new key, from 32 random bytes unless they are given. */
export function newKey(seed: Uint8Array = crypto.getRandomValues(new Uint8Array(32))): Key {
  return ring.addFromSeed(seed);
}
