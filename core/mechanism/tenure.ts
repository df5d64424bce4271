/**
 * Tenure (mode T): at its crowning a champion earns epochs of pay in proportion to what it certifiably added to the best that was
 * there before. The old champion is not asked for that, so that its sinking, going dark or belonging to the same owner changes nothing.
 * @module
 */
import { onPool, type Part, rounded } from "./duel.ts";
import { lowerBound, pooled } from "./eprocess.ts";
import { settled } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { SLACK } from "./presence.ts";
import type { Counts, Granted, Tenure } from "./types.ts";

/** Standard errors that are taken off a winner's mean: it won because it was lucky, too. */
const CAUTION = 1.65;

/** The winner's mean over all environments less {@linkcode CAUTION} standard errors, as if every answer were a fair coin. */
function cautiousMean(counts: readonly Counts[]): number {
  const passes = counts.reduce((sum, count) => sum + count.pc, 0);
  const { n } = pooled(counts);
  return n === 0 ? 0 : passes / n - CAUTION * Math.sqrt(0.25 / n);
}

/** What a crowning is worth; `parts` is the winner's duel, `best` the highest mean of an earlier champion. */
export function grantOf(
  parts: readonly Part[],
  best: number | null,
  at: { readonly envs: readonly string[]; readonly parameters: Parameters },
): Granted {
  const { bets, kappa, gainCap } = at.parameters;
  const counts = onPool(parts, at.envs);
  const lower = settled(parts.length, (without) => lowerBound(counts(without), bets));
  const score = settled(parts.length, (without) => cautiousMean(counts(without)));
  const gain = best === null ? 0 : Math.min(gainCap, Math.max(0, Math.min(lower, score - best)));
  return {
    lower: rounded(lower),
    score: rounded(score),
    best: best === null ? null : rounded(best),
    gain: rounded(gain),
    epochs: Math.floor(kappa * gain + SLACK),
  };
}

/** The stack with what a crowning earned on top; if it then holds too much, everybody's share is cut in proportion. */
export function pushTenure(stack: readonly Tenure[], entry: Tenure, cap: number): Tenure[] {
  const all = [...stack, entry];
  const sum = all.reduce((total, one) => total + one.epochs, 0);
  const cut = sum <= cap ? all : all.map((one) => ({ ...one, epochs: Math.floor(one.epochs * cap / sum) }));
  return cut.filter((one) => one.epochs > 0);
}

/** Who is next on the stack: the present champion's own tenure first, then the latest other one. Null if nobody has any. */
export function nextTenure(stack: readonly Tenure[], champion: string): Tenure | null {
  return stack.findLast((one) => one.contender === champion) ?? stack.at(-1) ?? null;
}

/** The stack with one epoch of an entry used up, paid or not. */
export function useTenure(stack: readonly Tenure[], entry: Tenure): Tenure[] {
  return stack.flatMap((one) => one !== entry ? [one] : one.epochs > 1 ? [{ ...one, epochs: one.epochs - 1 }] : []);
}
