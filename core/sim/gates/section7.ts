/** The last paragraph of mechanism section 7: how fast the rule is as it stands, beside the published figures. @module */
import type { LoneResult } from "../lone.ts";
import { quantile, wilson } from "../stats.ts";
import { percent } from "./figures.ts";
import type { Finding, Gate } from "./lab.ts";

/** Discordances of the columns. */
const V = [0.33, 0.2, 0.1] as const;

/** Median and 90 % of the rounds, by gain in all four environments and by discordance. */
const ROUNDS: readonly (readonly [gain: number, cells: readonly (readonly [median: number, p90: number])[]])[] = [
  [0.03, [[2525, 4350], [1575, 2525], [800, 1275]]],
  [0.05, [[900, 1400], [525, 850], [275, 400]]],
  [0.1, [[275, 425], [175, 250], [125, 150]]],
];
/** Chance to win within n_max, and the median then, for a gain of .05 in one environment only. */
const ONE: readonly (readonly [p: number, median: number])[] = [[0.54, 9575], [0.93, 5200], [1, 2550]];
/** Duels behind a published figure: about as many as whole runs. */
const PUBLISHED = 200;
const STEP = 25;
/** Published medians of 125 and 175 rounds say that they were measured without n_min, which is 200. */
const parameters = { nMin: STEP };

/** Rounds that won duels took, in order. */
function times(results: readonly LoneResult[]): number[] {
  return results.map(({ crowned, rounds }) => crowned ? rounds : Infinity).sort((a, b) => a - b);
}

/** Standard errors of an interval: of 24 comparisons none misses by chance with 95 %. */
const ERRORS = 3.1;

/**
 * Where a quantile lies if it was measured twice, by these duels and by the published ones: an interval of ranks, and a
 * step to each side, since looks come every 25 rounds.
 */
export function quantileInterval(sorted: readonly number[], share: number): readonly [low: number, high: number] {
  const n = sorted.length;
  const half = ERRORS * Math.sqrt(share * (1 - share) * (1 / n + 1 / PUBLISHED));
  const at = (q: number) => quantile(sorted, Math.min(1, Math.max(1 / n, q)))!;
  return [at(share - half) - STEP, at(share + half) + STEP];
}

function beside(what: string, sorted: readonly number[], share: number, published: number): Finding {
  const [low, high] = quantileInterval(sorted, share);
  return {
    what,
    figure: `${quantile(sorted, share)} rounds`,
    interval: `${low} to ${high}`,
    goal: `${published} published`,
    met: low <= published && published <= high,
  };
}

/** The published figures as a gate: each must lie where ours would, measured as often. */
export const SECTION_7: Gate = {
  id: "S7",
  title: "section 7's last paragraph (K=4)",
  sees: [],
  async run(lab) {
    const findings: Finding[] = [];
    for (const [gain, cells] of ROUNDS) {
      for (const [i, [median, p90]] of cells.entries()) {
        const sorted = times(
          await lab.lone(2, { gains: Array(4).fill(gain), discordance: V[i]!, step: STEP, parameters }),
        );
        findings.push(beside(`all +${gain} at V=${V[i]}: median`, sorted, 0.5, median));
        findings.push(beside(`all +${gain} at V=${V[i]}: p90`, sorted, 0.9, p90));
      }
    }
    for (const [i, [published, median]] of ONE.entries()) {
      const results = await lab.lone(2, { gains: [0.05, 0, 0, 0], discordance: V[i]!, step: STEP, parameters });
      const all = times(results), won = all.filter(Number.isFinite), n = results.length;
      const { p, low, high } = wilson(won.length, n);
      // A published certainty is one to two decimals: as if one of a hundred were lost.
      const variance = Math.max(0.01 * 0.99, published * (1 - published));
      const spread = ERRORS * Math.sqrt(variance * (1 / n + 1 / PUBLISHED));
      findings.push({
        what: `one +.05 at V=${V[i]}: P(win in 10000)`,
        figure: percent(p),
        interval: `${percent(low)} to ${percent(high)}`,
        goal: `${percent(published)} published`,
        met: Math.abs(p - published) <= spread + 1 / n,
      });
      findings.push(beside(`one +.05 at V=${V[i]}: median`, all, 0.5, median));
    }
    return findings;
  },
};
