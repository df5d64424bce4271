/** Systems of congruences a*x ≡ b (mod m) with coprime moduli (Chinese remainders). @module */
import type { Random } from "../../core/base/random.ts";
import { at, gcd, type Kind, type Problem } from "./kind.ts";

/** Per level: how many congruences, and the range of the moduli. */
const SIZES = { 1: [1, 101, 499], 2: [2, 11, 40], 3: [3, 30, 99], 4: [5, 101, 499], 5: [12, 101, 999] } as const;

/** Levels 1-5: each congruence costs a modular inverse (about 5 divisions), each further one a merge of long numbers. */
export const congruence: Kind = { name: "congruence", weights: { 1: 3, 2: 5, 3: 5, 4: 4, 5: 3 }, make };

function make(random: Random, level: number): Problem {
  const [count, low, high] = at<readonly [number, number, number]>(SIZES, level);
  const moduli: number[] = [];
  while (moduli.length < count) {
    const m = random.int(low, high);
    if (moduli.every((other) => gcd(m, other) === 1)) moduli.push(m);
  }
  // The unknown is drawn below the product digit by digit in the mixed base of the moduli, so it is uniform.
  let x = 0n;
  for (const m of moduli) x = x * BigInt(m) + BigInt(random.int(0, m - 1));
  const rows = moduli.map((m) => {
    let a = random.int(2, m - 1);
    while (gcd(a, m) !== 1) a = random.int(2, m - 1);
    return `${a}*x ≡ ${BigInt(a) * x % BigInt(m)} (mod ${m})`;
  });
  const what = count === 1 ? "this congruence" : "all of these congruences";
  return { question: `Find the smallest integer x >= 0 that satisfies ${what}:\n${rows.join("\n")}`, answer: x };
}
