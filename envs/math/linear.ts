/** Linear systems over the integers with one solution. @module */
import type { Random } from "../../core/base/random.ts";
import { at, type Kind, nonZero, numbers, type Problem } from "./kind.ts";

/** Per level: unknowns, largest coefficient, largest unknown. */
const SIZES = { 1: [2, 9, 30], 2: [3, 9, 50], 3: [4, 9, 99], 4: [6, 19, 99], 5: [12, 49, 99] } as const;

/** Levels 1-5: elimination takes about n^3/3 exact products, and the numbers grow. */
export const linear: Kind = { name: "linear", weights: { 1: 3, 2: 5, 3: 5, 4: 4, 5: 3 }, make };

function make(random: Random, level: number): Problem {
  const [n, most, far] = at<readonly [number, number, number]>(SIZES, level);
  const x = numbers(random, n, -far, far);
  let matrix = draw(random, n, most);
  while (determinant(matrix) === 0n) matrix = draw(random, n, most);
  const rows = matrix.map((row) => `${side(row)} = ${dot(row, x)}`);
  // A combination of all unknowns has a wide range and cannot be had from one lucky unknown.
  const wanted = Array.from({ length: n }, () => nonZero(random, 9));
  return {
    question: `These equations have exactly one solution:\n${rows.join("\n")}\nWhat is ${side(wanted)}?`,
    answer: BigInt(dot(wanted, x)),
  };
}

function draw(random: Random, n: number, most: number): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: n }, () => nonZero(random, most)));
}

/** `3*x1 - 4*x2` */
function side(row: readonly number[]): string {
  return row.map((a, i) => `${i === 0 ? (a < 0 ? "-" : "") : (a < 0 ? " - " : " + ")}${Math.abs(a)}*x${i + 1}`).join(
    "",
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Determinant modulo a large prime: 0 there only if it is 0, or once in 2^31, which costs no more than another draw. */
function determinant(matrix: readonly (readonly number[])[]): bigint {
  const p = 2147483647n;
  const rows = matrix.map((row) => row.map((value) => ((BigInt(value) % p) + p) % p));
  let result = 1n;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.findIndex((row, r) => r >= i && row[i] !== 0n);
    if (pivot < 0) return 0n;
    if (pivot !== i) [rows[i], rows[pivot], result] = [rows[pivot]!, rows[i]!, p - result];
    result = result * rows[i]![i]! % p;
    const inverse = power(rows[i]![i]!, p - 2n, p);
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r]![i]! * inverse % p;
      for (let c = i; c < rows.length; c++) rows[r]![c] = ((rows[r]![c]! - factor * rows[i]![c]!) % p + p) % p;
    }
  }
  return result;
}

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = b * b % m) if (e & 1n) result = result * b % m;
  return result;
}
