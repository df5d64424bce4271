/** One plain sentence for each contender: why it is champion, or why not, with the figures that matter. @module */
import { type Measured, roundsOf, verdictOf } from "./duel.ts";
import { type Field, seatOf } from "./field.ts";
import type { Hold } from "./hold.ts";
import type { Hosted } from "./hosted.ts";
import { LEFT_OUT_FROM } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { isRegressed } from "./stop.ts";
import type { Away, Counts, Duel, Granted, State, ThroneEvent } from "./types.ts";

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
  readonly hosted: Hosted;
  readonly throne: ThroneEvent;
  readonly granted: Granted | null;
  readonly dark: boolean;
  readonly parameters: Parameters;
}

/** Sentences for everybody on the list, everybody with a duel and the champion, by contender id. */
export function explainAll(story: Story): Record<string, string> {
  const duels = new Map(story.duels.map((duel) => [duel.contender, duel]));
  const ids = new Set([...story.field.byId.keys(), ...duels.keys()]);
  if (story.state.champion !== null) ids.add(story.state.champion);
  for (const { champion } of story.state.away) ids.add(champion);
  return Object.fromEntries([...ids].map((id) => [id, sentence(id, duels.get(id), story)]));
}

function sentence(id: string, duel: Duel | undefined, story: Story): string {
  const { state, field, throne } = story;
  if (id === state.champion) return aboutChampion(duel, story);
  const away = state.away.find((one) => one.champion === id);
  if (away) return aboutAway(away, story);
  const listed = field.byId.get(id);
  const later = field.superseded.get(id);
  if (later !== undefined) return `Ended: its hotkey committed anew as ${later}`;
  if (!listed) return "Ended: it is no longer registered with this commit";
  if (duel?.state === "void") return aboutVoid(duel, story);
  if (duel?.state === "terminated") return aboutEnd(duel, story);
  if (!listed.valid) {
    const duelOn = duel ? `; its duel stands at ${rounds(duel)}` : "";
    return `Not asked in this epoch: ${listed.reason || "it is not valid"}${duelOn}`;
  }
  const { champion } = state;
  if (duel === undefined) {
    if (throne === "kept") return "No duel yet";
    return state.duels.some((next) => next.contender === id)
      ? `Deposed by ${champion}: a challenger again with its old commit, its duel starts with the next round`
      : `Deposed by ${champion}; its hotkey goes on with a newer commit`;
  }
  if (throne === "first") {
    return `Challenger: its duel against the first champion ${champion} starts with the next round`;
  }
  if (throne === "crowned") {
    return `${champion} was crowned in this epoch: the duel starts again from 0 against the new champion`;
  }
  if (throne === "regent") {
    return `${champion} stands in for the dark champion: the duel starts again from 0 against it, and the old one is kept`;
  }
  if (throne === "returned") {
    const own = state.duels.find((next) => next.contender === id);
    return `${champion} is back on its throne: ${
      own && roundsOf(own.counts) > 0 ? `the duel against it goes on at ${rounds(own)}` : "the duel against it starts"
    }`;
  }
  if (story.dark) return `The champion is dark: duels pause, and this one stands at ${rounds(duel)}`;
  if (duel.state === "waiting") return aboutWait(duel, story);
  return aboutLive(duel, story);
}

function aboutChampion(duel: Duel | undefined, story: Story): string {
  const { state, throne, dark } = story;
  if (throne === "crowned" && duel) {
    const won = `Crowned after ${rounds(duel)}: ${certified(duel)}, and ahead of every earlier challenger; ${
      aboutCheck(duel.contender, story)
    }`;
    return story.granted ? `${won}; ${worth(story.granted)}` : won;
  }
  if (throne === "first") return "First champion: the earliest valid commit";
  if (throne === "returned") {
    return "Back on its throne: it answers again, its duels go on with the counts that were kept";
  }
  if (throne === "regent") {
    return `Regent: it stands in for the champion ${state.away.at(-1)?.champion}, which was dark for too long`;
  }
  if (state.isRegent && !dark) {
    return `Regent since epoch ${state.reignStartEpoch} (reign ${state.reign}): nobody has certified an improvement over it`;
  }
  const since = `Champion since epoch ${state.reignStartEpoch} (reign ${state.reign})`;
  if (dark) return `${since}, but dark: it keeps the crown unpaid while duels pause`;
  return `${since}: nobody has certified an improvement over it`;
}

function worth({ gain, best, lower, score, epochs }: Granted): string {
  if (best === null) return "no champion before it has a score to compare with, so it earns no tenure";
  const from = lower < score - best
    ? `certified at least ${signed(lower)} over the champion that it beat`
    : `its mean of ${score.toFixed(3)} less luck against ${best.toFixed(3)}, the best before`;
  return `it adds ${gain.toFixed(3)} (${from}), which is worth ${epochs} epoch${epochs === 1 ? "" : "s"} of pay`;
}

function aboutAway({ champion, until }: Away, { state, field }: Story): string {
  const back = seatOf(champion, field).registered ? "" : " is registered and";
  return `Dark: ${state.champion} stands in for it; its duels are kept, and it returns if it${back} answers the canaries of an ` +
    `epoch up to epoch ${until}`;
}

function aboutCheck(contender: string, { hosted }: Story): string {
  if (!hosted.isChecked) return "no validator checked what its endpoint serves";
  const n = Math.min(...hosted.counts(contender).map((count) => count.n));
  return `its committed weights, run by the validator, are as good as its endpoint (${plural(n)})`;
}

/** How much better (+) or worse the committed weights did than the endpoint. */
function compared(contender: string, { hosted, state }: Story): string {
  const counts = hosted.counts(contender);
  if (counts.length === 0) return "";
  const means = counts.map((count, e) => `${state.envs[e]} ${signed(difference(count))}`).join(", ");
  return ` (${means} after ${plural(Math.min(...counts.map((count) => count.n)))} of the check)`;
}

function aboutVoid(duel: Duel, story: Story): string {
  if (duel.reason === "proxy") {
    const by = compared(duel.contender, story);
    return `Void after ${rounds(duel)}: what it committed, run by the validator, does worse than its endpoint${by}`;
  }
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

function aboutWait(duel: Duel, story: Story): string {
  const { holds } = story;
  if (duel.reason === "hosted") {
    return `Certified after ${rounds(duel)} (${
      certified(duel)
    }), and waits until the committed weights, run by the validator, ` +
      `are shown to be as good as its endpoint${compared(duel.contender, story) || " (no round of the check yet)"}`;
  }
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
  const slack = (e: number) => difference(duel.counts[e]!) + (duel.values.allowed[e] ?? parameters.tau);
  const weakest = duel.counts.reduce((low, _, e) => slack(e) < slack(low) ? e : low, 0);
  const parts = [
    verdict.sup
      ? `superiority is certified (${nats(sup)} of ${nats(supNeeded)} nats after ${rounds(duel)})`
      : `needs ${nats(supNeeded)} nats of superiority, has ${nats(sup)} after ${rounds(duel)}`,
    verdict.ni
      ? "not worse in every environment is certified"
      : `not worse in every environment is not certified (${nats(ni)} of ${nats(niNeeded)}, weakest ${
        state.envs[weakest]
      } ${signed(difference(duel.counts[weakest]!))}${owed(duel, weakest, parameters)})`,
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

/** What high-water leaves of tau in an environment, where it takes something. */
function owed(duel: Duel, e: number, { tau }: Parameters): string {
  const allowed = duel.values.allowed[e] ?? tau;
  return allowed < tau
    ? `, where at most ${allowed.toFixed(3)} may be lost: the champion is below the best before it`
    : "";
}

function difference(count: Pick<Counts, "w" | "l" | "n">): number {
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
