/**
 * Reigns: the step that settles an epoch. State, what was seen on chain, and the outcomes go in; the next state and who is paid come out,
 * the same on every machine. Nothing here reads a clock, a file or a random number.
 * @module
 */
import { enrol } from "./challengers.ts";
import { explainAll, poolingOf } from "./explain.ts";
import { survey } from "./field.ts";
import { surveyHosted } from "./hosted.ts";
import type { Parameters } from "./parameters.ts";
import { vacant } from "./pay.ts";
import { type Pool, type Progress, progressOf, withNewcomers } from "./pool.ts";
import { type Advanced, close, type Scene, settle } from "./settle.ts";
import type { Duel, EpochInput, Reign, State } from "./types.ts";

export type { Advanced };

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
    isRegent: false,
    nextRound: {},
    nextSlot: 0,
    duels: [],
    envs: [...envs].sort(),
    championDuel: [],
    championLost: [],
    darkEpochs: 0,
    pausedEpochs: 0,
    away: [],
    former: [],
    highWater: envs.map(() => 0),
    bestMean: null,
    tenure: [],
    seated: [],
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
  const before = admit(state, input, progress);
  const field = survey(before, input);
  const scene: Scene = { input, pool, parameters, field, progress };
  return before.champion === null ? enthroneFirst(before, scene) : settle(before, before.champion, scene);
}

/** The state as the epoch finds it: validators that come new are part of every duel from here on, and rights of return are over. */
function admit(state: State, input: EpochInput, progress: Progress): State {
  const join = <T extends Reign>(reign: T): T => ({
    ...reign,
    reignStartRound: withNewcomers(reign.reignStartRound, progress),
    duels: reign.duels.map((duel): Duel => ({ ...duel, startRound: withNewcomers(duel.startRound, progress) })),
  });
  return { ...join(state), away: state.away.filter((one) => input.epoch <= one.until).map(join) };
}

/** The first champion of a log is the earliest valid commit: there is nobody to duel yet. */
function enthroneFirst(state: State, scene: Scene): Advanced {
  const { input, field, parameters, progress } = scene;
  const { epoch } = input;
  const { nextRound, drawn } = progress;
  const base: State = { ...state, epoch, nextRound };
  const pooling = poolingOf(0);
  const decision = { duels: [], crowned: null, holds: new Map() };
  const first = field.ordered.find(({ id, valid }) => valid && !field.superseded.has(id));
  if (!first) {
    const pay = vacant("There is no valid contender", input, parameters);
    const explain = explainAll({
      state: base,
      field,
      duels: [],
      measured: new Map(),
      holds: new Map(),
      hosted: surveyHosted(input, parameters),
      throne: "vacant",
      granted: null,
      dark: false,
      parameters,
    });
    const nobody = { crowned: null, champion: null, throne: "vacant", granted: null } as const;
    return { state: base, report: { epoch, ...nobody, ...pay, duels: [], pooling, explain } };
  }
  const thrones = new Set([first.id]);
  const { duels, nextSlot } = enrol([], field, 0, { epoch, round: drawn, thrones, envs: state.envs, parameters });
  const next: State = {
    ...base,
    reign: state.reign + 1,
    champion: first.id,
    reignStartEpoch: epoch,
    reignStartRound: drawn,
    nextSlot,
    duels,
    championLost: [{ shown: 0, lost: 0 }],
  };
  const turn = { throne: "first", state: next, decision, granted: null } as const;
  return close(turn, { scene, measured: new Map(), duels, pooling, isDark: false });
}
