/** A quadratic map modulo m, applied step by step: there is no short cut. @module */
import type { Random } from "../../core/base/random.ts";
import { at, type Kind, type Problem } from "./kind.ts";

/** Per level: steps, and the range of the modulus. */
const SIZES = {
  1: [2, 101, 499],
  2: [5, 101, 999],
  3: [15, 101, 999],
  4: [50, 1001, 9999],
  5: [200, 100001, 999999],
} as const;

/** Levels 1-5: as many exact steps as the sequence is long, each a square, two products and a remainder. */
export const recurrence: Kind = { name: "recurrence", weights: { 1: 3, 2: 5, 3: 5, 4: 4, 5: 3 }, make };

function make(random: Random, level: number): Problem {
  const [steps, low, high] = at<readonly [number, number, number]>(SIZES, level);
  const m = random.int(low, high);
  const [a, b, c] = [random.int(2, 19), random.int(2, 19), random.int(1, 99)];
  const start = random.int(2, m - 1);
  let x = BigInt(start);
  for (let i = 0; i < steps; i++) x = (BigInt(a) * x * x + BigInt(b) * x + BigInt(c)) % BigInt(m);
  return {
    question: `Let u(0) = ${start} and u(n+1) = (${a}*u(n)^2 + ${b}*u(n) + ${c}) mod ${m}. What is u(${steps})?`,
    answer: x,
  };
}
