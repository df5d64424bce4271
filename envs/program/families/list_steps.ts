/** Steps from a list of integers to another. @module */
import type { Random } from "../../../core/base/random.ts";
import { type Made, some, type Step, unmoved } from "./step.ts";

function step(id: string, group: string, level: number, make: (random: Random) => Made): Step {
  return { id, group, from: "ints", to: "ints", level, make };
}

function affine(r: Random): Made {
  const [a, b] = [r.int(2, 9), r.int(1, 30)];
  const plus = r.int(0, 1) === 1;
  return {
    code: `numbers = [${a} * n ${plus ? "+" : "-"} ${b} for n in numbers]`,
    say: `Replace every number n by ${a} * n ${plus ? "+" : "-"} ${b}.`,
  };
}

function keepRemainder(r: Random): Made {
  const m = r.int(3, 7);
  const rest = r.int(0, m - 1);
  return r.int(0, 1) === 1
    ? {
      code: `numbers = [n for n in numbers if n % ${m} != ${rest}]`,
      say: `Remove every number n for which n % ${m} is ${rest}.`,
    }
    : {
      code: `numbers = [n for n in numbers if n % ${m} in (${rest}, ${(rest + 2) % m})]`,
      say: `Keep only the numbers n for which n % ${m} is ${rest} or ${(rest + 2) % m}.`,
    };
}

function keepRange(r: Random): Made {
  const low = r.int(-30, 5);
  const high = low + r.int(30, 90);
  return r.int(0, 1) === 1
    ? { code: `numbers = [n for n in numbers if n > ${low}]`, say: `Keep only the numbers greater than ${low}.` }
    : {
      code: `numbers = [n for n in numbers if ${low} <= n <= ${high}]`,
      say: `Keep only the numbers from ${low} to ${high}, both included.`,
    };
}

function chunks(r: Random): Made {
  const k = r.int(2, 4);
  return {
    code: `numbers = [sum(numbers[i:i + ${k}]) for i in range(0, len(numbers), ${k})]`,
    say:
      `Cut the list into groups of ${k} from the left (the last group may be shorter) and replace each group by its sum.`,
  };
}

function branch(r: Random): Made {
  const m = r.int(2, 5);
  const [a, b] = [r.int(2, 5), r.int(1, 12)];
  const [yes, no] = r.pick([
    [`n // ${m}`, `${a} * n + ${b}`],
    [`n + ${b}`, `${a} * n`],
    [`-n`, `n - ${b}`],
  ]);
  return {
    code: `numbers = [${yes} if n % ${m} == 0 else ${no} for n in numbers]`,
    say: `Replace every number n that is divisible by ${m} by ${yes}, and every other number n by ${no}.`,
  };
}

function rotate(r: Random): Made {
  const k = r.int(1, 4);
  return r.int(0, 1) === 1
    ? {
      code: `numbers = numbers[${k}:] + numbers[:${k}]`,
      say: `Move the ${some("first", k, "number")} to the end${unmoved(k, "list")}.`,
    }
    : {
      code: `numbers = numbers[-${k}:] + numbers[:-${k}]`,
      say: `Move the ${some("last", k, "number")} to the front${unmoved(k, "list")}.`,
    };
}

function sortBy(r: Random): Made {
  const m = r.int(3, 9);
  return r.pick([
    {
      code: `numbers.sort(key=lambda n: (n % ${m}, n))`,
      say: `Sort the numbers by n % ${m}, smallest first; where these are equal, the smaller number comes first.`,
    },
    {
      code: `numbers.sort(key=lambda n: (abs(n), n))`,
      say:
        `Sort the numbers by absolute value, smallest first; where these are equal, the negative number comes first.`,
    },
    {
      code: `numbers.sort(key=lambda n: -(n % ${m}))`,
      say: `Sort the numbers by n % ${m}, largest first; numbers for which it is equal keep their order.`,
    },
    {
      code: `numbers.sort(key=lambda n: (len(str(abs(n))), -n))`,
      say:
        `Sort the numbers by how many digits they have (a minus sign does not count), fewest first; where these are ` +
        `equal, the larger number comes first.`,
    },
  ]);
}

function every(r: Random): Made {
  const k = r.int(2, 4);
  const start = r.int(0, k - 1);
  return {
    code: `numbers = numbers[${start === 0 ? "" : start}::${k}]`,
    say: `Keep only the numbers at positions ${start}, ${start + k}, ${
      start + 2 * k
    } and so on (positions count from 0).`,
  };
}

function window(r: Random): Made {
  const k = r.int(2, 4);
  const take = r.pick(["sum", "max", "min"] as const);
  const word = { sum: "sum", max: "largest number", min: "smallest number" }[take];
  return {
    code: `numbers = [${take}(numbers[i:i + ${k}]) for i in range(len(numbers) - ${k - 1})]`,
    say:
      `Replace the list by the ${word} of every ${k} neighbours, from left to right (a list of fewer than ${k} becomes empty).`,
  };
}

function clampTo(r: Random): Made {
  const low = r.int(-20, 0);
  const high = low + r.int(20, 60);
  return {
    code: `numbers = [min(max(n, ${low}), ${high}) for n in numbers]`,
    say: `Replace every number below ${low} by ${low} and every number above ${high} by ${high}.`,
  };
}

function drop(r: Random): Made {
  const [k, j] = [r.int(1, 2), r.int(1, 2)];
  return {
    code: `numbers = numbers[${k}:-${j}]`,
    say: `Remove the ${some("first", k, "number")} and the ${some("last", j, "number")} (a list of at most ${
      k + j
    } becomes empty).`,
  };
}

function partition(r: Random): Made {
  const m = r.int(2, 4);
  const rest = r.int(0, m - 1);
  return {
    code: `numbers = [n for n in numbers if n % ${m} == ${rest}] + [n for n in numbers if n % ${m} != ${rest}]`,
    say: `Move all numbers n for which n % ${m} is ${rest} to the front; within both parts the order stays.`,
  };
}

function positions(r: Random): Made {
  const k = r.int(1, 5);
  return r.pick([
    {
      code: `numbers = [n + ${k === 1 ? "" : `${k} * `}i for i, n in enumerate(numbers)]`,
      say: `Add ${k === 1 ? "" : `${k} times `}its position to every number (positions count from 0).`,
    },
    {
      code: `numbers = [n if i % ${k + 1} == 0 else -n for i, n in enumerate(numbers)]`,
      say: `Change the sign of every number whose position is not divisible by ${k + 1} (positions count from 0).`,
    },
  ]);
}

function fixed(code: string, say: string): () => Made {
  return () => ({ code, say });
}

/** The steps. */
export const LIST_STEPS: readonly Step[] = [
  step("affine", "value", 0, affine),
  step("keep remainder", "filter", 0, keepRemainder),
  step("keep range", "filter", 0, keepRange),
  step("reverse", "order", 1, fixed("numbers = numbers[::-1]", "Reverse the list.")),
  step("sort", "order", 0, (r) =>
    r.pick([
      { code: "numbers.sort()", say: "Sort the numbers, smallest first." },
      { code: "numbers.sort(reverse=True)", say: "Sort the numbers, largest first." },
    ])),
  step("branch", "value", 1, branch),
  step("rotate", "order", 1, rotate),
  step("every", "pick", 1, every),
  step("drop", "pick", 1, drop),
  step("clamp", "value", 1, clampTo),
  step("chunks", "fold", 2, chunks),
  step("sort by", "order", 2, sortBy),
  step("partition", "order", 2, partition),
  step("positions", "value", 2, positions),
  step("window", "fold", 2, window),
  step(
    "differences",
    "fold",
    2,
    fixed(
      "numbers = [b - a for a, b in zip(numbers, numbers[1:])]",
      "Replace the list by the differences of neighbours: each number but the first, minus the one before it (a list of " +
        "fewer than 2 becomes empty).",
    ),
  ),
  step(
    "unique",
    "filter",
    2,
    fixed(
      "unique = []\nfor n in numbers:\n    if n not in unique:\n        unique.append(n)\nnumbers = unique",
      "Of equal numbers keep only the first one.",
    ),
  ),
  step(
    "prefix sums",
    "fold",
    2,
    fixed(
      "sums = []\ntotal = 0\nfor n in numbers:\n    total += n\n    sums.append(total)\nnumbers = sums",
      "Replace every number by the sum of all numbers up to and including it.",
    ),
  ),
  step(
    "running maximum",
    "fold",
    3,
    fixed(
      "records = []\nfor n in numbers:\n    if not records or n > records[-1]:\n        records.append(n)\nnumbers = records",
      "Keep only the numbers that are greater than every number before them (the first one always stays).",
    ),
  ),
  step(
    "digit sums",
    "value",
    3,
    fixed(
      "numbers = [sum(int(digit) for digit in str(abs(n))) for n in numbers]",
      "Replace every number by the sum of its decimal digits; a minus sign is ignored.",
    ),
  ),
  step(
    "mirror",
    "fold",
    3,
    fixed(
      "numbers = [a + b for a, b in zip(numbers, reversed(numbers))]",
      "Add to every number the one at the mirrored position: the first gets the last, the second the one before the last, " +
        "and so on. All sums are of the old numbers.",
    ),
  ),
  step(
    "runs",
    "fold",
    4,
    fixed(
      "runs = []\nfor n in numbers:\n    if runs and runs[-1][0] == n:\n        runs[-1][1] += 1\n    else:\n        runs.append([n, 1])\n" +
        "numbers = [n * length for n, length in runs]",
      "Replace each run of equal neighbours by one number: the value times the length of the run.",
    ),
  ),
  step(
    "smaller before",
    "fold",
    4,
    fixed(
      "numbers = [sum(a < n for a in numbers[:i]) for i, n in enumerate(numbers)]",
      "Replace every number by how many of the numbers before it are smaller than it.",
    ),
  ),
];
