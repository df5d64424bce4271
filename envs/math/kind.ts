/** What a generator of mathematics gives. @module */
import type { Random } from "../../core/base/random.ts";

/** A question and its one whole number. */
export interface Problem {
  /** Plain text; the environment adds how to answer. */
  readonly question: string;
  readonly answer: bigint;
}

/** One kind of problem. */
export interface Kind {
  readonly name: string;
  /** Levels that it has, the easiest first, each with its weight in the mix. */
  readonly weights: Readonly<Record<number, number>>;
  /** Makes a problem of a level from `weights`. */
  make(random: Random, level: number): Problem;
}

/** The value of a per-level table. @throws {RangeError} if the table has no such level. */
export function at<T>(table: Readonly<Record<number, T>>, level: number): T {
  const value = table[level];
  if (value === undefined) throw new RangeError(`No parameters for level ${level}`);
  return value;
}

/** `n` whole numbers from `low` to `high`. */
export function numbers(random: Random, n: number, low: number, high: number): number[] {
  return Array.from({ length: n }, () => random.int(low, high));
}

/** A whole number from `-high` to `high` that is not 0. */
export function nonZero(random: Random, high: number): number {
  const value = random.int(1, high);
  return random.int(0, 1) === 0 ? value : -value;
}

/** Greatest common divisor of two whole numbers, at least 0. */
export function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return Math.abs(a);
}
