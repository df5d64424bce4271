/** Programs on a few integers: formulas at the low levels, then conditions, loops over digits and iterated rules. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Arg, Draft, Param } from "../draft.ts";
import { type Block, LOOPS, TAILS, TESTS } from "./arithmetic_parts.ts";

const TRIPLES = [
  ["a", "b", "c"],
  ["x", "y", "z"],
  ["p", "q", "r"],
  ["m", "n", "k"],
  ["first", "second", "third"],
  ["u", "v", "w"],
  ["alpha", "beta", "gamma"],
  ["left", "right", "middle"],
  ["width", "height", "depth"],
  ["days", "hours", "minutes"],
  ["red", "green", "blue"],
  ["s", "t", "u"],
] as const;
const FUNCTIONS = ["compute", "combine", "calculate", "evaluate", "formula"] as const;

/** Levels 0-4. */
export function arithmetic(random: Random, level: number): Draft {
  const names = random.pick(TRIPLES);
  if (level === 0) return formula(random, names.slice(0, random.pick([1, 2, 2])), level);
  if (level === 1) return formula(random, names.slice(0, random.int(2, 3)), level);
  return rules(random, names.slice(0, level === 2 ? 2 : 3), level);
}

function params(names: readonly string[]): Param[] {
  return names.map((name) => ({ name, kind: "int", say: "an integer" }));
}

/** One expression: at level 0 a sum, a difference or a product, then remainders and the larger of two. */
function formula(random: Random, names: readonly string[], level: number): Draft {
  const expression = level === 0 ? simple(random, names) : compound(random, names);
  const limit = 900;
  const value = (r: Random) => BigInt(r.int(-limit, limit));
  return {
    name: random.pick(FUNCTIONS),
    params: params(names),
    helpers: "",
    body: "",
    result: expression,
    resultKind: "int",
    rules: [],
    output: expression,
    typical: (r): Arg[] => names.map(() => level === 0 ? BigInt(r.int(1, limit)) : value(r)),
    edges: (r): Arg[][] => [
      names.map(() => 0n),
      names.map((_, i) => i === 0 ? 1n : 0n),
      names.map(() => -BigInt(r.int(1, 99))),
      names.map((_, i) => (i % 2 === 0 ? 1n : -1n) * BigInt(r.int(100, 9999))),
      names.map((_, i) => (i % 2 === 0 ? -1n : 1n) * BigInt(r.int(100, 9999))),
      names.map(() => BigInt(r.int(1, 1_000_000_000)) * 1_000_000_007n),
      names.map(() => 7n),
    ],
    wrong: [],
  };
}

function simple(r: Random, [a, b]: readonly string[]): string {
  const [k, c] = [r.int(2, 199), r.int(1, 9999)];
  if (b === undefined) {
    return r.pick([`${a} * ${k} + ${c}`, `${a} * ${k} - ${c}`, `${c} - ${a} * ${k}`, `(${a} + ${c}) * ${k}`]);
  }
  return r.pick([
    `${a} + ${b}`,
    `${a} + ${b} + ${c}`,
    `${a} - ${b} + ${c}`,
    `${a} * ${b} + ${c}`,
    `${a} * ${k} + ${b}`,
    `${a} * ${k} - ${b}`,
    `${a} + ${b} * ${k}`,
    `${a} * ${k} + ${b} * ${r.int(2, 99)}`,
    `(${a} + ${b}) * ${k}`,
    `(${a} - ${b}) * ${k}`,
  ]);
}

function compound(r: Random, names: readonly string[]): string {
  const [a, b, c] = [names[0]!, names[1]!, names[2] ?? String(r.int(3, 999))];
  const [k, m, d] = [r.int(2, 99), r.int(5, 299), r.int(2, 19)];
  return r.pick([
    `(${a} * ${k} + ${b}) % ${m} + ${c}`,
    `max(${a}, ${b}) * ${k} - ${c}`,
    `min(${a} + ${k}, ${b}) * ${d} + ${c}`,
    `abs(${a} - ${b}) * ${k} + ${c}`,
    `(${a} + ${b} * ${k}) // ${d} - ${c}`,
    `${a} * ${a} + ${k} * ${b} - ${c}`,
    `(${a} - ${b}) * (${c} + ${k})`,
    `${a} % ${m} + ${b} // ${d} * ${c}`,
    `max(${a} % ${m}, ${b} % ${m + k}) + ${c}`,
  ]);
}

/** A total that goes through conditions, loops and last changes. */
function rules(random: Random, names: readonly string[], level: number): Draft {
  const parts: Block[] = [];
  const start = compound(random, names);
  parts.push({ code: `total = ${start}`, say: `Start with the total ${start}.` });
  const counts = { 2: [1, 1, 0], 3: [2, 1, 1], 4: [3, 2, 2] }[level as 2 | 3 | 4];
  const middle = random.shuffle([
    ...random.shuffle(TESTS).slice(0, counts[0]),
    ...random.shuffle(LOOPS).slice(0, counts[1]),
  ]);
  for (const make of [...middle, ...random.shuffle(TAILS).slice(0, counts[2])]) parts.push(make(random, names));
  const bodyOf = (list: readonly Block[]) => list.map(({ code }) => code).join("\n");
  const value = (r: Random) => BigInt(r.int(-40, 120));
  return {
    name: random.pick(FUNCTIONS),
    params: params(names),
    helpers: "",
    body: bodyOf(parts),
    result: "total",
    resultKind: "int",
    rules: parts.map(({ say }) => say),
    output: "the total",
    typical: (r): Arg[] => names.map(() => value(r)),
    edges: (r): Arg[][] => [
      names.map(() => 0n),
      names.map(() => 1n),
      names.map(() => -1n),
      names.map(() => -BigInt(r.int(1, 60))),
      names.map((_, i) => (i % 2 === 0 ? 1n : -1n) * BigInt(r.int(100, 99_999))),
      names.map(() => BigInt(r.int(1000, 999_999))),
      names.map(() => 10n),
    ],
    wrong: parts.slice(1).map((_, i) => bodyOf(parts.toSpliced(i + 1, 1))),
  };
}
