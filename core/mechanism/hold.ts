/**
 * The hold rule: a candidate must be certified better than every earlier-committed challenger that is still in its duel. So copies
 * that commit right behind an improver cannot be crowned before it, however lucky they are against the champion.
 * @module
 */
import { type Arena, countsOf, isLive, onPool, type Part } from "./duel.ts";
import { reaches, superiority } from "./eprocess.ts";
import { leftOut, withoutEach } from "./leave_out.ts";
import { later, spansOf } from "./pool.ts";
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
 * cold count as well, or a challenger that goes away for good would hold everybody back. No single validator can lift a hold by
 * inventing its absence: it ends only if the share is too small without each one of them.
 */
export function takesPart(duel: Duel, arena: Arena): boolean {
  const { pool, champion, end } = arena;
  const parts = spansOf(pool, duel.startRound, end).map(({ rounds, from, to }) => ({
    asked: rounds.shown(champion, from, to),
    shown: rounds.shown(duel.contender, from, to, { shownTo: champion }),
  })).filter((part) => part.asked > 0);
  return withoutEach(parts.length, (without) => {
    const left = parts.filter((_, index) => !without.includes(index));
    const sum = (key: "asked" | "shown") => left.reduce((total, part) => total + part[key], 0);
    return 5 * sum("shown") >= 4 * sum("asked");
  }).includes(true);
}

/** The counts of a candidate against an earlier challenger, of the validators that count in the candidate's duel. */
function pairParts(candidate: Duel, rival: Duel, parts: readonly Part[], arena: Arena): Part[] {
  const from = later(candidate.startRound, rival.startRound);
  const spans = new Map(spansOf(arena.pool, from, arena.end).map((span) => [span.validator, span]));
  return parts.flatMap(({ validator }) => {
    const span = spans.get(validator);
    const none = { w: 0, l: 0, pc: 0, p0: 0, n: 0 };
    const counts = span ? countsOf(candidate.contender, rival.contender, span, arena) : arena.envs.map(() => none);
    return [{ validator, counts, offered: 0 }];
  });
}

/**
 * The first earlier challenger that a candidate is not yet certified to beat; null if it may be crowned. `duels` is in commit order,
 * `parts` are those of the candidate's own duel.
 */
export function heldBack(
  candidate: Duel,
  duels: readonly Duel[],
  parts: readonly Part[],
  arena: Arena,
): Hold | null {
  const { delta, bets, alphaHold } = arena.parameters;
  const needed = Math.log(1 / alphaHold);
  for (const rival of duels) {
    if (rival.contender === candidate.contender) return null;
    if (!isLive(rival) || !takesPart(rival, arena)) continue;
    const counts = onPool(pairParts(candidate, rival, parts, arena), arena.envs);
    const value = leftOut(parts.length, (without) => superiority(counts(without), delta, bets));
    if (!reaches(value, needed)) return { by: rival.contender, value, needed, rounds: counts([])[0]?.n ?? 0 };
  }
  return null;
}
