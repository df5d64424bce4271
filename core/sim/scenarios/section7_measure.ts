/** Plays a row of mechanism section 7 many times, and says how far a figure is from the published one. @module */
import { play, type Run } from "../run.ts";
import type { Rule } from "../types.ts";
import type { Row } from "./section7.ts";

/** What came of many runs: the figure, the standard deviation of a single run, and the runs. */
export interface Figure {
  readonly mean: number;
  /** Of one run; of a median, what divided by the root of the runs gives its standard error. */
  readonly deviation: number;
  readonly runs: number;
  /** Published figures are rounded to this. */
  readonly step: number;
}

/** The figures of a row under one rule. */
export interface Figures {
  readonly share: Figure;
  readonly paid: Figure;
  readonly won: Figure;
  readonly median: Figure;
}

/** Plays a row's scenario `runs` times. */
export function measure({ scenario }: Row, rule: Rule, runs: number): Figures {
  const side = scenario.sides[0]!;
  const shares: number[] = [], paid: number[] = [], times: (number | null)[] = [];
  for (let i = 0; i < runs; i++) {
    const run = play(scenario, rule, `${scenario.id} ${i}`);
    shares.push(run.shares[side]!);
    paid.push(Number(run.paid[side]!));
    times.push(timeToWin(run, scenario));
  }
  const won = times.filter((time) => time !== null).sort((a, b) => a - b);
  return {
    share: figure(shares, 0.01),
    paid: figure(paid, 0.01),
    won: figure(times.map((time) => Number(time !== null)), 0.01),
    median: medianOf(won, scenario.rounds ?? 200),
  };
}

/**
 * Measured rounds until the winner stands first: it is paid more than half, or it is the champion of a rule that pays a champion from the
 * next epoch on.
 */
function timeToWin({ history }: Run, { warmUp, winner, rounds = 200 }: Row["scenario"]): number | null {
  const at = history.findIndex(({ pay, champion }) => {
    const own = pay.get(champion ?? "") ?? 0;
    return champion === winner && (own > 0.5 || own === 0);
  });
  return at < 0 ? null : (at - warmUp + 1) * rounds;
}

function figure(values: readonly number[], step: number): Figure {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)), runs: values.length, step };
}

/** The median with the half width that order statistics give it: a standard error of ranks is root n / 2. */
function medianOf(sorted: readonly number[], step: number): Figure {
  const n = sorted.length;
  if (n === 0) return { mean: NaN, deviation: NaN, runs: 0, step };
  const at = (rank: number) => sorted[Math.min(n - 1, Math.max(0, Math.round(rank)))]!;
  const low = at((n - 1) / 2 - Math.sqrt(n) / 2), high = at((n - 1) / 2 + Math.sqrt(n) / 2);
  return { mean: at((n - 1) / 2), deviation: (high - low) / 2 * Math.sqrt(n), runs: n, step };
}

/** A figure beside a published one. */
export interface Comparison {
  readonly mean: number;
  /** Standard error of the figure. */
  readonly error: number;
  /** By how many standard errors of the difference it is above the published one, or below. */
  readonly difference: number;
}

/**
 * How far a figure is from a published one of `runs` runs, which is taken to have the same deviation of a run. What rounding explains is no
 * difference. Runs that were all alike do not show their deviation: then it is that of a thing that happens as often as published.
 */
export function compare(figure: Figure, published: number, runs: number): Comparison {
  const { mean, step, runs: own } = figure;
  const error = figure.deviation / Math.sqrt(own);
  const apart = Math.max(0, Math.abs(mean - published) - step / 2);
  if (apart === 0) return { mean, error, difference: 0 };
  const deviation = figure.deviation || Math.sqrt(published * Math.abs(1 - published));
  return { mean, error, difference: Math.sign(mean - published) * apart / (deviation * Math.sqrt(1 / own + 1 / runs)) };
}
