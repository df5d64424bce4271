/** Sums of two two-digit numbers without a carry: the easiest task that there is. @module */
import type { Random } from "../../core/base/random.ts";
import type { Kind, Problem } from "./kind.ts";

/** Level 0: one addition. The bare form is, of many tried, the one that a model of 135M parameters answers best. */
export const sum: Kind = { name: "sum", weights: { 0: 5 }, make };

function make(random: Random): Problem {
  // The total's digits are drawn first: the sum of two drawn numbers would be near 99 far too often.
  const tens = random.int(2, 18);
  const units = random.int(0, 9);
  const a = 10 * random.int(Math.max(1, tens - 9), Math.min(9, tens - 1)) + random.int(0, units);
  const total = 10 * tens + units;
  return { question: `${a} + ${total - a} =`, answer: BigInt(total) };
}
