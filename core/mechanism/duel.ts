/** A duel: what is counted, and whether the three statements are certified. @module */
import { alphaOf, gain, nonInferiority, reaches, superiority } from "./eprocess.ts";
import type { Parameters } from "./parameters.ts";
import type { Tally } from "./tally.ts";
import type { Counts, Duel, DuelValues } from "./types.ts";

/** Where duels are fought: one champion, the rounds before `end`. */
export interface Arena {
  readonly champion: string;
  readonly envs: readonly string[];
  /** Rounds before this one count. */
  readonly end: number;
  readonly tally: Tally;
  readonly parameters: Parameters;
}

/** Slot of a commit that was void before its duel could start: no number was given to it. */
export const NO_SLOT = -1;

/** Six decimals are recorded: a record is read by people, and decisions are taken before rounding. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

/** The three values of some counts and their thresholds, not rounded. */
export function valuesOf(counts: readonly Counts[], slot: number, parameters: Parameters): DuelValues {
  const { bets, tau, delta, alphaNi, alphaGain } = parameters;
  // Several validators: each value becomes ln mean over w != v of exp(value on the pool without v and w), for every v.
  return {
    ni: nonInferiority(counts, tau, bets),
    sup: superiority(counts, delta, bets),
    gain: gain(counts, bets),
    niNeeded: Math.log(1 / alphaNi),
    supNeeded: Math.log(1 / alphaOf(Math.max(slot, 0), parameters)),
    gainNeeded: Math.log(1 / alphaGain),
  };
}

function recorded(values: DuelValues): DuelValues {
  const { ni, sup, gain, niNeeded, supNeeded, gainNeeded } = values;
  return {
    ni: rounded(ni),
    sup: rounded(sup),
    gain: rounded(gain),
    niNeeded: rounded(niNeeded),
    supNeeded: rounded(supNeeded),
    gainNeeded: rounded(gainNeeded),
  };
}

/** A duel without a round yet. */
export function openDuel(
  contender: string,
  place: { readonly slot: number; readonly epoch: number; readonly round: number },
  arena: Pick<Arena, "envs" | "parameters">,
): Duel {
  const counts = arena.envs.map(() => ({ w: 0, l: 0, pc: 0, p0: 0, n: 0 }));
  return {
    contender,
    slot: place.slot,
    startEpoch: place.epoch,
    startRound: place.round,
    state: "live",
    reason: "",
    offered: 0,
    satOut: 0,
    lost: 0,
    counts,
    values: recorded(valuesOf(counts, place.slot, arena.parameters)),
  };
}

/** Counts of two contenders in every environment on their common rounds of this reign. */
export function countsOf(a: string, b: string, from: number, arena: Arena): Counts[] {
  const { tally, champion, end } = arena;
  return arena.envs.map((env) => tally.counts(a, b, env, from, end, { champion }));
}

/** The duel with the counts as they stand at the arena's end. Only rounds asked against this champion count. */
export function measure(duel: Duel, arena: Arena): Duel {
  const { tally, champion, end, parameters } = arena;
  const { contender, startRound, slot } = duel;
  const counts = countsOf(contender, champion, startRound, arena);
  const offered = tally.offered(contender, startRound, end, { champion });
  return {
    ...duel,
    offered,
    satOut: offered - tally.shown(contender, startRound, end, { champion }),
    lost: tally.lost(contender, startRound, end, { champion }),
    counts,
    values: recorded(valuesOf(counts, slot, parameters)),
  };
}

/** Rounds that count in every environment. */
export function roundsOf(counts: readonly Counts[]): number {
  return Math.min(...counts.map((count) => count.n));
}

/** What a duel has certified, each statement by itself. */
export interface Verdict {
  readonly enough: boolean;
  readonly ni: boolean;
  readonly sup: boolean;
  readonly gain: boolean;
}

/** Which statements a duel has certified, from its counts and not from the rounded values. */
export function verdictOf(duel: Duel, parameters: Parameters): Verdict {
  const values = valuesOf(duel.counts, duel.slot, parameters);
  return {
    enough: roundsOf(duel.counts) >= parameters.nMin,
    ni: reaches(values.ni, values.niNeeded),
    sup: reaches(values.sup, values.supNeeded),
    gain: reaches(values.gain, values.gainNeeded),
  };
}

/** Whether a duel is a candidate for the crown. */
export function isCandidate(duel: Duel, parameters: Parameters): boolean {
  const verdict = verdictOf(duel, parameters);
  // The hosted check comes here: a candidate whose pinned weights do worse than its endpoint is a proxy and void.
  return verdict.enough && verdict.ni && verdict.sup && verdict.gain;
}

/** Whether a duel still goes on. */
export function isLive(duel: Duel): boolean {
  return duel.state === "live" || duel.state === "waiting";
}
