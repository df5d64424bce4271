/** One plain sentence for each contender: why it is champion, or why not, with the figures that matter. @module */
import { type Measured, roundsOf, verdictOf } from "./duel.ts";
import type { Field } from "./field.ts";
import type { Hold } from "./hold.ts";
import { LEFT_OUT_FROM } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { isRegressed } from "./stop.ts";
import type { Counts, Duel, State } from "./types.ts";

/** All that the sentences are made from. */
export interface Story {
  /** The state after the epoch. */
  readonly state: State;
  readonly field: Field;
  /** Duels as they were decided, before a crowning reset them. */
  readonly duels: readonly Duel[];
  /** What duels were measured to be. */
  readonly measured: ReadonlyMap<string, Measured>;
  readonly holds: ReadonlyMap<string, Hold>;
  readonly crowned: string | null;
  readonly dark: boolean;
  readonly parameters: Parameters;
}

/** Sentences for everybody on the list, everybody with a duel and the champion, by contender id. */
export function explainAll(story: Story): Record<string, string> {
  const duels = new Map(story.duels.map((duel) => [duel.contender, duel]));
  const ids = new Set([...story.field.byId.keys(), ...duels.keys()]);
  if (story.state.champion !== null) ids.add(story.state.champion);
  return Object.fromEntries([...ids].map((id) => [id, sentence(id, duels.get(id), story)]));
}

function sentence(id: string, duel: Duel | undefined, story: Story): string {
  const { state, field, crowned } = story;
  if (id === state.champion) return aboutChampion(id, duel, story);
  const listed = field.byId.get(id);
  const later = field.superseded.get(id);
  if (later !== undefined) return `Ended: its hotkey committed anew as ${later}`;
  if (!listed) return "Ended: it is no longer registered with this commit";
  if (duel?.state === "void") return aboutCopy(duel);
  if (duel?.state === "terminated") return aboutEnd(duel, story);
  if (!listed.valid) {
    const duelOn = duel ? `; its duel stands at ${rounds(duel)}` : "";
    return `Not asked in this epoch: ${listed.reason || "it is not valid"}${duelOn}`;
  }
  if (duel === undefined) {
    if (crowned === null) return "No duel yet";
    return state.duels.some((next) => next.contender === id)
      ? `Deposed by ${crowned}: a challenger again with its old commit, its duel starts with the next round`
      : `Deposed by ${crowned}; its hotkey goes on with a newer commit`;
  }
  if (crowned !== null) {
    return state.reign === 1
      ? `Challenger: its duel against the first champion ${crowned} starts with the next round`
      : `${crowned} was crowned in this epoch: the duel starts again from 0 against the new champion`;
  }
  if (story.dark) return `The champion is dark: duels pause, and this one stands at ${rounds(duel)}`;
  if (duel.state === "waiting") return aboutWait(duel, story);
  return aboutLive(duel, story);
}

function aboutChampion(id: string, duel: Duel | undefined, story: Story): string {
  const { state, crowned, dark } = story;
  if (id === crowned && duel) {
    return `Crowned after ${rounds(duel)}: ${certified(duel)}, and ahead of every earlier challenger`;
  }
  if (id === crowned) return "First champion: the earliest valid commit";
  const since = `Champion since epoch ${state.reignStartEpoch} (reign ${state.reign})`;
  if (dark) return `${since}, but dark: it keeps the crown unpaid while duels pause`;
  return `${since}: nobody has certified an improvement over it`;
}

function aboutCopy(duel: Duel): string {
  return `Void: same weights as ${duel.reason.slice("copy:".length)}, committed later`;
}

function aboutEnd(duel: Duel, { state, parameters }: Story): string {
  const { delta, tau, nMax } = parameters;
  if (duel.reason === "regressed") {
    const e = duel.counts.findIndex((count) => count.n > 0 && isRegressed(count, parameters));
    const count = duel.counts[e], env = state.envs[e];
    const where = count && env !== undefined ? ` in ${env} (${signed(difference(count))})` : "";
    return `Stopped after ${rounds(duel)}: worse than the champion by more than ${tau}${where}`;
  }
  if (duel.reason === "futile") {
    const means = duel.counts.map((count, e) => `${state.envs[e]} ${signed(difference(count))}`).join(", ");
    return `Stopped after ${
      rounds(duel)
    }: better by more than ${delta} is out of reach within ${nMax} rounds (${means})`;
  }
  if (duel.reason === "rounds") return `Stopped: not crowned within ${duel.offered} rounds offered`;
  return `Ended: ${duel.reason}`;
}

function aboutWait(duel: Duel, { holds }: Story): string {
  const hold = holds.get(duel.contender);
  if (!hold) return `Certified after ${rounds(duel)} (${certified(duel)}), and waits`;
  return `Certified after ${rounds(duel)} (${
    certified(duel)
  }), but must first be better than the earlier ${hold.by}: needs ` +
    `${nats(hold.needed)} nats, has ${nats(hold.value)} after ${plural(hold.rounds)} in common`;
}

function aboutLive(duel: Duel, { state, parameters, measured }: Story): string {
  const { sup, supNeeded, ni, niNeeded, gain, gainNeeded } = duel.values;
  if (roundsOf(duel.counts) === 0) {
    return `Challenger: no round counts yet; needs ${nats(supNeeded)} nats of superiority (slot ${duel.slot})`;
  }
  const verdict = verdictOf(duel, parameters, measured.get(duel.contender)?.values);
  const weakest = duel.counts.reduce((low, count, e) => difference(count) < difference(duel.counts[low]!) ? e : low, 0);
  const parts = [
    verdict.sup
      ? `superiority is certified (${nats(sup)} of ${nats(supNeeded)} nats after ${rounds(duel)})`
      : `needs ${nats(supNeeded)} nats of superiority, has ${nats(sup)} after ${rounds(duel)}`,
    verdict.ni
      ? "not worse in every environment is certified"
      : `not worse in every environment is not certified (${nats(ni)} of ${nats(niNeeded)}, weakest ${
        state.envs[weakest]
      } ${signed(difference(duel.counts[weakest]!))})`,
    verdict.gain ? "a mean gain is certified" : `a mean gain is not certified (${nats(gain)} of ${nats(gainNeeded)})`,
  ];
  if (!verdict.enough) parts.push(`at least ${parameters.nMin} rounds must count`);
  return `Challenger: ${parts.join("; ")}`;
}

function certified(duel: Duel): string {
  const { sup, supNeeded, ni, niNeeded, gain, gainNeeded } = duel.values;
  return `superiority ${nats(sup)} of ${nats(supNeeded)} nats, not worse anywhere ${nats(ni)} of ${nats(niNeeded)}, ` +
    `mean gain ${nats(gain)} of ${nats(gainNeeded)}${pooled(duel.validators)}`;
}

function pooled(validators: number): string {
  if (validators < 2) return "";
  return validators < LEFT_OUT_FROM
    ? `, by ${validators} validators of which a single liar can decide`
    : `, without any one of ${validators} validators`;
}

/** Whose counts an epoch was decided from, and what that is worth: one sentence. */
export function poolingOf(validators: number): string {
  if (validators === 0) return "No validator's rounds count yet";
  if (validators === 1) return "The rounds of 1 validator count: it decides alone";
  return validators < LEFT_OUT_FROM
    ? `The rounds of ${validators} validators count: with fewer than ${LEFT_OUT_FROM} a single liar can decide`
    : `The rounds of ${validators} validators count: none of them can decide by itself`;
}

function difference(count: Counts): number {
  return count.n === 0 ? 0 : (count.w - count.l) / count.n;
}

function plural(count: number): string {
  return `${count} round${count === 1 ? "" : "s"}`;
}

function rounds(duel: Duel): string {
  return plural(roundsOf(duel.counts));
}

function nats(value: number): string {
  return value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(3)}`;
}
