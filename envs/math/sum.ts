/** Sums of two two-digit numbers: the easiest task that there is. @module */
import type { Random } from "../../core/base/random.ts";
import type { Kind, Problem } from "./kind.ts";

/** Level 0: one addition. The bare form is the one that a model of 135M parameters answers best. */
export const sum: Kind = { name: "sum", weights: { 0: 4 }, make };

function make(random: Random): Problem {
  const a = random.int(10, 99);
  const b = random.int(10, 99);
  return { question: `${a} + ${b} =`, answer: BigInt(a + b) };
}
