/** Random numbers that are the same on every platform: integers only, from a seed. @module */
import { sha256 } from "./hash.ts";

/** A deterministic stream of numbers (xoshiro128**). Not for keys. */
export class Random {
  readonly #state: Uint32Array;
  /** A stream for a seed of bytes or text; equal seeds give equal streams. */
  constructor(seed: Uint8Array | string) {
    const digest = sha256(seed);
    this.#state = new Uint32Array(4);
    const view = new DataView(digest.buffer, digest.byteOffset, 16);
    for (let i = 0; i < 4; i++) this.#state[i] = view.getUint32(i * 4, true);
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }
  /** Next 32 bits, 0 to 2^32 - 1. */
  u32(): number {
    const s = this.#state;
    const s1 = s[1]!;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= s1;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= s1 << 9;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }
  /** A whole number from `low` to `high`, both included, without bias; the span is at most 2^32. */
  int(low: number, high: number): number {
    const span = high - low + 1;
    if (!(span >= 1 && span <= 2 ** 32)) throw new RangeError(`No whole number from ${low} to ${high}`);
    const limit = 2 ** 32 - (2 ** 32 % span);
    let word = this.u32();
    while (word >= limit) word = this.u32();
    return low + (word % span);
  }
  /** A number in [0, 1) with 32 bits: a ratio of integers, so it is exact everywhere. */
  unit(): number {
    return this.u32() / 2 ** 32;
  }
  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Cannot pick from an empty list");
    return list[this.int(0, list.length - 1)]!;
  }
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}
