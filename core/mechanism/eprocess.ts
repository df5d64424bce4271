/**
 * Betting e-processes on paired differences d = challenger - opponent, all in log space (nats).
 * For a fixed bet the product of (1 + bet * (d - m)) is a non-negative supermartingale if E[d | past] <= m; averages of such
 * stay so, and by Ville's inequality one ever reaches 1/a with probability at most a. So every statement below may be looked
 * at as often as one likes. Only counts enter: the order of results cannot matter, and counts of several logs simply add.
 * @module
 */

/** What a statement is made of: challenger-only passes, opponent-only passes, rounds. Scores are 0 or 1. */
export interface Evidence {
  /** Rounds that only the challenger passed. */
  readonly w: number;
  /** Rounds that only the opponent passed. */
  readonly l: number;
  /** Common rounds, ties included. */
  readonly n: number;
}

/** Nats by which a value must exceed its threshold, so that the last bits of a float never decide. */
export const MARGIN = 1e-6;

/** ln of a sum of exponentials; -Infinity for none. */
export function logSumExp(logs: readonly number[]): number {
  const top = Math.max(...logs);
  if (top === -Infinity) return top;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - top);
  return top + Math.log(sum);
}

/**
 * Log e-value against "the mean difference is at most `m`", averaged over the bets.
 * (Scores between 0 and 1 would need the sum over rounds of log(1 + bet * (d - m)) for each bet and m instead of the counts.)
 */
export function logE(counts: Evidence, m: number, bets: readonly number[]): number {
  const ties = counts.n - counts.w - counts.l;
  const logs = bets.map((bet) =>
    counts.w * Math.log(1 + bet * (1 - m)) + ties * Math.log(1 - bet * m) + counts.l * Math.log(1 - bet * (1 + m))
  );
  return logSumExp(logs) - Math.log(bets.length);
}

/** The counts of all environments as one: sums, so that n is K times the rounds. */
export function pooled(counts: readonly Evidence[]): Evidence {
  let w = 0, l = 0, n = 0;
  for (const count of counts) {
    w += count.w;
    l += count.l;
    n += count.n;
  }
  return { w, l, n };
}

/** SUP: better by more than `delta` somewhere. Null hypothesis: in every environment at most `delta`; a copy is inside it. */
export function superiority(counts: readonly Evidence[], delta: number, bets: readonly number[]): number {
  const half = Math.log(0.5);
  const each = half - Math.log(counts.length);
  return logSumExp([
    half + logE(pooled(counts), delta, bets),
    ...counts.map((count) => each + logE(count, delta, bets)),
  ]);
}

/**
 * NI: in every environment not worse by more than `tau` (one for all, or one for each: high-water takes from it). All must reject, so no
 * correction over environments is needed.
 */
export function nonInferiority(
  counts: readonly Evidence[],
  tau: number | readonly number[],
  bets: readonly number[],
): number {
  return Math.min(...counts.map((count, e) => logE(count, -(typeof tau === "number" ? tau : tau[e]!), bets)));
}

/** GAIN: the mean difference over the environments is above 0. */
export function gain(counts: readonly Evidence[], bets: readonly number[]): number {
  return logE(pooled(counts), 0, bets);
}

/** Lower bound of the mean gain: the largest m in [-0.2, 0.5] with logE(pooled, m) >= ln 2, by 40 halvings (pay in mode T). */
export function lowerBound(counts: readonly Evidence[], bets: readonly number[]): number {
  const pool = pooled(counts);
  let low = -0.2, high = 0.5;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (logE(pool, middle, bets) >= Math.LN2) low = middle;
    else high = middle;
  }
  return low;
}

/** What {@linkcode alphaOf} needs of the parameters. */
export interface AlphaParameters {
  /** Probability that any of all challengers is certified by chance. */
  readonly alphaTotal: number;
  /** Challengers in the first block. */
  readonly slots: number;
}

/**
 * Error level of the challenger with number `slot` in its reign. Block b holds slots * 2^b numbers and half as much of the
 * budget as the block before, so any number of challengers together stays under `alphaTotal`.
 * @throws {RangeError} for a slot that is no number from 0.
 */
export function alphaOf(slot: number, parameters: AlphaParameters): number {
  if (!Number.isSafeInteger(slot) || slot < 0) throw new RangeError(`No level for slot ${slot}; slots count from 0`);
  let share = parameters.alphaTotal / 2;
  let size = parameters.slots;
  for (let end = size; slot >= end; end += size) {
    size *= 2;
    share /= 2;
  }
  return share / size;
}

/** Whether a value certifies its statement: at least the threshold and {@linkcode MARGIN} more. */
export function reaches(value: number, needed: number): boolean {
  return value >= needed + MARGIN;
}
