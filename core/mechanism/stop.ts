/** When a duel ends without a crown. Terminated is final for a commit. @module */
import { onPool, type Part, partsOf, roundsOf } from "./duel.ts";
import { alphaOf, type Evidence, logE, pooled, reaches } from "./eprocess.ts";
import { mostRounds, withoutEach } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import type { Counts, Duel } from "./types.ts";

/** Odds of the evidence that a challenger is worse. */
const REGRESSED = Math.log(100);
/** A certified challenger that is held back may stay this much longer. */
const WAITING_FACTOR = 1.5;

/** Reasons for which a duel is terminated by its counts. */
export const STOP_REASONS = ["rounds", "regressed", "futile"] as const;
/** One of {@linkcode STOP_REASONS}. */
export type StopReason = typeof STOP_REASONS[number];

/** Whether the challenger is certified to be worse in an environment, and by more than `tau` as it looks. */
export function isRegressed(counts: Evidence, parameters: Parameters): boolean {
  const worse = { w: counts.l, l: counts.w, n: counts.n };
  return reaches(logE(worse, 0, parameters.bets), REGRESSED) && (counts.w - counts.l) / counts.n < -parameters.tau;
}

/**
 * Whether even an optimist (mean + 2 standard errors) sees less than it takes to reach the superiority threshold with all the
 * rounds that a duel may have. `most` is that number, times K for pooled counts.
 */
export function isHopeless(counts: Evidence, most: number, slot: number, parameters: Parameters): boolean {
  const { w, l, n } = counts;
  const mean = (w - l) / n, discordance = (w + l) / n;
  const error = Math.sqrt(Math.max(0, discordance - mean * mean) / n);
  const nats = Math.log(1 / alphaOf(slot, parameters)) + 2;
  return mean + 2 * error < parameters.delta + Math.sqrt(2 * discordance * nats / most);
}

/** Rounds offered in a duel on each pool that the left-out rule looks at. */
function offeredWithoutEach(duel: Duel, parts: readonly Part[]): number[] {
  return withoutEach(parts.length, (without) => without.reduce((left, v) => left - parts[v]!.offered, duel.offered));
}

/**
 * Why a duel that is no candidate ends now, or null. With four validators or more it must end without each one of them, or one that
 * forges losses could end it. @default parts the plain counts
 */
export function stopReason(
  duel: Duel,
  parameters: Parameters,
  parts: readonly Part[] = partsOf(duel),
): StopReason | null {
  const most = mostRounds(parts.length, parameters.nMax);
  const counts = onPool(parts, duel.counts);
  const offered = offeredWithoutEach(duel, parts);
  const reasons = withoutEach(parts.length, counts).map((pool, v) =>
    reasonOn(pool, offered[v]!, { slot: duel.slot, most, parameters })
  );
  return reasons.includes(null) ? null : reasons[0]!;
}

function reasonOn(
  counts: readonly Counts[],
  offered: number,
  at: { readonly slot: number; readonly most: number; readonly parameters: Parameters },
): StopReason | null {
  const { slot, most, parameters } = at;
  if (offered >= most) return "rounds";
  if (counts.some((count) => count.n > 0 && isRegressed(count, parameters))) return "regressed";
  if (roundsOf(counts) < parameters.nMin) return null;
  const futile = counts.every((count) => isHopeless(count, most, slot, parameters)) &&
    isHopeless(pooled(counts), counts.length * most, slot, parameters);
  return futile ? "futile" : null;
}

/** Whether a candidate that waits has waited too long. @default parts the plain counts */
export function isWaitOver(duel: Duel, parameters: Parameters, parts: readonly Part[] = partsOf(duel)): boolean {
  const most = WAITING_FACTOR * mostRounds(parts.length, parameters.nMax);
  return offeredWithoutEach(duel, parts).every((offered) => offered >= most);
}
