/**
 * The task model: what a model of a given mean pass rate does with a task. A task has a difficulty that is common to all, a model
 * adds noise of its own: it passes when sqrt(rho) z + sqrt(1 - rho) e is under the quantile of its pass rate, z and e standard
 * normal. So rho says how alike two models are: two of pass rate 1/2 disagree on arccos(rho) / pi of the tasks, which is
 * V = 1/3 for rho = .5 (as if every answer were sampled anew, the worst case) and .205 for rho = .8.
 * @module
 */

/** Steps in which a difficulty is drawn: equally likely, so that a pass rate is one table of thresholds. */
export const DIFFICULTIES = 4096;

/** Standard normal density's integral, by the continued fraction and series of the error function; absolute error under 1e-14. */
export function normalCdf(x: number): number {
  const a = Math.abs(x);
  if (a > 38) return x > 0 ? 1 : 0;
  let tail: number;
  if (a < 3) {
    // Series around 0: all terms positive, so nothing cancels.
    let term = a, sum = a;
    for (let k = 1; term > 1e-17 * sum; k++) sum += term *= a * a / (2 * k + 1);
    tail = 0.5 - sum * Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
  } else {
    let fraction = 0;
    for (let k = 100; k > 0; k--) fraction = k / (a + fraction);
    tail = Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI) / (a + fraction);
  }
  return x > 0 ? 1 - tail : tail;
}

/** The x with {@linkcode normalCdf}(x) = p, by bisection: it is needed a few times a run. @throws {RangeError} unless 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`No normal quantile of ${p}`);
  let low = -38, high = 38;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Quantiles of the difficulties: the same for every likeness, and slow to find. */
let quantiles: Float64Array | undefined;
/** Tables that were made, by likeness and rate: runs share them. */
const tables = new Map<string, Uint32Array>();
/** So many tables of 16 kB are kept. */
const KEPT = 1000;

/** Thresholds for models of one likeness, by pass rate. */
export class TaskModel {
  readonly rho: number;

  /** @throws {RangeError} unless 0 <= rho < 1. */
  constructor(rho: number) {
    if (!(rho >= 0 && rho < 1)) {
      throw new RangeError(`Models cannot be alike by ${rho}: it must be at least 0 and under 1`);
    }
    this.rho = rho;
  }

  /**
   * For a mean pass rate: a task of difficulty k (0 to {@linkcode DIFFICULTIES} - 1) is passed when a random word of 32 bits is
   * under entry k. @throws {RangeError} unless 0 <= rate <= 1.
   */
  thresholds(rate: number): Uint32Array {
    const key = `${this.rho} ${rate}`;
    let table = tables.get(key);
    if (!table) {
      if (tables.size >= KEPT) tables.clear();
      tables.set(key, table = this.#make(rate));
    }
    return table;
  }

  #make(rate: number): Uint32Array {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`A pass rate cannot be ${rate}`);
    const table = new Uint32Array(DIFFICULTIES);
    if (rate === 0 || rate === 1) return table.fill(rate * 0xffffffff);
    quantiles ??= Float64Array.from({ length: DIFFICULTIES }, (_, k) => normalQuantile((k + 0.5) / DIFFICULTIES));
    const bar = normalQuantile(rate), common = Math.sqrt(this.rho), own = Math.sqrt(1 - this.rho);
    for (let k = 0; k < DIFFICULTIES; k++) {
      table[k] = Math.round(normalCdf((bar - common * quantiles[k]!) / own) * 0xffffffff);
    }
    return table;
  }
}
