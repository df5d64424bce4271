/** How far each validator's accepted rounds count in an epoch. Pure. @module */
import type { Marks } from "../mechanism/types.ts";

/**
 * The marks of an epoch under a cap: no validator adds more than this share of the rounds that the epoch adds; what is more waits for
 * a later epoch. `to` holds the ends of accepted prefixes, `from` what was counted before.
 * With fewer validators than 1/cap that have new rounds nothing is added: each would have more than its share.
 */
export function cappedMarks(from: Marks, to: Marks, cap: number): Marks {
  if (cap >= 1) return to;
  const added = Object.entries(to).map(([name, end]) => ({ name, count: end - (from[name] ?? 0) }));
  const isFair = (limit: number): boolean => {
    const counts = added.map(({ count }) => Math.min(count, limit));
    return Math.max(0, ...counts) <= cap * counts.reduce((sum, count) => sum + count, 0) + 1e-9;
  };
  // The share of the largest only grows with the limit, so the largest limit that is fair is found by halving.
  let low = 0, high = Math.max(0, ...added.map(({ count }) => count));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isFair(middle)) low = middle;
    else high = middle - 1;
  }
  return Object.fromEntries(added.map(({ name, count }) => [name, (from[name] ?? 0) + Math.min(count, low)]));
}
