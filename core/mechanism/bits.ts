/** Sets of rounds as bits, 32 to a word: bit i of word k is round 32 k + i. @module */

/** Number of bits set in a word. */
export function popcount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The bits of word `k` that stand for rounds `from` to `to - 1`. */
export function maskOf(k: number, from: number, to: number): number {
  const low = Math.max(0, from - k * 32), high = Math.min(32, to - k * 32);
  if (low >= high) return 0;
  return (high === 32 ? -1 : (1 << high) - 1) & (-1 << low);
}

/**
 * Several sets over the same rounds ("planes") in one array, so that a contender costs one allocation.
 * Plane p begins at word p * capacity.
 */
export class Planes {
  readonly #count: number;
  #capacity: number;
  #words: Uint32Array<ArrayBuffer>;
  constructor(count: number, capacity: number) {
    this.#count = count;
    this.#capacity = capacity;
    this.#words = new Uint32Array(count * capacity);
  }
  /** Word k of a plane, 0 beyond the end. */
  get(plane: number, k: number): number {
    return k < this.#capacity ? this.#words[plane * this.#capacity + k]! : 0;
  }
  /** Adds bits to word k of a plane; {@linkcode reserve} has made room for it. */
  or(plane: number, k: number, bits: number): void {
    this.#words[plane * this.#capacity + k]! |= bits;
  }
  /** Makes room for `capacity` words in each plane. */
  reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    this.#move(0, Math.max(capacity, 2 * this.#capacity));
  }
  /** Forgets the first `words` words of each plane: word k becomes word k - words. */
  shift(words: number): void {
    if (words > 0) this.#move(words, Math.max(1, this.#capacity - words));
  }
  /** Clears the bits of word k that are not in `mask`, in every plane. */
  keep(k: number, mask: number): void {
    for (let plane = 0; plane < this.#count; plane++) this.#words[plane * this.#capacity + k]! &= mask;
  }
  /** Whether no bit is set. */
  isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }
  #move(from: number, capacity: number): void {
    const words = new Uint32Array(this.#count * capacity);
    for (let plane = 0; plane < this.#count; plane++) {
      const start = plane * this.#capacity;
      words.set(
        this.#words.subarray(start + Math.min(from, this.#capacity), start + this.#capacity),
        plane * capacity,
      );
    }
    this.#words = words;
    this.#capacity = capacity;
  }
}
