/**
 * Planted random k-SAT whose literals give nothing away: every variable stands (almost) equally often plain and negated,
 * whatever its value in the planted solution, so that neither counting nor guessing finds a solution.
 * @module
 */
import type { Random } from "../../core/base/random.ts";

/** A clause: `3` means x3, `-3` means not x3; one of them must hold. */
export type Clause = readonly number[];

/** A formula with one of its solutions. */
export interface Formula {
  readonly variables: number;
  readonly clauses: readonly Clause[];
  /** Values of x1, x2, …: the solution that was planted. There may be others. */
  readonly planted: readonly boolean[];
}

/** Size of a formula. `clauses` is even. */
export interface Size {
  readonly variables: number;
  readonly clauses: number;
  /** Literals in a clause: 2 or 3. */
  readonly width: 2 | 3;
}

/** Whether an assignment (values of x1, x2, …) satisfies a clause. */
export function satisfies(values: readonly boolean[], clause: Clause): boolean {
  return clause.some((literal) => values[Math.abs(literal) - 1] === literal > 0);
}

/** Draws a formula. @throws {RangeError} if the number of clauses is odd. */
export function plant(random: Random, { variables, clauses, width }: Size): Formula {
  if (clauses % 2 !== 0) throw new RangeError(`The number of clauses must be even, not ${clauses}`);
  const planted = Array.from({ length: variables }, () => random.int(0, 1) === 1);
  while (true) {
    const dealt = deal(random, variables, trueLiterals(clauses, width), width);
    if (dealt === undefined) continue;
    // A dealt literal is positive where it agrees with the planted solution.
    const signed = dealt.map((clause) => {
      const literals = clause.map((literal) => planted[Math.abs(literal) - 1]! ? literal : -literal);
      return random.shuffle(literals);
    });
    return { variables, clauses: random.shuffle(signed), planted };
  }
}

/**
 * How many literals of each clause the planted solution makes true: at least one, and half of all literals in total. For
 * width 3 about 7 % have three, in the ratio that hides the solution best (1 : q : q^2 a pattern with q the golden ratio's inverse).
 */
function trueLiterals(clauses: number, width: 2 | 3): number[] {
  if (width === 2) return new Array<number>(clauses).fill(1);
  const three = Math.floor(clauses * 73 / 1000);
  const two = clauses / 2 - 2 * three;
  return Array.from({ length: clauses }, (_, i) => i < three ? 3 : i < three + two ? 2 : 1);
}

/** Hands the variables out in equal numbers, agreeing ones and others apart; undefined if a clause cannot be made whole. */
function deal(random: Random, variables: number, agreeing: readonly number[], width: number): number[][] | undefined {
  const half = agreeing.reduce((sum, t) => sum + t, 0);
  const plain = supply(random, variables, half);
  const negated = supply(random, variables, agreeing.length * width - half);
  const clauses: number[][] = [];
  const seen = new Set<string>();
  for (const t of agreeing) {
    const clause: number[] = [];
    for (let i = 0; i < width; i++) {
      const from = i < t ? plain : negated;
      const at = from.findIndex((variable) => clause.every((literal) => Math.abs(literal) !== variable));
      if (at < 0) return undefined;
      const [variable] = from.splice(at, 1);
      clause.push(i < t ? variable! : -variable!);
    }
    const name = clause.toSorted((a, b) => a - b).join();
    if (seen.has(name)) return undefined;
    seen.add(name);
    clauses.push(clause);
  }
  return clauses;
}

/** `total` variables in random order, each as often as any other, give or take one. */
function supply(random: Random, variables: number, total: number): number[] {
  const list: number[] = [];
  const all = Array.from({ length: variables }, (_, i) => i + 1);
  while (list.length < total) list.push(...random.shuffle(all).slice(0, total - list.length));
  return random.shuffle(list);
}
