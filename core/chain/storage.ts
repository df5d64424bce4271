/** Typed reads of a runtime's storage at one block: values as JSON, many keys in one request. @module */
import type { ApiPromise } from "@polkadot/api";
import { ChainError } from "../base/errors.ts";
import type { Head } from "../port/chain.ts";
import { type Node, unknownBlock } from "./node.ts";

type At = Awaited<ReturnType<ApiPromise["at"]>>;

/** A value as the library decodes it. */
export type Value = Awaited<ReturnType<At["queryMulti"]>>[number];

/** One item of storage and the keys to read it at. */
export type Read = readonly [pallet: string, item: string, ...keys: (number | string)[]];

/** The state of one block. */
export class Storage {
  readonly #at: At;
  private constructor(at: At) {
    this.#at = at;
  }

  /** @throws ChainError `unknown_block` if the node does not have the block or has it under another number. */
  static async open(node: Node, block: Head): Promise<Storage> {
    // Some nodes answer reads at an unknown hash with nothing instead of an error: ask for the header first.
    const number = await node.numberOf(block.hash);
    if (number !== block.number) throw unknownBlock(`${block.number}: ${block.hash} is that of block ${number}`);
    return new Storage(await node.api.at(block.hash));
  }

  /** Whether this runtime has an item. */
  has(pallet: string, item: string): boolean {
    return this.#at.query[pallet]?.[item] !== undefined;
  }

  /** Whether this runtime keeps an item by keys, not as one value. */
  isMap(pallet: string, item: string): boolean {
    return this.#at.query[pallet]?.[item]?.creator.meta.type.isMap === true;
  }

  /** Reads items in one request; values are as their `toJSON` gives them, null where an optional one is absent. */
  async read(reads: readonly Read[]): Promise<unknown[]> {
    return (await this.values(reads)).map((value) => value.toJSON());
  }

  /** As {@linkcode read}, with the library's own values. */
  async values(reads: readonly Read[]): Promise<Value[]> {
    if (reads.length === 0) return [];
    const calls = reads.map(([pallet, item, ...keys]) => {
      const entry = this.#at.query[pallet]?.[item];
      if (!entry) throw new ChainError(`The runtime has no storage ${pallet}.${item}`, { code: "no_subtensor" });
      // The keys of a map of several keys go in as one list.
      return [entry, keys.length > 1 ? keys : keys[0]] as unknown as Parameters<At["queryMulti"]>[0][number];
    });
    return await this.#at.queryMulti(calls);
  }
}

/** A whole number of a JSON value: u64 above 2^53 is a hex string there. @throws ChainError `refused` for anything else. */
export function asNumber(value: unknown): number {
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    throw new ChainError(`The chain stores ${JSON.stringify(value)} where af expects a number`, { code: "refused" });
  }
  return number;
}

/** Whole numbers of a JSON list; a list that is not there is empty. */
export function asNumbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(asNumber) : [];
}
