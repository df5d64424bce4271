/** Rules that change a total: conditions, bounded loops, last changes. @module */
import type { Random } from "../../../core/base/random.ts";

/** Python and its English. */
export interface Block {
  readonly code: string;
  readonly say: string;
}

type Make = (random: Random, names: readonly string[]) => Block;

/** Conditions. */
export const TESTS: readonly Make[] = [
  (r, [a, b]) => {
    const [c, d] = [r.int(2, 50), r.int(2, 50)];
    return {
      code: `if ${a} > ${b}:\n    total += ${c}\nelse:\n    total -= ${d}`,
      say: `If ${a} is greater than ${b}, add ${c} to the total; otherwise subtract ${d} from it.`,
    };
  },
  (r, [a]) => {
    const [m, c, k] = [r.int(2, 6), r.int(5, 60), r.int(2, 7)];
    return {
      code: `if ${a} % ${m} == 0:\n    total *= ${k}\nelif total < ${c}:\n    total += ${a}`,
      say:
        `If ${a} is divisible by ${m}, multiply the total by ${k}; otherwise, if the total is less than ${c}, add ${a} to it.`,
    };
  },
  (r, [, b]) => {
    const [m, c] = [r.int(3, 9), r.int(2, 9)];
    return {
      code: `if total % ${m} > ${b} % ${m}:\n    total = total // ${c} + ${b}`,
      say: `If total % ${m} is greater than ${b} % ${m}, replace the total by total // ${c} + ${b}.`,
    };
  },
  (r, names) => {
    const last = names.at(-1)!;
    const [low, c] = [r.int(-20, 20), r.int(2, 40)];
    const high = low + r.int(15, 60);
    return {
      code: `if ${low} <= ${last} <= ${high}:\n    total -= ${c} * ${last}`,
      say: `If ${last} is between ${low} and ${high}, both included, subtract ${c} * ${last} from the total.`,
    };
  },
];

/** Loops that always end. */
export const LOOPS: readonly Make[] = [
  (r, [a]) => {
    const k = r.int(2, 9);
    return {
      code: `for digit in str(abs(${a})):\n    total += int(digit) * ${k}`,
      say: `Add ${k} times the sum of the decimal digits of ${a} to the total (a minus sign is ignored).`,
    };
  },
  (r, [, b]) => {
    const [rounds, k, m] = [r.int(3, 9), r.int(2, 9), r.int(50, 500)];
    return {
      code: `for _ in range(${rounds}):\n    total = (total * ${k} + ${b}) % ${m}`,
      say: `Do this ${rounds} times: replace the total by (total * ${k} + ${b}) % ${m}.`,
    };
  },
  (r) => {
    const [limit, d, c] = [r.int(50, 200), r.int(2, 4), r.int(1, 9)];
    return {
      code: `steps = 0\nwhile total > ${limit}:\n    total = total // ${d} - ${c}\n    steps += 1\ntotal += steps`,
      say:
        `While the total is greater than ${limit}, replace it by total // ${d} - ${c}. Then add the number of times ` +
        `that this was done to the total.`,
    };
  },
  (r, [a, b]) => {
    const [m, c] = [r.int(4, 12), r.int(2, 9)];
    return {
      code:
        `for i in range(1, abs(${b}) % ${m} + 2):\n    if i % 2 == 0:\n        total -= ${a}\n    else:\n        total += i * ${c}`,
      say:
        `For every i from 1 to abs(${b}) % ${m} + 1, both included: if i is even, subtract ${a} from the total; otherwise ` +
        `add i * ${c} to it.`,
    };
  },
  (r) => {
    const [rounds, c] = [r.int(4, 8), r.pick([1, 3, 5, 7])];
    return {
      code: `for _ in range(${rounds}):\n    total = total // 2 if total % 2 == 0 else 3 * total + ${c}`,
      say: `Do this ${rounds} times: if the total is even, divide it by 2; otherwise replace it by 3 * total + ${c}.`,
    };
  },
];

/** Last changes. */
export const TAILS: readonly Make[] = [
  (r) => {
    const m = r.int(90, 999);
    return { code: `total %= ${m}`, say: `Replace the total by total % ${m}.` };
  },
  (_, names) => {
    const last = names.at(-1)!;
    return {
      code: `if total < 0:\n    total = ${last} - total`,
      say: `If the total is below 0, replace it by ${last} - total.`,
    };
  },
  () => ({
    code: "total = int(str(abs(total))[::-1])",
    say: "Reverse the decimal digits of the absolute value of the total; leading zeros of the result fall away.",
  }),
];
