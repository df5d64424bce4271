/** Steps from a list of integers to one integer, and from one integer to another. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Made, Step } from "./step.ts";

function fold(id: string, level: number, make: (random: Random) => Made): Step {
  return { id, group: "end", from: "ints", to: "int", level, make };
}

function after(id: string, level: number, make: (random: Random) => Made): Step {
  return { id, group: "number", from: "int", to: "int", level, make };
}

function fixed(code: string, say: string): () => Made {
  return () => ({ code, say });
}

function weighted(r: Random): Made {
  const start = r.int(1, 3);
  return {
    code: `total = sum(i * n for i, n in enumerate(numbers, ${start}))`,
    say: `Multiply the first number by ${start}, the second by ${start + 1}, the third by ${
      start + 2
    } and so on, and add the products (0 for an empty list).`,
  };
}

function hash(r: Random): Made {
  const [start, a] = [r.int(1, 9), r.int(3, 31)];
  const m = r.pick([997, 1009, 4999, 10007]);
  return {
    code: `total = ${start}\nfor n in numbers:\n    total = (total * ${a} + n) % ${m}`,
    say:
      `Start with the total ${start}. For every number n, from left to right, replace the total by (total * ${a} + n) % ${m}.`,
  };
}

function countAbove(r: Random): Made {
  const c = r.int(-5, 25);
  return {
    code: `total = sum(n > ${c} for n in numbers) * sum(numbers)`,
    say: `Multiply the sum of the numbers by how many of them are greater than ${c}.`,
  };
}

function capped(r: Random): Made {
  const [limit, loss] = [r.int(30, 90), r.int(5, 25)];
  return {
    code:
      `total = 0\nfor n in numbers:\n    total += n\n    if total > ${limit}:\n        total -= ${loss}\n    elif total < 0:\n        total = 0`,
    say:
      `Start with the total 0. For every number, from left to right: add it to the total; then, if the total is greater than ` +
      `${limit}, subtract ${loss} from it, and if it is below 0, set it to 0.`,
  };
}

function modulo(r: Random): Made {
  const [a, m] = [r.int(3, 20), r.int(50, 999)];
  return {
    code: `total = total * ${a} % ${m}`,
    say: `Multiply the total by ${a} and take the remainder of that when divided by ${m}.`,
  };
}

function halve(r: Random): Made {
  const [c, d] = [r.int(2, 9), r.int(10, 99)];
  return {
    code: `if total % ${c} == 0:\n    total //= ${c}\nelse:\n    total += ${d}`,
    say: `If the total is divisible by ${c}, divide it by ${c}; otherwise add ${d} to it.`,
  };
}

/** The steps that end a list. */
export const LIST_FOLDS: readonly Step[] = [
  fold("sum", 0, fixed("total = sum(numbers)", "Add up the numbers (0 for an empty list).")),
  fold(
    "maximum",
    0,
    fixed("total = max(numbers, default=0)", "Take the largest number, or 0 if the list is empty."),
  ),
  fold("weighted", 1, weighted),
  fold("count above", 2, countAbove),
  fold(
    "spread",
    1,
    fixed(
      "total = max(numbers) - min(numbers) if numbers else -1",
      "Subtract the smallest number from the largest one; for an empty list take -1 instead.",
    ),
  ),
  fold("hash", 2, hash),
  fold("capped", 2, capped),
  fold(
    "ascent",
    3,
    fixed(
      "total = 0\nlength = 0\nfor i, n in enumerate(numbers):\n    if i > 0 and n > numbers[i - 1]:\n        length += 1\n" +
        "    else:\n        length = 1\n    total = max(total, length)",
      "Find the longest run of neighbours in which every number is greater than the one before it; the total is its length (0 for an empty list).",
    ),
  ),
  fold(
    "best part",
    4,
    fixed(
      "total = 0\nbest = 0\nfor n in numbers:\n    best = max(best + n, 0)\n    total = max(total, best)",
      "Find the largest sum that neighbours in the list can have, where no number at all, with the sum 0, is allowed too; that is the total.",
    ),
  ),
  fold(
    "inversions",
    4,
    fixed(
      "total = sum(a > b for i, a in enumerate(numbers) for b in numbers[i + 1:])",
      "Count the pairs of positions i < j for which the number at i is greater than the number at j; that is the total.",
    ),
  ),
  after("modulo", 2, modulo),
  after("halve", 2, halve),
  after(
    "digits",
    3,
    fixed(
      "total = int(str(abs(total))[::-1]) - total",
      "Reverse the decimal digits of the absolute value of the total (leading zeros of the result fall away) and subtract the total from that.",
    ),
  ),
];
