/** Binomial numbers from one random number each, by tables: for counts of many rounds, where drawing every round takes minutes. @module */
import type { Random } from "../base/random.ts";

/** Number of hits among `n` trials of chance `p`, for any n up to a limit. */
export class Binomial {
  readonly #p: number;
  /** Distribution functions by n. */
  readonly #tables: Float64Array[] = [];

  /** @throws {RangeError} unless 0 <= p <= 1. */
  constructor(p: number) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`A chance cannot be ${p}`);
    this.#p = p;
  }

  /** Draws a number with 53 random bits. */
  draw(random: Random, n: number): number {
    const table = this.#tables[n] ??= this.#table(n);
    const u = (random.u32() * 2 ** 21 + (random.u32() >>> 11)) / 2 ** 53;
    let low = 0, high = n;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (u < table[middle]!) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** P(X <= k) for k = 0 to n. */
  #table(n: number): Float64Array {
    const p = this.#p, table = new Float64Array(n + 1);
    if (p === 1) return table.fill(1, n);
    let log = n * Math.log1p(-p), sum = 0;
    for (let k = 0; k <= n; k++) {
      table[k] = sum += Math.exp(log);
      log += p === 0 ? -Infinity : Math.log((n - k) / (k + 1) * p / (1 - p));
    }
    table[n] = 1;
    return table;
  }
}
