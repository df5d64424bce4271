/** A small SAT solver for local miners: unit propagation and backtracking, with a bound on its work. @module */

/** A clause: `3` means x3, `-3` means not x3. */
export type SatClause = readonly number[];

/** How many variables may be set before the solver gives up: about a second of work. */
const MOST_ASSIGNMENTS = 3_000_000;

/**
 * Values of x1 to xN that satisfy every clause; null if there are none or the search takes too long.
 * Iterative; picks the variable that stands most often in the shortest open clauses.
 */
export function solveSat(variables: number, clauses: readonly SatClause[]): boolean[] | null {
  if (clauses.some((clause) => clause.length === 0)) return null;
  return new Search(variables, clauses).run();
}

/** One search: a trail of set literals, and for each clause how many literals are true and how many false. */
class Search {
  readonly #variables: number;
  readonly #clauses: readonly SatClause[];
  /** Clauses of each literal, at 2 * variable + (1 if negated). */
  readonly #watch: number[][];
  readonly #value: Int8Array;
  readonly #good: Int32Array;
  readonly #bad: Int32Array;
  readonly #trail: number[] = [];
  #work = 0;

  constructor(variables: number, clauses: readonly SatClause[]) {
    this.#variables = variables;
    this.#clauses = clauses;
    this.#watch = Array.from({ length: 2 * variables + 2 }, () => []);
    this.#value = new Int8Array(variables + 1);
    this.#good = new Int32Array(clauses.length);
    this.#bad = new Int32Array(clauses.length);
    for (const [at, clause] of clauses.entries()) for (const literal of clause) this.#watch[slot(literal)]!.push(at);
  }

  run(): boolean[] | null {
    /** Open choices: length of the trail before the choice, and the literal chosen. */
    const choices: { mark: number; literal: number }[] = [];
    let ok = this.#propagate(this.#clauses.filter((clause) => clause.length === 1).map((clause) => clause[0]!));
    while (this.#work < MOST_ASSIGNMENTS) {
      if (!ok) {
        const last = choices.pop();
        if (last === undefined) return null;
        this.#undo(last.mark);
        ok = this.#propagate([-last.literal]);
        continue;
      }
      const literal = this.#choose();
      if (literal === 0) return Array.from({ length: this.#variables }, (_, i) => this.#value[i + 1] === 1);
      choices.push({ mark: this.#trail.length, literal });
      ok = this.#propagate([literal]);
    }
    return null;
  }

  /** Sets literals and all that follow from them; false on a contradiction. */
  #propagate(queue: number[]): boolean {
    for (let literal = queue.pop(); literal !== undefined; literal = queue.pop()) {
      const variable = Math.abs(literal);
      const wanted = literal > 0 ? 1 : -1;
      if (this.#value[variable] === wanted) continue;
      if (this.#value[variable] !== 0) return false;
      this.#work++;
      this.#value[variable] = wanted;
      this.#trail.push(literal);
      for (const at of this.#watch[slot(literal)]!) this.#good[at]!++;
      let whole = true;
      for (const at of this.#watch[slot(-literal)]!) {
        const bad = ++this.#bad[at]!;
        const clause = this.#clauses[at]!;
        if (this.#good[at]! > 0) continue;
        if (bad === clause.length) whole = false;
        else if (bad === clause.length - 1) queue.push(clause.find((one) => this.#value[Math.abs(one)] === 0)!);
      }
      if (!whole) return false;
    }
    return true;
  }

  #undo(mark: number): void {
    while (this.#trail.length > mark) {
      const literal = this.#trail.pop()!;
      this.#value[Math.abs(literal)] = 0;
      for (const at of this.#watch[slot(literal)]!) this.#good[at]!--;
      for (const at of this.#watch[slot(-literal)]!) this.#bad[at]!--;
    }
  }

  /** The literal with the greatest weight in open clauses, where a clause with one literal fewer weighs five times; 0 if all hold. */
  #choose(): number {
    const weight = new Float64Array(2 * this.#variables + 2);
    let best = 0;
    let most = -1;
    for (const [at, clause] of this.#clauses.entries()) {
      if (this.#good[at]! > 0) continue;
      const gain = clause.length - this.#bad[at]! <= 2 ? 5 : 1;
      for (const literal of clause) if (this.#value[Math.abs(literal)] === 0) weight[slot(literal)]! += gain;
    }
    for (let variable = 1; variable <= this.#variables; variable++) {
      const [plus, minus] = [weight[2 * variable]!, weight[2 * variable + 1]!];
      const score = (plus + 1) * (minus + 1);
      if (plus + minus === 0 || score <= most) continue;
      most = score;
      best = plus >= minus ? variable : -variable;
    }
    return best;
  }
}

function slot(literal: number): number {
  return literal > 0 ? 2 * literal : -2 * literal + 1;
}
