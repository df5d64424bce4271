/** A duel: what is counted, and whether the three statements are certified. @module */
import { alphaOf, gain, nonInferiority, reaches, superiority } from "./eprocess.ts";
import type { Allowed } from "./high_water.ts";
import { leftOut, type OnPool } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { addCounts, type Pool, type Span, spansOf, sumOver } from "./pool.ts";
import type { Counts, Duel, DuelValues, Marks } from "./types.ts";

/** Where duels are fought: one champion, the rounds before `end`. */
export interface Arena {
  readonly champion: string;
  readonly envs: readonly string[];
  /** Rounds of each validator before this one count. */
  readonly end: Marks;
  readonly pool: Pool;
  readonly parameters: Parameters;
  /** What a challenger may be worse by. @default {tau} in every environment */
  readonly allowed?: Allowed;
}

/** What the values of a duel depend on besides its counts. */
export type Scale = Pick<Arena, "envs" | "parameters" | "allowed">;

/** One validator's share of a duel. */
export interface Part {
  readonly validator: string;
  /** Per environment. */
  readonly counts: readonly Counts[];
  readonly offered: number;
}

/** A duel with what it was measured from. */
export interface Measured {
  readonly duel: Duel;
  /** Of the validators with at least one round that counts, in sorted order. */
  readonly parts: readonly Part[];
  /** As in the duel, but not rounded. */
  readonly values: DuelValues;
}

/** Slot of a commit that was void before its duel could start: no number was given to it. */
export const NO_SLOT = -1;

/** Six decimals are recorded: a record is read by people, and decisions are taken before rounding. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

/** Counts of a duel on the pool without some of its validators. */
export function onPool(parts: readonly Part[], envs: readonly unknown[]): OnPool<Counts[]> {
  return (without) =>
    addCounts(envs.length, parts.flatMap((part, index) => without.includes(index) ? [] : [part.counts]));
}

/** The three values of a duel and their thresholds, not rounded; with four validators or more by the left-out rule. */
export function valuesOf(parts: readonly Part[], slot: number, arena: Scale): DuelValues {
  const { bets, tau, delta, alphaNi, alphaGain } = arena.parameters;
  const counts = onPool(parts, arena.envs);
  const allowed = arena.allowed ?? (() => arena.envs.map(() => tau));
  const value = (statement: (counts: readonly Counts[]) => number) =>
    leftOut(parts.length, (without) => statement(counts(without)));
  return {
    ni: leftOut(parts.length, (without) => {
      const gone = without.map((v) => parts[v]!.validator);
      return nonInferiority(counts(without), allowed(gone), bets);
    }),
    sup: value((all) => superiority(all, delta, bets)),
    gain: value((all) => gain(all, bets)),
    niNeeded: Math.log(1 / alphaNi),
    supNeeded: Math.log(1 / alphaOf(Math.max(slot, 0), arena.parameters)),
    gainNeeded: Math.log(1 / alphaGain),
    allowed: allowed([]),
  };
}

function recorded(values: DuelValues): DuelValues {
  const { ni, sup, gain, niNeeded, supNeeded, gainNeeded, allowed } = values;
  return {
    ni: rounded(ni),
    sup: rounded(sup),
    gain: rounded(gain),
    niNeeded: rounded(niNeeded),
    supNeeded: rounded(supNeeded),
    gainNeeded: rounded(gainNeeded),
    allowed: allowed.map(rounded),
  };
}

/** A duel without a round yet. */
export function openDuel(
  contender: string,
  place: { readonly slot: number; readonly epoch: number; readonly round: Marks },
  arena: Scale,
): Duel {
  return {
    contender,
    slot: place.slot,
    startEpoch: place.epoch,
    startRound: place.round,
    validators: 0,
    state: "live",
    reason: "",
    offered: 0,
    satOut: 0,
    lost: 0,
    counts: addCounts(arena.envs.length, []),
    values: recorded(valuesOf([], place.slot, arena)),
  };
}

/** Counts of two contenders in every environment on their common rounds of a span that the champion was shown. */
export function countsOf(a: string, b: string, { rounds, from, to }: Span, arena: Arena): Counts[] {
  return arena.envs.map((env) => rounds.counts(a, b, env, from, to, { shownTo: arena.champion }));
}

/** The duel with the counts as they stand at the arena's end. Only rounds that its champion was shown count. */
export function measure(duel: Duel, arena: Arena): Measured {
  const { champion, end, pool } = arena;
  const { contender, startRound, slot } = duel;
  const seen = { shownTo: champion };
  const spans = spansOf(pool, startRound, end);
  const parts = spans.map((span) => ({
    validator: span.validator,
    counts: countsOf(contender, champion, span, arena),
    offered: span.rounds.offered(contender, span.from, span.to, seen),
  }));
  const offered = parts.reduce((sum, part) => sum + part.offered, 0);
  const counted = parts.filter((part) => part.counts.some((count) => count.n > 0));
  const values = valuesOf(counted, slot, arena);
  return {
    duel: {
      ...duel,
      validators: counted.length,
      offered,
      satOut: offered - sumOver(spans, ({ rounds, from, to }) => rounds.shown(contender, from, to, seen)),
      lost: sumOver(spans, ({ rounds, from, to }) => rounds.lost(contender, from, to, seen)),
      counts: addCounts(arena.envs.length, counted.map((part) => part.counts)),
      values: recorded(values),
    },
    parts: counted,
    values,
  };
}

/** Rounds that count in every environment. */
export function roundsOf(counts: readonly Counts[]): number {
  return Math.min(...counts.map((count) => count.n));
}

/** A duel on plain counts, as if one validator had asked all of it. */
export function partsOf({ counts, offered }: Pick<Duel, "counts" | "offered">): Part[] {
  return [{ validator: "", counts, offered }];
}

/** What a duel has certified, each statement by itself. */
export interface Verdict {
  readonly enough: boolean;
  readonly ni: boolean;
  readonly sup: boolean;
  readonly gain: boolean;
}

/** Which statements a duel has certified, from values that are not rounded. @default values those of the plain counts */
export function verdictOf(duel: Duel, parameters: Parameters, values?: DuelValues): Verdict {
  const exact = values ?? valuesOf(partsOf(duel), duel.slot, { envs: duel.counts.map(String), parameters });
  return {
    enough: roundsOf(duel.counts) >= parameters.nMin,
    ni: reaches(exact.ni, exact.niNeeded),
    sup: reaches(exact.sup, exact.supNeeded),
    gain: reaches(exact.gain, exact.gainNeeded),
  };
}

/** Whether a duel is a candidate for the crown: all statements are certified. */
export function isCandidate(duel: Duel, parameters: Parameters, values?: DuelValues): boolean {
  const verdict = verdictOf(duel, parameters, values);
  return verdict.enough && verdict.ni && verdict.sup && verdict.gain;
}

/** Whether a duel still goes on. */
export function isLive({ state }: Pick<Duel, "state">): boolean {
  return state === "live" || state === "waiting";
}
