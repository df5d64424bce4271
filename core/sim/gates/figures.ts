/** Findings out of runs. @module */
import type { RunResult } from "../job.ts";
import { quantile, wilson } from "../stats.ts";
import type { Finding } from "./lab.ts";

/** A share as gates print it. */
export function percent(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.01 ? 2 : 1)} %`;
}

/** Nobody of a side was ever paid. */
export function neverPaid(what: string, results: readonly RunResult[], side: string): Finding {
  return none(what, results.filter(({ paid }) => paid[side]).length, results.length);
}

/** Something that must never happen. */
export function none(what: string, hits: number, of: number): Finding {
  const { high } = wilson(hits, of);
  return { what, figure: `${hits} of ${of}`, interval: `P <= ${percent(high)}`, goal: "0", met: hits === 0 };
}

/** A share that must not exceed a limit. */
export function atMost(what: string, hits: number, of: number, limit: number): Finding {
  const { p, low, high } = wilson(hits, of);
  const interval = `${percent(low)} to ${percent(high)}`;
  return { what, figure: percent(p), interval, goal: `<= ${percent(limit)}`, met: p <= limit };
}

/** The winner wins at least so often. */
export function wins(what: string, results: readonly RunResult[], least: number): Finding {
  const won = results.filter((one) => one.won !== null).length;
  const { p, low, high } = wilson(won, results.length);
  const interval = `${percent(low)} to ${percent(high)}`;
  return { what, figure: percent(p), interval, goal: `>= ${percent(least)}`, met: p >= least };
}

/** Times to win, those who never win last. */
export function timesOf(results: readonly RunResult[]): number[] {
  return results.map(({ won }) => won ?? Infinity);
}

/** Nine of ten win within so many rounds. */
export function fast(what: string, results: readonly RunResult[], most: number): Finding {
  const times = timesOf(results), p90 = quantile(times, 0.9)!;
  const interval = `median ${quantile(times, 0.5)}`;
  return { what, figure: `p90 ${p90} rounds`, interval, goal: `<= ${most}`, met: p90 <= most };
}
