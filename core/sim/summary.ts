/** What the runs of a scenario under a rule say together. @module */
import type { RunResult } from "./job.ts";
import { type Mean, meanOf, type Probability, quantile, wilson } from "./stats.ts";
import type { Scenario } from "./types.ts";

/** One cell of the table. */
export interface Summary {
  readonly scenario: string;
  readonly rule: string;
  readonly runs: number;
  /** Share of the reward, by side. */
  readonly shares: Readonly<Record<string, Mean>>;
  /** Whether a side was ever paid, by side. */
  readonly paid: Readonly<Record<string, Probability>>;
  /** Whether the winner won; null for a scenario without one. */
  readonly wins: Probability | null;
  /** Rounds until it won, over the runs in which it did; null if it never did. */
  readonly time: { readonly median: number; readonly p90: number } | null;
}

/** Sums up runs. @throws {RangeError} without a run. */
export function summarize(scenario: Scenario, rule: string, results: readonly RunResult[]): Summary {
  const times = results.flatMap(({ won }) => won ?? []);
  const bySide = <T>(make: (side: string) => T) => Object.fromEntries(scenario.sides.map((side) => [side, make(side)]));
  return {
    scenario: scenario.id,
    rule,
    runs: results.length,
    shares: bySide((side) => meanOf(results.map(({ shares }) => shares[side]!))),
    paid: bySide((side) => wilson(results.filter(({ paid }) => paid[side]).length, results.length)),
    wins: scenario.winner === undefined ? null : wilson(times.length, results.length),
    time: times.length === 0 ? null : { median: quantile(times, 0.5)!, p90: quantile(times, 0.9)! },
  };
}
