/** The local chain itself: makes blocks from what waits in the pool, keeps their state, finalizes them. @module */
import { concat } from "../base/bytes.ts";
import { checkBounds, checkForPool, dispatch } from "./chain_calls.ts";
import { type Call, Codecs, hex } from "./chain_codec.ts";
import { DispatchError, RpcError } from "./chain_errors.ts";
import { checkExtrinsic } from "./chain_extrinsic.ts";
import { compact, Hashes, type Header } from "./chain_hashes.ts";
import { type Pending, Pool, type PoolStatus } from "./chain_pool.ts";
import { bittensorRuntime, type RuntimeVersion, runtimeVersion } from "./chain_runtime.ts";
import { type Changes, State } from "./chain_state.ts";
import { type CallContext, Storage } from "./chain_storage.ts";
import { stepEpoch } from "./chain_subnet.ts";

/** A block that is still kept. */
export interface Block {
  readonly number: number;
  readonly hash: string;
  readonly header: Header;
  /** With length prefixes, byte for byte as they came; the first one sets the clock. */
  readonly extrinsics: readonly Uint8Array[];
  readonly changes: Changes;
}

/** Options of {@linkcode ChainNode}. */
export interface NodeOptions {
  readonly seed: string;
  readonly netuid: number;
  /** Number of the first block. */
  readonly start: number;
  /** What clients are told of the time between blocks, in milliseconds. */
  readonly blockMs: number;
  /** Blocks by which finality trails. */
  readonly finalityLag: number;
  /** Whether calls that cannot succeed are refused before the pool, as the newest runtime does. */
  readonly poolChecks: boolean;
}

/** Told of every new best block, and of every block that becomes final. */
export type BlockListener = (kind: "best" | "finalized", block: Block) => void;

/** Blocks whose state and body are kept. */
export const KEPT_BLOCKS = 4096;

type Phase = { readonly type: "Initialization" } | { readonly type: "ApplyExtrinsic"; readonly value: number };

/** See the module. */
export class ChainNode {
  readonly codecs: Codecs;
  readonly hashes: Hashes;
  readonly state: State;
  readonly version: RuntimeVersion;
  readonly listeners: Set<BlockListener> = new Set();
  /** While true no block becomes final. */
  finalityStalled = false;
  readonly #options: NodeOptions;
  readonly #storage: Storage;
  readonly #pool = new Pool();
  readonly #blocks = new Map<number, Block>();
  readonly #numbers = new Map<string, number>();
  #events: unknown[] = [];
  #included: { pending: Pending; block: Block }[] = [];
  #head: Block;
  #finalized: Block;

  /** Makes the first block; `genesis` writes its state. */
  constructor(options: NodeOptions, genesis: (storage: Storage) => void) {
    const runtime = bittensorRuntime(options.blockMs);
    this.#options = options;
    this.codecs = new Codecs(runtime);
    this.version = runtimeVersion(runtime);
    this.hashes = new Hashes(options.seed, options.start);
    this.state = new State(options.start);
    this.#storage = new Storage(this.codecs, this.state);
    genesis(this.#storage);
    this.#storage.set("System", "Number", [], options.start);
    this.#head = this.#finalized = this.#seal([], options.start);
  }

  /** The newest block. */
  get head(): Block {
    return this.#head;
  }
  /** The newest final block. */
  get finalized(): Block {
    return this.#finalized;
  }
  /** A kept block by hash. */
  block(hash: string): Block | undefined {
    const number = this.#numbers.get(hash);
    return number === undefined ? undefined : this.#blocks.get(number);
  }
  /** Number of the block whose state is asked for. @throws {RpcError} 4003 if there is no such block or its state is gone. */
  stateAt(hash: string | undefined): number {
    if (hash === undefined) return this.#head.number;
    const block = this.block(hash);
    if (!block) throw new RpcError(4003, `Client error: UnknownBlock: Header was not found in the database: ${hash}`);
    if (block.number < this.state.floor) {
      throw new RpcError(4003, `Client error: UnknownBlock: State already discarded for ${hash}`);
    }
    return block.number;
  }
  /** The nonce on chain at a block. */
  nonce(account: string, block: number): number {
    const codec = this.codecs.storage("System", "Account");
    const value = this.state.at(codec.key([account]), block);
    return value === null ? 0 : codec.value.dec(value).nonce;
  }
  /** The nonce after all that waits. */
  nextNonce(account: string): number {
    return this.#pool.nextNonce(account, this.nonce(account, this.#head.number));
  }
  /** Extrinsics that wait. */
  get pending(): readonly Pending[] {
    return this.#pool.waiting;
  }

  /**
   * Takes an extrinsic into the pool and returns its hash; `notify` hears what becomes of it.
   * @throws {RpcError} as a Substrate node would answer.
   */
  submit(raw: Uint8Array, notify: (status: PoolStatus) => void = () => {}): string {
    const next = this.#head.number + 1;
    const checked = checkExtrinsic(raw, { codecs: this.codecs, hashes: this.hashes, next });
    checkBounds(checked.call);
    const nonce = this.nonce(checked.signer, this.#head.number);
    if (checked.nonce >= nonce) this.#checkForPool(checked, next);
    this.#pool.add({ ...checked, notify }, nonce);
    return checked.hash;
  }
  /** Changes state outside of any extrinsic: takes effect in the next block, or not at all if `work` throws. */
  intervene<T>(work: (context: CallContext) => T): T {
    let result: T;
    const events = this.#events.length;
    const context = this.#context("", this.#head.number + 1, { type: "Initialization" });
    try {
      this.state.attempt(() => result = work(context));
    } catch (error) {
      this.#events.length = events;
      throw error;
    }
    return result!;
  }
  /** Makes one block of everything that is ready. */
  build(): Block {
    const number = this.#head.number + 1;
    const now = BigInt(Date.now());
    this.#storage.set("System", "Number", [], number);
    this.#storage.set("System", "ParentHash", [], this.#head.hash);
    this.#storage.set("Timestamp", "Now", [], now);
    stepEpoch(this.#storage, this.#options.netuid, number);
    const extrinsics = [this.#clock(now)];
    this.#succeeded(0, "Mandatory");
    const included = this.#include(number, extrinsics);
    const block = this.#seal(extrinsics, number);
    this.#head = block;
    this.#prune(number - KEPT_BLOCKS);
    for (const listener of this.listeners) listener("best", block);
    for (const pending of included) {
      this.#included.push({ pending, block });
      pending.notify({ inBlock: block.hash });
    }
    this.finalize();
    return block;
  }
  /** Makes final what finality's lag allows, one block at a time, unless it is stalled. */
  finalize(): void {
    const upTo = this.#head.number - this.#options.finalityLag;
    while (!this.finalityStalled && this.#finalized.number < upTo) {
      // A stall longer than what is kept leaves a gap: finality goes on at the oldest block that is still there.
      const next = Math.max(this.#finalized.number + 1, this.#head.number - KEPT_BLOCKS);
      const block = this.#blocks.get(next)!;
      this.#finalized = block;
      for (const listener of this.listeners) listener("finalized", block);
      const done = this.#included.filter((entry) => entry.block.number <= block.number);
      if (done.length === 0) continue;
      this.#included = this.#included.filter((entry) => entry.block.number > block.number);
      for (const entry of done) entry.pending.notify({ finalized: entry.block.hash });
    }
  }
  /** Forgets states below a block, before their time. */
  forget(beforeBlock: number): void {
    this.state.forget(Math.min(beforeBlock, this.#head.number));
  }

  /** Applies what is ready, in order of arrival; what waits for a predecessor follows as soon as that is in. */
  #include(number: number, extrinsics: Uint8Array[]): Pending[] {
    const included: Pending[] = [];
    for (let progress = true; progress;) {
      progress = false;
      for (const pending of [...this.#pool.waiting]) {
        const account = this.#storage.get<{ nonce: number }>("System", "Account", pending.signer);
        if (pending.nonce > account.nonce && pending.death > number) continue;
        this.#pool.remove(pending);
        if (pending.nonce < account.nonce || pending.death <= number || !this.#stillValid(pending, number)) {
          pending.notify("invalid");
          continue;
        }
        this.#storage.set("System", "Account", [pending.signer], { ...account, nonce: account.nonce + 1 });
        this.#apply(pending, { index: extrinsics.length, number });
        extrinsics.push(pending.raw);
        included.push(pending);
        progress = true;
      }
    }
    return included;
  }
  #apply({ signer, call }: Pending, { index, number }: { index: number; number: number }): void {
    const events = this.#events.length;
    const context = this.#context(signer, number, { type: "ApplyExtrinsic", value: index });
    try {
      this.state.attempt(() => dispatch(context, call));
      this.#succeeded(index, "Normal");
    } catch (error) {
      this.#events.length = events;
      context.deposit("System", "ExtrinsicFailed", {
        dispatch_error: this.#moduleError(error),
        dispatch_info: dispatchInfo("Normal"),
      });
    }
  }
  #moduleError(error: unknown): { type: string; value?: unknown } {
    // Anything else is a mistake in a call's code: what a client sends must not end the chain.
    if (!(error instanceof DispatchError)) return { type: "Other" };
    const [pallet, code] = this.codecs.errorLocation(error.pallet, error.error);
    return { type: "Module", value: [pallet, hex(new Uint8Array([code, 0, 0, 0]))] };
  }
  #stillValid(pending: Pending, number: number): boolean {
    try {
      this.#checkForPool(pending, number);
      return true;
    } catch (error) {
      if (error instanceof RpcError) return false;
      throw error;
    }
  }
  #checkForPool({ signer, call }: { signer: string; call: Call }, block: number): void {
    if (this.#options.poolChecks) checkForPool({ storage: this.#storage, signer, block }, call);
  }
  #context(signer: string, block: number, phase: Phase): CallContext {
    const deposit = (pallet: string, event: string, value: unknown) => {
      this.#events.push({ phase, event: { type: pallet, value: { type: event, value } }, topics: [] });
    };
    return { storage: this.#storage, signer, block, deposit };
  }
  #succeeded(index: number, dispatchClass: string): void {
    const context = this.#context("", 0, { type: "ApplyExtrinsic", value: index });
    context.deposit("System", "ExtrinsicSuccess", { dispatch_info: dispatchInfo(dispatchClass) });
  }
  #clock(now: bigint): Uint8Array {
    const call = this.codecs.encodeCall({ type: "Timestamp", value: { type: "set", value: { now } } });
    return concat(compact(call.length + 1), new Uint8Array([4]), call);
  }
  #seal(extrinsics: readonly Uint8Array[], number: number): Block {
    this.#storage.set("System", "Events", [], this.#events);
    this.#storage.set("System", "EventCount", [], this.#events.length);
    this.#events = [];
    const changes = this.state.seal(number);
    const header = this.hashes.header(number);
    const block: Block = { number, hash: this.hashes.hash(number), header, extrinsics, changes };
    this.#blocks.set(number, block);
    this.#numbers.set(block.hash, number);
    return block;
  }
  #prune(below: number): void {
    this.state.forget(below);
    const old = this.#blocks.get(below - 1);
    if (!old) return;
    this.#blocks.delete(old.number);
    this.#numbers.delete(old.hash);
  }
}

function dispatchInfo(dispatchClass: string) {
  return {
    weight: { ref_time: 0n, proof_size: 0n },
    class: { type: dispatchClass },
    pays_fee: { type: "No" },
  };
}
