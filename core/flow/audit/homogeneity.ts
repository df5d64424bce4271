/**
 * Whether validators saw the same contender: answers that were invented pass at another rate than those that its endpoint gave the others.
 * Given the totals of a stratum (some windows, one contender, one environment), the passes of one validator among all are a draw without
 * replacement, so a bet on them is an e-value, whatever the contender's rate is and however it changes with time: no approximation, and a
 * false alarm in at most the stated share of audits. Pure.
 * @module
 */
import type { Rate } from "./types.ts";

/** Share of audits of honest logs that may name somebody. */
export const FALSE_ALARM = 0.001;
/** Strata in time: more are joined in pairs. */
const MOST_STRATA = 512;
/** Bets: log odds by which an answer of the tested validator would pass more often (or less). */
const BETS: readonly number[] = [0.1, 0.25, 0.5, 1].flatMap((bet) => [bet, -bet]);
/** Draws up to which the mean of a bet is computed term by term; beyond, the bound for draws with replacement stands in. */
const MOST_TERMS = 256;

/** A validator whose answers of a contender are not those that the others saw. */
export interface Oddity {
  readonly validator: string;
  readonly contender: string;
  /** First window of the stretch in which they differ most. */
  readonly from: number;
  /** From there on: share that passed with this validator, and with the others. */
  readonly rate: number;
  readonly others: number;
  /** Answers behind each share. */
  readonly answers: number;
  readonly othersAnswers: number;
  /** Odds against honest answers, as a natural logarithm. */
  readonly evidence: number;
  /** How many validators can be compared: of two nobody can tell which one is odd. */
  readonly validators: number;
}

interface Cell {
  passes: number;
  answers: number;
}

/** Counts what validators saw, by time. */
export class Homogeneity {
  /** Contender and environment, then stratum, then validator. */
  readonly #cells = new Map<string, Map<number, Map<string, Cell>>>();
  /** Windows of a stratum. */
  #width = 1;
  #lowest = Infinity;
  #highest = -Infinity;

  /** Adds what a batch held. */
  add(validator: string, window: number, rates: readonly Rate[]): void {
    this.#lowest = Math.min(this.#lowest, window);
    this.#highest = Math.max(this.#highest, window);
    while ((this.#highest - this.#lowest) / this.#width > MOST_STRATA) this.#join();
    const stratum = Math.floor(window / this.#width);
    for (const { contender, env, passes, answers } of rates) {
      const key = `${contender} ${env}`;
      let strata = this.#cells.get(key);
      if (!strata) this.#cells.set(key, strata = new Map());
      let row = strata.get(stratum);
      if (!row) strata.set(stratum, row = new Map());
      const cell = row.get(validator) ?? { passes: 0, answers: 0 };
      row.set(validator, { passes: cell.passes + passes, answers: cell.answers + answers });
    }
  }

  #join(): void {
    this.#width *= 2;
    for (const strata of this.#cells.values()) {
      const joined = new Map<number, Map<string, Cell>>();
      for (const [stratum, row] of strata) {
        const at = Math.floor(stratum / 2);
        const into = joined.get(at) ?? new Map<string, Cell>();
        joined.set(at, into);
        for (const [validator, { passes, answers }] of row) {
          const cell = into.get(validator) ?? { passes: 0, answers: 0 };
          into.set(validator, { passes: cell.passes + passes, answers: cell.answers + answers });
        }
      }
      strata.clear();
      for (const [stratum, row] of joined) strata.set(stratum, row);
    }
  }

  /** Pairs of validator and contender that can be compared at all. */
  get pairs(): number {
    let count = 0;
    for (const contender of this.#contenders()) {
      const names = this.#validatorsOf(contender);
      if (names.length > 1) count += names.length;
    }
    return count;
  }

  /**
   * Everybody who is odd, the oddest first. Whoever was found is left out when the others are compared again, or one liar would make all
   * of them look odd.
   */
  oddities(): Oddity[] {
    const tests = this.pairs;
    const found: Oddity[] = [];
    for (const contender of this.#contenders()) {
      const out = new Set<string>();
      for (;;) {
        const names = this.#validatorsOf(contender).filter((name) => !out.has(name));
        if (names.length < 2) break;
        const all = names.map((name) => this.#test(contender, name, out, names.length));
        const worst = all.reduce((a, b) => b.evidence > a.evidence ? b : a);
        if (worst.evidence < Math.log(tests / FALSE_ALARM)) break;
        found.push(worst);
        out.add(worst.validator);
      }
    }
    return found.sort((a, b) => b.evidence - a.evidence);
  }

  #contenders(): Set<string> {
    return new Set([...this.#cells.keys()].map((key) => key.slice(0, key.indexOf(" "))));
  }

  #stratesOf(contender: string): Map<number, Map<string, Cell>>[] {
    return [...this.#cells].filter(([key]) => key.startsWith(`${contender} `)).map(([, strata]) => strata);
  }

  #validatorsOf(contender: string): string[] {
    const names = new Set<string>();
    for (const strata of this.#stratesOf(contender)) {
      for (const row of strata.values()) for (const name of row.keys()) names.add(name);
    }
    return [...names].sort();
  }

  #test(contender: string, validator: string, out: ReadonlySet<string>, validators: number): Oddity {
    const steps = new Map<number, { own: Cell; rest: Cell; bets: number[] }>();
    for (const strata of this.#stratesOf(contender)) {
      for (const [stratum, row] of strata) {
        const step = steps.get(stratum) ??
          { own: { passes: 0, answers: 0 }, rest: { passes: 0, answers: 0 }, bets: BETS.map(() => 0) };
        const own = row.get(validator);
        const rest = { passes: 0, answers: 0 };
        for (const [name, cell] of row) {
          if (name === validator || out.has(name)) continue;
          rest.passes += cell.passes;
          rest.answers += cell.answers;
        }
        // Where nobody else asked, there is nothing to compare with.
        if (!own || rest.answers === 0) continue;
        steps.set(stratum, step);
        step.own = { passes: step.own.passes + own.passes, answers: step.own.answers + own.answers };
        step.rest = { passes: step.rest.passes + rest.passes, answers: step.rest.answers + rest.answers };
        bet(own, rest).forEach((value, i) => step.bets[i]! += value);
      }
    }
    return this.#strongest(contender, validator, steps, validators);
  }

  /** The mean over all beginnings and bets is an e-value; the beginning that carries most of it is where the difference starts. */
  #strongest(
    contender: string,
    validator: string,
    steps: ReadonlyMap<number, { own: Cell; rest: Cell; bets: readonly number[] }>,
    validators: number,
  ): Oddity {
    const order = [...steps].sort(([a], [b]) => b - a);
    const sums = BETS.map(() => 0);
    const own = { passes: 0, answers: 0 }, rest = { passes: 0, answers: 0 };
    const logs: number[] = [];
    let best = { value: -Infinity, stratum: 0, own: { ...own }, rest: { ...rest } };
    for (const [stratum, step] of order) {
      step.bets.forEach((value, i) => sums[i]! += value);
      own.passes += step.own.passes;
      own.answers += step.own.answers;
      rest.passes += step.rest.passes;
      rest.answers += step.rest.answers;
      const value = logMean(sums);
      logs.push(value);
      if (value > best.value) best = { value, stratum, own: { ...own }, rest: { ...rest } };
    }
    return {
      validator,
      contender,
      from: best.stratum * this.#width,
      rate: best.own.passes / best.own.answers,
      others: best.rest.passes / best.rest.answers,
      answers: best.own.answers,
      othersAnswers: best.rest.answers,
      evidence: logs.length === 0 ? -Infinity : logMean(logs),
      validators,
    };
  }
}

/** Logarithms of what each bet comes to: exp(bet passes) over its mean under honest answers. */
function bet(own: Cell, rest: Cell): number[] {
  const passes = own.passes + rest.passes, answers = own.answers + rest.answers;
  // The smaller of the two sides is the draw; the other has what is left, with the opposite sign.
  const isOwn = own.answers <= rest.answers;
  const drawn = isOwn ? own : rest;
  const means = meansOf(drawn.answers, passes, answers);
  return BETS.map((odds, i) => (isOwn ? odds : -odds) * drawn.passes - means[isOwn ? i : i ^ 1]!);
}

/** Logarithms of the mean of exp(bet x) for each bet, where x of `draws` answers pass and `passes` of all `answers` do. */
function meansOf(draws: number, passes: number, answers: number): number[] {
  if (draws > MOST_TERMS) {
    // Hoeffding: a draw without replacement is no more variable than one with it.
    return BETS.map((odds) => draws * Math.log1p(passes / answers * Math.expm1(odds)));
  }
  const failures = answers - passes;
  const least = Math.max(0, draws - failures), most = Math.min(draws, passes);
  let weight = 1, total = 0;
  const sums = BETS.map(() => 0);
  for (let x = least; x <= most; x++) {
    total += weight;
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * Math.exp(BETS[i]! * (x - least));
    weight *= (passes - x) * (draws - x) / ((x + 1) * (failures - draws + x + 1));
  }
  return sums.map((sum, i) => BETS[i]! * least + Math.log(sum / total));
}

/** Logarithm of the mean of exponentials. */
function logMean(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}

/** An oddity as a sentence; `start` names the batch from which on it holds. */
export function describeOddity(oddity: Oddity, start: string): string {
  const { validator, contender, rate, others, answers, othersAnswers, evidence, validators } = oddity;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `From ${start} on, answers of ${contender} pass with ${validator} at ${percent(rate)} (${answers}), ` +
    `with the others at ${percent(others)} (${othersAnswers}): not the same endpoint's answers ` +
    `(odds e^${evidence.toFixed(0)}; honest logs are named in at most ${percent(FALSE_ALARM)} of audits)` +
    (validators > 2 ? "" : "; of two validators nobody can tell which one is odd");
}
