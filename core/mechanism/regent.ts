/**
 * When the champion is gone: duels pause while it is dark, a regent stands in after a while, and the champion may return to all that it
 * had. So an outage, or a flood that somebody pays for, ends no reign.
 * @module
 */
import { enrol, screen, type Start } from "./challengers.ts";
import { type Arena, isLive, measure, type Measured } from "./duel.ts";
import { reaches } from "./eprocess.ts";
import { type Field, seatOf, thronesOf } from "./field.ts";
import type { Parameters } from "./parameters.ts";
import { canariesOf, isDark, isDim, isOften } from "./presence.ts";
import type { Away, Duel, EpochInput, Reign, State } from "./types.ts";

/** How long the champion has been away at the end of an epoch. */
export interface Darkness {
  readonly isDark: boolean;
  readonly darkEpochs: number;
  readonly pausedEpochs: number;
}

/** Goes on counting the epochs in which the champion is away. An epoch without a canary changes nothing. */
export function darknessOf(
  state: State,
  champion: string,
  field: Field,
  at: { readonly input: EpochInput; readonly parameters: Parameters },
): Darkness {
  const seat = seatOf(champion, field);
  const dim = isDim(seat, canariesOf(champion, at.input), at.parameters);
  const darkEpochs = dim === null ? state.darkEpochs : dim ? state.darkEpochs + 1 : 0;
  const dark = isDark(seat, darkEpochs, at.parameters);
  const pausedEpochs = !dark ? 0 : dim === null ? state.pausedEpochs : state.pausedEpochs + 1;
  return { isDark: dark, darkEpochs, pausedEpochs };
}

/**
 * Who stands in for a dark champion: the live challenger that looks most certainly better than it, if the odds are `regentOdds`; else
 * the last former champion that is still valid; else the earliest valid commit. Null if nobody is left.
 */
export function chooseRegent(
  state: State,
  duels: readonly Duel[],
  at: { readonly field: Field; readonly measured: ReadonlyMap<string, Measured>; readonly parameters: Parameters },
): string | null {
  const { field, measured, parameters } = at;
  const thrones = thronesOf(state);
  const voids = new Set(duels.filter((duel) => duel.state === "void").map((duel) => duel.contender));
  const may = (id: string) =>
    field.byId.get(id)?.valid === true && !field.superseded.has(id) && !field.copies.has(id) && !voids.has(id) &&
    !thrones.has(id);
  let best: string | null = null, most = -Infinity;
  for (const duel of duels) {
    const sup = measured.get(duel.contender)?.values.sup ?? 0;
    if (isLive(duel) && may(duel.contender) && sup > most) [best, most] = [duel.contender, sup];
  }
  if (best !== null && reaches(most, Math.log(parameters.regentOdds))) return best;
  return state.former.findLast(may) ?? field.ordered.find(({ id }) => may(id))?.id ?? null;
}

/** What is kept of a dark champion's reign. `duels` are its duels as they stand. */
export function keep(state: State, champion: string, reign: Pick<Reign, "duels" | "nextSlot">, until: number): Away {
  const { reignStartEpoch, reignStartRound, isRegent, championDuel, highWater } = state;
  return { champion, until, reignStartEpoch, reignStartRound, isRegent, championDuel, highWater, ...reign };
}

/** The dark champion that returns in this epoch, or null: it is listed and valid and answered as much as a paid one. The first to go comes first. */
export function returning(
  state: State,
  field: Field,
  at: { readonly input: EpochInput; readonly parameters: Parameters },
): Away | null {
  return state.away.find(({ champion }) => {
    const canaries = canariesOf(champion, at.input);
    return field.byId.get(champion)?.valid === true && canaries.sent > 0 &&
      isOften(canaries, at.parameters.paidCanaryShare);
  }) ?? null;
}

/**
 * The reign of a champion that is back: its duels go on with their counts, and with their numbers. Whoever ended meanwhile stays ended;
 * whoever came, or was champion, meanwhile is a challenger from here on.
 */
export function resume(
  kept: Away,
  meanwhile: readonly Duel[],
  field: Field,
  at: { readonly arena: Arena; readonly start: Start },
): Reign {
  const { reignStartEpoch, reignStartRound, isRegent, championDuel, highWater } = kept;
  const ended = new Map(meanwhile.filter((duel) => !isLive(duel)).map((duel) => [duel.contender, duel]));
  const own = kept.duels.map((duel) => {
    const end = ended.get(duel.contender);
    return end ?? (isLive(duel) ? screen(measure(duel, at.arena).duel, field) : duel);
  });
  const names = new Set(own.map((duel) => duel.contender));
  const others = [...ended.values()].filter((duel) => !names.has(duel.contender));
  const { duels, nextSlot } = enrol([...own, ...others], field, kept.nextSlot, at.start);
  return { reignStartEpoch, reignStartRound, isRegent, championDuel, highWater, duels, nextSlot };
}
