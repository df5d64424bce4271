/**
 * Reigns: the step that settles an epoch. State, what was seen on chain, and the outcomes go in; the next state and who is paid come out,
 * the same on every machine. Nothing here reads a clock, a file or a random number.
 * @module
 */
import { decide, type Decision, terminated } from "./decide.ts";
import { type Arena, isLive, measure, type Measured, NO_SLOT, openDuel } from "./duel.ts";
import { explainAll, poolingOf } from "./explain.ts";
import { type Field, hotkeyOf, seatOf, survey } from "./field.ts";
import type { Parameters } from "./parameters.ts";
import { canariesOf, isDark, isDim, payOf, vacant } from "./pay.ts";
import { type Pool, type Progress, progressOf, spansOf, sumOver, withNewcomers } from "./pool.ts";
import type { Duel, EpochInput, EpochReport, Marks, State } from "./types.ts";

/** What {@linkcode advance} returns. */
export interface Advanced {
  /** What the next epoch starts from. */
  readonly state: State;
  /** What this epoch decided, and why. */
  readonly report: EpochReport;
}

/** The state before the first epoch. @throws {RangeError} without environments, or if one comes twice. */
export function initialState(envs: readonly string[]): State {
  if (envs.length === 0 || new Set(envs).size !== envs.length) {
    throw new RangeError(`A log needs different environments that vote, not "${envs.join(", ")}"`);
  }
  return {
    epoch: -1,
    reign: 0,
    champion: null,
    reignStartEpoch: 0,
    reignStartRound: {},
    nextRound: {},
    nextSlot: 0,
    duels: [],
    envs: [...envs].sort(),
    championLost: [],
    darkEpochs: 0,
  };
}

/**
 * Settles an epoch. `pool` holds, of every validator, at least the rounds from the start of the reign (`neededFrom(state)` tells) to the
 * epoch's `nextRound`; one validator alone is `new Map([[hotkey, tally]])`.
 * @throws {RangeError} if the epoch does not follow or the pool does not hold these rounds.
 */
export function advance(state: State, input: EpochInput, pool: Pool, parameters: Parameters): Advanced {
  if (input.epoch <= state.epoch) throw new RangeError(`Epoch ${input.epoch} cannot follow epoch ${state.epoch}`);
  const progress = progressOf(state, input, pool);
  const field = survey(state, input);
  const scene: Scene = { input, pool, parameters, field, progress };
  return state.champion === null ? enthroneFirst(state, scene) : settle(admit(state, progress), state.champion, scene);
}

/** What an epoch is settled from. */
interface Scene {
  readonly input: EpochInput;
  readonly pool: Pool;
  readonly parameters: Parameters;
  readonly field: Field;
  readonly progress: Progress;
}

/** The state in which validators that come new are part of every duel, from here on. */
function admit(state: State, progress: Progress): State {
  return {
    ...state,
    reignStartRound: withNewcomers(state.reignStartRound, progress),
    duels: state.duels.map((duel) => ({ ...duel, startRound: withNewcomers(duel.startRound, progress) })),
  };
}

/** Where new duels begin. */
interface Start {
  readonly champion: string;
  readonly epoch: number;
  /** Rounds that were drawn already belong to nobody who starts here. */
  readonly round: Marks;
  readonly envs: readonly string[];
  readonly parameters: Parameters;
}

/** Opens the duels of those who came new, numbered in commit order, and notes the copies. `known` are the duels that exist. */
function enrol(known: readonly Duel[], field: Field, nextSlot: number, start: Start) {
  const duels = new Map(known.map((duel) => [duel.contender, duel]));
  const ordered: Duel[] = [];
  for (const contender of field.ordered) {
    const { id, valid } = contender;
    const duel = duels.get(id);
    if (duel) {
      ordered.push(duel);
    } else if (id !== start.champion && valid && !field.superseded.has(id)) {
      const original = field.copies.get(id);
      const slot = original === undefined ? nextSlot++ : NO_SLOT;
      const fresh = openDuel(id, { slot, epoch: start.epoch, round: start.round }, start);
      ordered.push(original === undefined ? fresh : { ...fresh, state: "void", reason: `copy:${original}` });
    }
  }
  return { duels: ordered, nextSlot };
}

/** The first champion of a log is the earliest valid commit: there is nobody to duel yet. */
function enthroneFirst(state: State, { input, field, parameters, progress }: Scene): Advanced {
  const { epoch } = input;
  const { nextRound, drawn } = progress;
  const base: State = { ...state, epoch, nextRound };
  const pooling = poolingOf(0);
  const first = field.ordered.find(({ id, valid }) => valid && !field.superseded.has(id));
  if (!first) {
    const pay = vacant("There is no valid contender", input, parameters);
    const explain = explainAll({
      state: base,
      field,
      duels: [],
      measured: new Map(),
      holds: new Map(),
      crowned: null,
      dark: false,
      parameters,
    });
    return { state: base, report: { epoch, crowned: null, champion: null, ...pay, duels: [], pooling, explain } };
  }
  const start: Start = { champion: first.id, epoch, round: drawn, envs: state.envs, parameters };
  const { duels, nextSlot } = enrol([], field, 0, start);
  const next: State = {
    ...base,
    reign: state.reign + 1,
    champion: first.id,
    reignStartEpoch: epoch,
    reignStartRound: drawn,
    nextSlot,
    duels,
    championLost: [{ shown: 0, lost: 0 }],
    darkEpochs: 0,
  };
  const conduct = {
    seat: seatOf(first.id, field),
    dark: false,
    canaries: canariesOf(first.id, input),
    lost: next.championLost,
  };
  const pay = payOf(conduct, input, parameters);
  const explain = explainAll({
    state: next,
    field,
    duels,
    measured: new Map(),
    holds: new Map(),
    crowned: first.id,
    dark: false,
    parameters,
  });
  return { state: next, report: { epoch, crowned: first.id, champion: first.id, ...pay, duels, pooling, explain } };
}

/** A challenger that left, committed anew or turned out to be a copy ends here, whatever its counts say. */
function screen(duel: Duel, field: Field): Duel {
  if (!isLive(duel)) return duel;
  if (!field.byId.has(duel.contender) || field.superseded.has(duel.contender)) return terminated(duel, "gone");
  const original = field.copies.get(duel.contender);
  return original === undefined ? duel : { ...duel, state: "void", reason: `copy:${original}` };
}

function settle(state: State, champion: string, { input, pool, parameters, field, progress }: Scene): Advanced {
  const { epoch } = input;
  const { nextRound, drawn } = progress;
  const { envs } = state;
  const dim = isDim(seatOf(champion, field), canariesOf(champion, input), parameters);
  const darkEpochs = dim === null ? state.darkEpochs : dim ? state.darkEpochs + 1 : 0;
  // After R dark epochs a regent comes here, with the champion's right of return and its kept counts.
  const dark = isDark(seatOf(champion, field), darkEpochs, parameters);

  const arena: Arena = { champion, envs, end: nextRound, pool, parameters };
  const measured = new Map<string, Measured>(
    state.duels.filter(isLive).map((duel) => [duel.contender, measure(duel, arena)]),
  );
  const screened = state.duels.map((duel) => screen(measured.get(duel.contender)?.duel ?? duel, field));
  // Who has left the list is reported once and then forgotten: should its commit come back, it gets a new number.
  const gone = screened.filter((duel) => !field.byId.has(duel.contender));
  const start: Start = { champion, epoch, round: drawn, envs, parameters };
  const enrolled = enrol(screened, field, state.nextSlot, start);
  const decision: Decision = dark
    ? { duels: enrolled.duels, crowned: null, holds: new Map() }
    : decide(enrolled.duels, measured, field, arena);

  const spans = spansOf(pool, state.nextRound, nextRound);
  const shownTo = (id: string) => ({
    shown: sumOver(spans, ({ rounds, from, to }) => rounds.shown(id, from, to)),
    lost: sumOver(spans, ({ rounds, from, to }) => rounds.lost(id, from, to)),
  });
  const next: State = decision.crowned === null
    ? {
      ...state,
      epoch,
      nextRound,
      nextSlot: enrolled.nextSlot,
      duels: decision.duels,
      championLost: [...state.championLost, shownTo(champion)].slice(-parameters.paidLostEpochs),
      darkEpochs,
    }
    : {
      ...state,
      epoch,
      nextRound,
      reign: state.reign + 1,
      champion: decision.crowned,
      reignStartEpoch: epoch,
      reignStartRound: drawn,
      ...restart(decision, champion, field, { ...start, champion: decision.crowned }),
      championLost: [shownTo(decision.crowned)],
      darkEpochs: 0,
    };
  const reigning = next.champion!;
  const conduct = {
    seat: seatOf(reigning, field),
    dark,
    canaries: canariesOf(reigning, input),
    lost: next.championLost,
  };
  const pay = payOf(conduct, input, parameters);
  const duels = [...decision.duels, ...gone];
  const pooling = poolingOf(spansOf(pool, state.reignStartRound, nextRound).length);
  const explain = explainAll({
    state: next,
    field,
    duels,
    measured,
    holds: decision.holds,
    crowned: decision.crowned,
    dark,
    parameters,
  });
  return {
    state: next,
    report: { epoch, crowned: decision.crowned, champion: reigning, ...pay, duels, pooling, explain },
  };
}

/**
 * A new reign: live duels begin again at 0 against the new champion, numbered anew; those that ended stay ended. The deposed champion
 * becomes a challenger again with its old commit (it never lost a duel of its own as a challenger), unless its hotkey has
 * committed anew meanwhile: then only the new commit goes on.
 */
function restart(decision: Decision, deposed: string, field: Field, start: Start): Pick<State, "duels" | "nextSlot"> {
  const ended = decision.duels.filter((duel) => !isLive(duel));
  const again = new Set(decision.duels.filter(isLive).map((duel) => duel.contender));
  const newest = field.ordered.findLast((contender) => contender.hotkey === hotkeyOf(deposed));
  if (newest?.id === deposed) again.add(deposed);
  again.delete(start.champion);
  let nextSlot = 0;
  const live = field.ordered.filter(({ id }) => again.has(id)).map(({ id }) =>
    openDuel(id, { slot: nextSlot++, epoch: start.epoch, round: start.round }, start)
  );
  const byId = new Map([...ended, ...live].map((duel) => [duel.contender, duel]));
  const duels = field.ordered.flatMap(({ id }) => byId.get(id) ?? []);
  return { duels, nextSlot };
}
