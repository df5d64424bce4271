/** Expressions in a small notation whose operators have meanings of their own: parsed and computed. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Arg, Draft } from "../draft.ts";

interface Operator {
  readonly sign: string;
  /** Python over `a` and `b`. */
  readonly code: string;
}

const SIGNS = ["+", "-", "*", "#", "@", "&", "!", "~", "$", "?"] as const;
const MEANINGS = [
  () => "a + b",
  () => "a - b",
  (k: number) => `a + ${k} * b`,
  (k: number) => `${k} * a - b`,
  () => "a * b",
  () => "max(a, b)",
  () => "min(a, b)",
  () => "abs(a - b)",
  (k: number) => `a * b + ${k}`,
  () => "a * 10 + b",
  () => "a * a - b",
  (k: number) => `(a + b) % ${k + 5}`,
] as const;

/** Levels 3-5: from left to right; two strengths; two strengths and parentheses. */
export function calc(random: Random, level: number): Draft {
  const count = level === 3 ? 3 : level === 4 ? 4 : 5;
  const signs = random.shuffle(SIGNS).slice(0, count);
  const meanings = random.shuffle(MEANINGS).slice(0, count).map((make) => make(random.int(2, 9)));
  const all = signs.map((sign, i): Operator => ({ sign, code: meanings[i]! }));
  const [strong, weak] = level === 3 ? [[], all] : [all.slice(0, 2), all.slice(2)];
  const limit = random.pick([1000, 1009, 5000, 9973]);
  const make = (r: Random, terms: number): string => expression(r, signs, terms, level === 5);
  const bodyOf = (list: readonly Operator[]) =>
    level === 3 ? flat(limit) : level === 4 ? layered(list, limit) : nested(list, limit);
  const helpers = (list: readonly Operator[]) => applyCode(list, limit);
  return {
    name: random.pick(["evaluate", "calculate", "interpret"]),
    params: [{
      name: "text",
      kind: "text",
      say: `an expression whose parts are separated by single spaces; numbers are whole and not negative`,
    }],
    helpers: helpers(all) + (level === 5 ? `\n${parserCode(strong)}` : ""),
    body: bodyOf(strong),
    result: "total",
    resultKind: "int",
    lead:
      "The operators have meanings of their own; a is the number to the left of the operator and b the one to the right of it:",
    rules: [
      ...all.map(({ sign, code }) => `\`a ${sign} b\` is ${code}.`),
      `Every result r of an operator with an absolute value above ${limit} is replaced at once by r % ${limit}.`,
      ...strengths(strong, weak, level),
    ],
    output: "the value of the expression",
    typical: (r): Arg[] => [make(r, r.int(level + 1, level + 3))],
    edges: (r): Arg[][] => [
      [String(r.int(0, 99))],
      ["0"],
      ...signs.map((sign): Arg[] => [`${r.int(2, 30)} ${sign} ${r.int(2, 30)} ${sign} ${r.int(2, 30)}`]),
      [`${r.int(100, 999)} ${signs[0]} ${r.int(100, 999)} ${signs[1]} 0`],
      [make(r, 14)],
      ...(level === 5
        ? [["( ( 7 ) )"], [
          `${r.int(1, 9)} ${signs[0]} ( ${r.int(1, 9)} ${signs[2]} ( ${r.int(1, 9)} ${signs[3]} ${r.int(1, 9)} ) )`,
        ]]
        : []),
    ],
    wrong: level === 3 ? [] : [level === 4 ? layered([], limit) : ""].filter((code) => code !== ""),
  };
}

function strengths(strong: readonly Operator[], weak: readonly Operator[], level: number): string[] {
  if (level === 3) return ["There is no precedence: the operators are applied from left to right."];
  const names = (list: readonly Operator[]) =>
    list.map(({ sign }) => `\`${sign}\``).join(", ").replace(/, (?=[^,]*$)/, " and ");
  const rules = [
    `The operators ${names(strong)} bind more strongly than ${
      names(weak)
    }: they are applied first. Operators of the same strength are applied from left to right.`,
  ];
  if (level === 5) {
    rules.push("What stands in parentheses is computed first. Parentheses are parts of their own, and may be nested.");
  }
  return rules;
}

function expression(r: Random, signs: readonly string[], terms: number, parentheses: boolean): string {
  if (terms === 1) return String(r.int(0, 30));
  if (parentheses && terms < 6 && r.int(0, 2) === 0) return `( ${expression(r, signs, terms, false)} )`;
  const left = r.int(1, terms - 1);
  return `${expression(r, signs, left, parentheses)} ${r.pick(signs)} ${
    expression(r, signs, terms - left, parentheses)
  }`;
}

/** The function that applies one operator. */
function applyCode(all: readonly Operator[], limit: number): string {
  const lines = ["def apply(a, sign, b):"];
  for (const [i, { sign, code }] of all.entries()) {
    const last = i === all.length - 1;
    lines.push(last ? "    else:" : `    ${i === 0 ? "if" : "elif"} sign == "${sign}":`, `        value = ${code}`);
  }
  return [...lines, `    if abs(value) > ${limit}:`, `        value %= ${limit}`, "    return value"].join("\n");
}

function flat(_limit: number): string {
  return `parts = text.split()
total = int(parts[0])
for i in range(1, len(parts), 2):
    total = apply(total, parts[i], int(parts[i + 1]))`;
}

function tuple(list: readonly Operator[]): string {
  return `(${list.map(({ sign }) => `"${sign}"`).join(", ")})`;
}

function layered(strong: readonly Operator[], _limit: number): string {
  return `parts = text.split()
numbers = [int(parts[0])]
signs = []
for i in range(1, len(parts), 2):
    number = int(parts[i + 1])
    if parts[i] in ${strong.length === 0 ? "[]" : tuple(strong)}:
        numbers[-1] = apply(numbers[-1], parts[i], number)
    else:
        signs.append(parts[i])
        numbers.append(number)
total = numbers[0]
for i, sign in enumerate(signs):
    total = apply(total, sign, numbers[i + 1])`;
}

/** A parser by recursive descent: each function returns a value and the position after it. */
function parserCode(strong: readonly Operator[]): string {
  return `def read_factor(parts, at):
    if parts[at] == "(":
        value, at = read_sum(parts, at + 1)
        return value, at + 1
    return int(parts[at]), at + 1

def read_product(parts, at):
    value, at = read_factor(parts, at)
    while at < len(parts) and parts[at] in ${tuple(strong)}:
        sign = parts[at]
        right, at = read_factor(parts, at + 1)
        value = apply(value, sign, right)
    return value, at

def read_sum(parts, at):
    value, at = read_product(parts, at)
    while at < len(parts) and parts[at] != ")":
        sign = parts[at]
        right, at = read_product(parts, at + 1)
        value = apply(value, sign, right)
    return value, at`;
}

function nested(_strong: readonly Operator[], _limit: number): string {
  return "total, end = read_sum(text.split(), 0)";
}
