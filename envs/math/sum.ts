/** Sums of two two-digit numbers: the easiest task that there is. @module */
import type { Random } from "../../core/base/random.ts";
import type { Kind, Problem } from "./kind.ts";

/** Level 0: one addition. This is the form, of many tried, that a model of 135M parameters answers best and shortest. */
export const sum: Kind = { name: "sum", weights: { 0: 4 }, make };

function make(random: Random): Problem {
  // The total is drawn first: the sum of two drawn numbers would be near 109 far too often.
  const total = random.int(30, 190);
  const a = random.int(Math.max(10, total - 99), Math.min(99, total - 10));
  return { question: `${a} plus ${total - a} equals`, answer: BigInt(total) };
}
