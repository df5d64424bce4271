/** The local chain's storage at every block that is still kept. Keys and values are hex. @module */
import type { HexString } from "@polkadot-api/substrate-bindings";

/** What a block changed; null is a removal. */
export type Changes = ReadonlyMap<HexString, HexString | null>;

type Version = readonly [block: number, value: HexString | null];

/**
 * A key-value store with history. Writes collect in the block under way, or in a transaction on top of it that can be
 * undone, and become readable at the block's number when it is sealed. Old blocks are forgotten from the bottom, at the
 * cost of what they changed, so that a chain can run for days.
 */
export class State {
  readonly #history = new Map<HexString, Version[]>();
  /** All keys that have a history, sorted: what paging walks. */
  readonly #sorted: HexString[] = [];
  readonly #changed = new Map<number, readonly HexString[]>();
  #block = new Map<HexString, HexString | null>();
  #transaction: Map<HexString, HexString | null> | undefined;
  #floor: number;

  /** An empty store whose first sealed block will be `start`. */
  constructor(start: number) {
    this.#floor = start;
  }

  /** The oldest block whose state can be read. */
  get floor(): number {
    return this.#floor;
  }
  /** The value as the block under way sees it. */
  get(key: HexString): HexString | null {
    for (const layer of [this.#transaction, this.#block]) {
      const value = layer?.get(key);
      if (value !== undefined) return value;
    }
    return this.#history.get(key)?.at(-1)?.[1] ?? null;
  }
  /** The value at a sealed block. */
  at(key: HexString, block: number): HexString | null {
    const versions = this.#history.get(key);
    if (!versions) return null;
    for (let i = versions.length - 1; i >= 0; i--) if (versions[i]![0] <= block) return versions[i]![1];
    return null;
  }
  /** Writes to the transaction, or to the block where none is open. */
  set(key: HexString, value: HexString | null): void {
    (this.#transaction ?? this.#block).set(key, value);
  }
  /** Runs work whose writes are kept only if it returns. */
  attempt(work: () => void): void {
    const tried = this.#transaction = new Map<HexString, HexString | null>();
    try {
      work();
      for (const [key, value] of tried) this.#block.set(key, value);
    } finally {
      this.#transaction = undefined;
    }
  }
  /** Ends the block under way: its writes are the state at `number`. */
  seal(number: number): Changes {
    const changes = this.#block;
    this.#block = new Map();
    for (const [key, value] of changes) {
      const versions = this.#history.get(key);
      if (versions) {
        versions.push([number, value]);
      } else {
        this.#history.set(key, [[number, value]]);
        this.#sorted.splice(lowerBound(this.#sorted, key), 0, key);
      }
    }
    this.#changed.set(number, [...changes.keys()]);
    return changes;
  }
  /** Forgets the states below `floor`. Values that are still in force stay readable from it on. */
  forget(floor: number): void {
    while (this.#floor < floor) {
      this.#changed.delete(this.#floor++);
      // A version is superseded once the oldest kept block has its own.
      for (const key of this.#changed.get(this.#floor) ?? []) {
        const versions = this.#history.get(key)!;
        const keep = versions.findLastIndex(([block]) => block <= this.#floor);
        if (keep > 0) versions.splice(0, keep);
        if (versions.length === 1 && versions[0]![1] === null) {
          this.#history.delete(key);
          this.#sorted.splice(lowerBound(this.#sorted, key), 1);
        }
      }
    }
  }
  /** Keys that have a value at a block and start with `prefix`, in order, after `start`. */
  keys(prefix: string, count: number, start: string | undefined, block: number): HexString[] {
    const found: HexString[] = [];
    const from = start !== undefined && start > prefix ? start : prefix;
    for (let i = lowerBound(this.#sorted, from); i < this.#sorted.length && found.length < count; i++) {
      const key = this.#sorted[i]!;
      if (!key.startsWith(prefix)) break;
      if (key !== start && this.at(key, block) !== null) found.push(key);
    }
    return found;
  }
  /** How many keys have a history: for tests of its bounds. */
  get size(): number {
    return this.#history.size;
  }
}

function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
