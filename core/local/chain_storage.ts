/** Typed reading and writing of the local chain's storage, by pallet and item. @module */
import { fromHex } from "../base/bytes.ts";
import { type Codecs, hex } from "./chain_codec.ts";
import type { State } from "./chain_state.ts";

/** The storage as the block under way sees it. */
export class Storage {
  readonly #codecs: Codecs;
  readonly #state: State;
  constructor(codecs: Codecs, state: State) {
    this.#codecs = codecs;
    this.#state = state;
  }
  /** The value, or the item's default where there is none; undefined for optional items. `T` is the metadata's type. */
  get<T>(pallet: string, item: string, ...keys: readonly unknown[]): T {
    const codec = this.#codecs.storage(pallet, item);
    const value = this.#state.get(codec.key(keys));
    return (value === null ? codec.fallback : codec.value.dec(fromHex(value))) as T;
  }
  /** Writes a value; undefined removes it. */
  set(pallet: string, item: string, keys: readonly unknown[], value: unknown): void {
    const codec = this.#codecs.storage(pallet, item);
    this.#state.set(codec.key(keys), value === undefined ? null : hex(codec.value.enc(value)));
  }
}

/** What a call under way may see and touch. */
export interface CallContext {
  readonly storage: Storage;
  /** SS58 address of who signed it. */
  readonly signer: string;
  /** Number of the block under way. */
  readonly block: number;
  /** Emits an event. */
  deposit(pallet: string, event: string, value: unknown): void;
}
