/** Statistics of runs: means with their errors, probabilities with their intervals, quantiles. @module */

/** A mean and its standard error. */
export interface Mean {
  readonly mean: number;
  /** Standard error; 0 for fewer than two values. */
  readonly error: number;
}

/** The mean of some values; NaN of none. */
export function meanOf(values: readonly number[]): Mean {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, error: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}

/** A probability with the interval that holds it with 95 %. */
export interface Probability {
  readonly p: number;
  readonly low: number;
  readonly high: number;
  readonly hits: number;
  readonly of: number;
}

/** Normal quantile of 97.5 %. */
const Z = 1.959963984540054;

/**
 * Wilson's interval of a share, which is honest at 0 and at 1: of 200 runs without a hit it says at most .0188.
 * @throws {RangeError} without a trial.
 */
export function wilson(hits: number, of: number): Probability {
  if (!(of > 0 && hits >= 0 && hits <= of)) throw new RangeError(`No share of ${hits} in ${of}`);
  const p = hits / of, z2 = Z * Z / of;
  const middle = (p + z2 / 2) / (1 + z2);
  const half = Z * Math.sqrt(p * (1 - p) / of + z2 / of / 4) / (1 + z2);
  return { p, low: hits === 0 ? 0 : middle - half, high: hits === of ? 1 : middle + half, hits, of };
}

/** The value that a share of the values does not exceed: the smallest with at least `share` at or under it. Undefined for none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Pearson's correlation; NaN where one of the two never changes. */
export function correlation(pairs: readonly (readonly [number, number])[]): number {
  const x = meanOf(pairs.map(([a]) => a)).mean, y = meanOf(pairs.map(([, b]) => b)).mean;
  let xy = 0, xx = 0, yy = 0;
  for (const [a, b] of pairs) {
    xy += (a - x) * (b - y);
    xx += (a - x) ** 2;
    yy += (b - y) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}

/** 95 % interval of a correlation of `n` pairs, by Fisher's transformation. */
export function correlationInterval(r: number, n: number): readonly [low: number, high: number] {
  const half = Z / Math.sqrt(Math.max(1, n - 3));
  return [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)];
}

/**
 * Most hits that chance allows when each of `trials` has the chance `p`: the smallest k with P(more than k) under `level`. For
 * budgets: a count above it says that the chance was larger.
 */
export function mostHits(trials: number, p: number, level = 0.001): number {
  let term = Math.exp(trials * Math.log1p(-p)), below = term, k = 0;
  while (1 - below > level && k < trials) {
    term *= (trials - k) / (k + 1) * p / (1 - p);
    below += term;
    k++;
  }
  return k;
}
