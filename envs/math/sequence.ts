/** Next terms of sequences with a constant step. @module */
import type { Random } from "../../core/base/random.ts";
import { type Kind, nonZero, type Problem } from "./kind.ts";

/** Level 0: one subtraction and one addition. Steps go both ways and far, so that no fixed step is worth guessing. */
export const sequence: Kind = { name: "sequence", weights: { 0: 1 }, make };

function make(random: Random): Problem {
  const step = nonZero(random, 40);
  const start = random.int(201, 400);
  const terms = Array.from({ length: 6 }, (_, i) => start + step * i);
  const shown = terms.slice(0, 5);
  return {
    question: `The numbers are ${shown.join(", ")}. The next number after ${shown[4]} is`,
    answer: BigInt(terms[5]!),
  };
}
