/**
 * The left-out rule: with four validators or more no single one decides. A statement must be certified without any one of them (so
 * that a forger cannot make it), and each time by the average over what remains without one more (so that a forger cannot unmake it:
 * one of these pools is free of it, and a mean of e-values is an e-value again).
 * @module
 */
import { logSumExp } from "./eprocess.ts";

/** Validators from which on the rule holds; with fewer a single liar decides, and the report says so. */
export const LEFT_OUT_FROM = 4;

/** A value on the pool without the validators with these indices. */
export type OnPool<T> = (without: readonly number[]) => T;

/** All values without two, symmetric: `table[v][w]`. */
function withoutTwo(count: number, value: OnPool<number>): number[][] {
  const table = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let v = 0; v < count; v++) {
    for (let w = v + 1; w < count; w++) table[v]![w] = table[w]![v] = value([v, w]);
  }
  return table;
}

/** The log e-value that counts: for each v ln of the mean over w of the e-value without both; of these the smallest. */
export function leftOut(count: number, value: OnPool<number>): number {
  if (count < LEFT_OUT_FROM) return value([]);
  const rows = withoutTwo(count, value);
  return Math.min(...rows.map((row, v) => logSumExp(row.filter((_, w) => w !== v)) - Math.log(count - 1)));
}

/** A measure (a mean, a bound) that no single validator can move beyond what the others say, neither up nor down. */
export function settled(count: number, value: OnPool<number>): number {
  if (count < LEFT_OUT_FROM) return value([]);
  const rows = withoutTwo(count, value);
  return Math.min(...rows.map((row, v) => Math.max(...row.filter((_, w) => w !== v))));
}

/** What is found on the pool without each one; on the whole pool where the rule does not hold. */
export function withoutEach<T>(count: number, find: OnPool<T>): T[] {
  if (count < LEFT_OUT_FROM) return [find([])];
  return Array.from({ length: count }, (_, v) => find([v]));
}

/** Rounds that a duel may have: as two validators' rounds never enter a value, there are so many more. */
export function mostRounds(count: number, nMax: number): number {
  return count < LEFT_OUT_FROM ? nMax : nMax * count / (count - 2);
}
