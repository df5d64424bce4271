/** The step of an epoch under a champion: what is measured, who is crowned, stands in or returns, who is paid. @module */
import { enrol, restart, screen, type Start } from "./challengers.ts";
import { decide, type Decision } from "./decide.ts";
import { type Arena, isLive, measure, type Measured, type Part } from "./duel.ts";
import { explainAll, poolingOf } from "./explain.ts";
import { type Field, seatOf, thronesOf } from "./field.ts";
import { surveyHosted } from "./hosted.ts";
import { allowedBy, legacyOf, sharesOf } from "./high_water.ts";
import type { Parameters } from "./parameters.ts";
import { payOf } from "./pay.ts";
import { type Pool, type Progress, spansOf, sumOver } from "./pool.ts";
import { canariesOf } from "./presence.ts";
import { chooseRegent, type Darkness, darknessOf, keep, resume, returning } from "./regent.ts";
import { grantOf, pushTenure } from "./tenure.ts";
import type { Contender, Duel, EpochInput, EpochReport, Granted, Scores, State, ThroneEvent } from "./types.ts";

/** Earlier champions that are remembered: one of them may become a regent. */
const FORMER = 64;

/** What an epoch is settled from. */
export interface Scene {
  readonly input: EpochInput;
  readonly pool: Pool;
  readonly parameters: Parameters;
  readonly field: Field;
  readonly progress: Progress;
}

/** What {@linkcode settle} and `advance` return. */
export interface Advanced {
  /** What the next epoch starts from. */
  readonly state: State;
  /** What this epoch decided, and why. */
  readonly report: EpochReport;
}

/** A reign that begins in this epoch, or the one that goes on. */
interface Turn {
  readonly throne: ThroneEvent;
  readonly state: State;
  readonly decision: Decision;
  readonly granted: Granted | null;
}

/** What the turns of an epoch have in common. */
interface Board {
  readonly state: State;
  readonly champion: string;
  readonly scene: Scene;
  readonly arena: Arena;
  readonly measured: ReadonlyMap<string, Measured>;
  /** Duels as measured, screened and with those who came new. */
  readonly duels: readonly Duel[];
  readonly nextSlot: number;
}

/** Settles an epoch in which there is a champion. */
export function settle(state: State, champion: string, scene: Scene): Advanced {
  const { pool, parameters, field, progress } = scene;
  const { envs } = state;
  const end = progress.nextRound;
  const allowed = allowedBy(state.highWater, sharesOf(state, champion, end, pool), parameters);
  const arena: Arena = { champion, envs, end, pool, parameters, allowed };
  const measured = new Map<string, Measured>(
    state.duels.filter(isLive).map((duel) => [duel.contender, measure(duel, arena)]),
  );
  const screened = state.duels.map((duel) => screen(measured.get(duel.contender)?.duel ?? duel, field));
  // Who has left the list is reported once and then forgotten: should its commit come back, it gets a new number.
  const gone = screened.filter((duel) => !field.byId.has(duel.contender));
  const enrolled = enrol(screened, field, state.nextSlot, startOf(thronesOf(state), arena, scene));
  const board: Board = { state, champion, scene, arena, measured, ...enrolled };
  const darkness = darknessOf(state, champion, field, scene);
  const turn = turnOf(board, darkness);
  const duels = [...turn.decision.duels, ...gone];
  const pooling = poolingOf(spansOf(pool, state.reignStartRound, end).length);
  return close(turn, { scene, measured, duels, pooling, isDark: turn.throne === "kept" && darkness.isDark });
}

function startOf(thrones: ReadonlySet<string>, arena: Arena, { input, progress }: Scene): Start {
  const { envs, parameters, allowed } = arena;
  return {
    epoch: input.epoch,
    round: progress.drawn,
    thrones,
    envs,
    parameters,
    ...(allowed === undefined ? {} : { allowed }),
  };
}

/** Shown and lost rounds of a contender in this epoch. */
function shownTo(id: string, state: State, { pool, progress }: Scene): State["championLost"][number] {
  const spans = spansOf(pool, state.nextRound, progress.nextRound);
  return {
    shown: sumOver(spans, ({ rounds, from, to }) => rounds.shown(id, from, to)),
    lost: sumOver(spans, ({ rounds, from, to }) => rounds.lost(id, from, to)),
  };
}

function turnOf(board: Board, darkness: Darkness): Turn {
  const { state, champion, scene, arena, measured } = board;
  const { field, input, parameters } = scene;
  const paused: Decision = { duels: board.duels, crowned: null, holds: new Map() };
  const back = returning(state, field, scene);
  if (back !== null) return comeBack(board, back.champion, paused);
  if (darkness.isDark && darkness.pausedEpochs >= parameters.regentEpochs) {
    const regent = chooseRegent(state, board.duels, { field, measured, parameters });
    if (regent !== null) return install(board, regent, paused);
  }
  const decision = darkness.isDark
    ? paused
    : decide(board.duels, measured, field, arena, surveyHosted(input, parameters));
  if (decision.crowned !== null) return crown(board, decision.crowned, decision);
  const { darkEpochs, pausedEpochs } = darkness;
  const next: State = {
    ...state,
    epoch: input.epoch,
    nextRound: scene.progress.nextRound,
    nextSlot: board.nextSlot,
    duels: decision.duels,
    championLost: [...state.championLost, shownTo(champion, state, scene)].slice(-parameters.paidLostEpochs),
    darkEpochs,
    pausedEpochs,
  };
  return { throne: "kept", state: next, decision, granted: null };
}

/** A state with another champion, before its reign's own fields are set. What the old one leaves behind is settled here, once. */
function succeed(board: Board, champion: string): State {
  const { state, scene } = board;
  const shares = sharesOf(state, board.champion, scene.progress.nextRound, scene.pool);
  return {
    ...state,
    ...legacyOf(state, shares, scene.parameters),
    epoch: scene.input.epoch,
    nextRound: scene.progress.nextRound,
    reign: state.reign + 1,
    champion,
    former: [...state.former.filter((id) => id !== board.champion && id !== champion), board.champion].slice(-FORMER),
    championLost: [shownTo(champion, state, scene)],
    darkEpochs: 0,
    pausedEpochs: 0,
  };
}

/** The winner's own passes in its duel. */
function scoresOf(parts: readonly Part[]): Scores[] {
  return parts.map(({ validator, counts }) => ({
    validator,
    rounds: counts[0]?.n ?? 0,
    passes: counts.map((count) => count.pc),
  }));
}

/** Opens the reign of somebody who was crowned, or who stands in. */
function open(next: State, deposed: string | null, board: Board, decision: Decision): State {
  const { scene, arena, measured } = board;
  const championDuel = scoresOf(measured.get(next.champion!)?.parts ?? []);
  const reignStartRound = scene.progress.drawn;
  const shares = sharesOf({ ...next, championDuel, reignStartRound }, next.champion!, next.nextRound, scene.pool);
  const allowed = allowedBy(next.highWater, shares, scene.parameters);
  const start = startOf(thronesOf(next), { ...arena, allowed }, scene);
  return {
    ...next,
    reignStartEpoch: scene.input.epoch,
    reignStartRound,
    championDuel,
    ...restart(decision.duels, deposed, scene.field, start),
  };
}

function crown(board: Board, crowned: string, decision: Decision): Turn {
  const { scene, measured, champion } = board;
  const { parameters } = scene;
  const next = succeed(board, crowned);
  const parts = measured.get(crowned)?.parts ?? [];
  const granted = parameters.pay === "T" ? grantOf(parts, next.bestMean, { envs: next.envs, parameters }) : null;
  const tenure = granted === null
    ? next.tenure
    : pushTenure(next.tenure, { contender: crowned, epochs: granted.epochs }, parameters.stackCap);
  return {
    throne: "crowned",
    state: open({ ...next, isRegent: false, tenure }, champion, board, decision),
    decision,
    granted,
  };
}

function install(board: Board, regent: string, decision: Decision): Turn {
  const { state, champion, scene, nextSlot } = board;
  const until = scene.input.epoch + scene.parameters.returnEpochs;
  const away = [...state.away, keep(state, champion, { duels: decision.duels, nextSlot }, until)];
  const next = { ...succeed(board, regent), isRegent: true, away };
  return { throne: "regent", state: open(next, null, board, decision), decision, granted: null };
}

function comeBack(board: Board, champion: string, decision: Decision): Turn {
  const { state, scene, arena } = board;
  const at = state.away.findIndex((one) => one.champion === champion);
  const kept = state.away[at]!;
  const next: State = { ...succeed(board, champion), away: state.away.slice(0, at) };
  const allowed = allowedBy(
    kept.highWater,
    sharesOf({ ...kept, envs: state.envs }, champion, next.nextRound, scene.pool),
    scene.parameters,
  );
  const ground: Arena = { ...arena, champion, allowed };
  const reign = resume(kept, decision.duels, scene.field, {
    arena: ground,
    start: startOf(thronesOf(next), ground, scene),
  });
  return { throne: "returned", state: { ...next, ...reign }, decision, granted: null };
}

/** The rows of the champion and of those that are away, as they are listed now or were listed last. */
export function seatedOf(state: State, field: Field): Contender[] {
  const before = new Map(state.seated.map((one) => [one.id, one]));
  return [...thronesOf(state)].sort().flatMap((id) => field.byId.get(id) ?? before.get(id) ?? []);
}

/** Pays, explains and closes the epoch. */
export function close(
  turn: Turn,
  at: {
    readonly scene: Scene;
    readonly measured: ReadonlyMap<string, Measured>;
    readonly duels: readonly Duel[];
    readonly pooling: string;
    readonly isDark: boolean;
  },
): Advanced {
  const { scene, duels, pooling, measured, isDark } = at;
  const { field, input, parameters } = scene;
  const champion = turn.state.champion!;
  const conduct = {
    seat: seatOf(champion, field),
    dark: isDark,
    canaries: canariesOf(champion, input),
    lost: turn.state.championLost,
  };
  const { pay, tenure } = payOf(turn.state, conduct, scene);
  const state: State = { ...turn.state, tenure, seated: seatedOf(turn.state, field) };
  const crowned = turn.throne === "crowned" || turn.throne === "first" ? champion : null;
  const explain = explainAll({
    state,
    field,
    duels,
    measured,
    holds: turn.decision.holds,
    hosted: surveyHosted(input, parameters),
    throne: turn.throne,
    granted: turn.granted,
    dark: isDark,
    parameters,
  });
  const report: EpochReport = {
    epoch: input.epoch,
    crowned,
    champion,
    throne: turn.throne,
    granted: turn.granted,
    ...pay,
    duels,
    pooling,
    explain,
  };
  return { state, report };
}
