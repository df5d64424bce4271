/**
 * The hold rule: a candidate must be certified better than every earlier-committed challenger that is still in its duel. So copies
 * that commit right behind an improver cannot be crowned before it, however lucky they are against the champion.
 * @module
 */
import { type Arena, countsOf, isLive } from "./duel.ts";
import { reaches, superiority } from "./eprocess.ts";
import type { Duel } from "./types.ts";

/** Who holds a candidate back, with the value against it and what it takes, in nats. */
export interface Hold {
  readonly by: string;
  readonly value: number;
  readonly needed: number;
  readonly rounds: number;
}

/**
 * Whether a challenger takes part in at least 80 % of the rounds since its start. Rounds that it was not offered because its chute was
 * cold count as well, or a challenger that goes away for good would hold everybody back.
 */
export function takesPart(duel: Duel, arena: Arena): boolean {
  const { tally, champion, end } = arena;
  const shown = tally.shown(duel.contender, duel.startRound, end, { champion });
  return 5 * shown >= 4 * tally.asked(champion, duel.startRound, end);
}

/** The first earlier challenger that a candidate is not yet certified to beat; null if it may be crowned. `duels` is in commit order. */
export function heldBack(candidate: Duel, duels: readonly Duel[], arena: Arena): Hold | null {
  const { delta, bets, alphaHold } = arena.parameters;
  const needed = Math.log(1 / alphaHold);
  for (const earlier of duels) {
    if (earlier.contender === candidate.contender) return null;
    if (!isLive(earlier) || !takesPart(earlier, arena)) continue;
    const from = Math.max(candidate.startRound, earlier.startRound);
    const counts = countsOf(candidate.contender, earlier.contender, from, arena);
    const value = superiority(counts, delta, bets);
    if (!reaches(value, needed)) return { by: earlier.contender, value, needed, rounds: counts[0]?.n ?? 0 };
  }
  return null;
}
