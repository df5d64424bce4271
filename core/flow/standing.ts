/** Who stands where: the last epoch of a journal as a table, with pass rates over the latest rounds. @module */
import { frontier, type PassRate } from "../mechanism/frontier.ts";
import type { Parameters } from "../mechanism/parameters.ts";
import { Tally } from "../mechanism/tally.ts";
import type { Contender, Duel, EpochInput, EpochReport, PayKind, State } from "../mechanism/types.ts";
import type { Store } from "../port/store.ts";
import { addOutcomes } from "./epoch.ts";

/** Rounds that the rates look back over. */
const ROUNDS = 4000;

/** One contender. */
export interface StandingRow {
  readonly uid: number;
  readonly hotkey: string;
  readonly id: string;
  readonly model: string;
  /** Per environment, in the order of {@linkcode Standings.envs}. */
  readonly rates: readonly PassRate[];
  /** Null = undominated: on the Pareto frontier, as far as the intervals tell. */
  readonly dominatedBy: string | null;
  /** `champion`, the state of its duel, or `none`. */
  readonly duel: string;
  /** Share of the weight: 1 or 0. */
  readonly weight: number;
  /** Epochs of pay that it has earned and that are left (mode T). */
  readonly tenure: number;
  /** Why it is, or is not, champion: one sentence. */
  readonly reason: string;
}

/** The table and what it was read from. */
export interface Standings {
  readonly epoch: number;
  readonly block: number;
  readonly reign: number;
  readonly champion: string | null;
  /** Contender that the last epoch crowned, or null. */
  readonly crowned: string | null;
  readonly payeeUid: number | null;
  readonly pay: PayKind;
  readonly payReason: string;
  readonly envs: readonly string[];
  /** Rounds that the rates look at: from, and up to but not including. */
  readonly rounds: readonly [from: number, to: number];
  /** Champion first, then by commit. */
  readonly rows: readonly StandingRow[];
}

/** Reads the table. Null before the first epoch is settled. */
export async function readStandings(
  store: Store,
  options: { tolerance?: Parameters["tau"] } = {},
): Promise<Standings | null> {
  const last = await store.lastEpoch();
  if (!last) return null;
  const { contenders } = JSON.parse(last.input) as EpochInput;
  const { state, report } = JSON.parse(last.output) as { state: State; report: EpochReport };
  const to = last.nextRound;
  const from = Math.max(0, to - ROUNDS);
  const tally = new Tally(state.envs, from);
  await addOutcomes(store, tally, from, to);
  const placed = frontier(
    contenders.map(({ id }) => ({
      contender: id,
      counts: state.envs.map((env) => {
        const { pc, n } = tally.counts(id, id, env, from, to);
        return { passes: pc, rounds: n };
      }),
    })),
    options,
  );
  const duels = new Map([...report.duels, ...state.duels].map((duel) => [duel.contender, duel]));
  const rows = contenders.map((contender, i) => row(contender, placed[i]!, duels.get(contender.id), { state, report }));
  rows.sort((a, b) => Number(b.id === state.champion) - Number(a.id === state.champion));
  return {
    epoch: last.epoch,
    block: last.block,
    reign: state.reign,
    champion: state.champion,
    crowned: report.crowned,
    payeeUid: report.payeeUid,
    pay: report.pay,
    payReason: report.payReason,
    envs: state.envs,
    rounds: [from, to],
    rows,
  };
}

function row(
  contender: Contender,
  placed: ReturnType<typeof frontier>[number],
  duel: Duel | undefined,
  at: { state: State; report: EpochReport },
): StandingRow {
  const { id, uid, hotkey, model } = contender;
  return {
    uid,
    hotkey,
    id,
    model,
    rates: placed.rates,
    // Nobody is shown to dominate one who was never asked.
    dominatedBy: placed.rates.every((rate) => rate.rounds === 0) ? null : placed.dominatedBy,
    duel: id === at.state.champion ? "champion" : duel?.state ?? "none",
    // A hotkey may have two commits on the list: the one that is paid, if anybody knows which.
    weight: (at.report.payee ? id === at.report.payee : uid === at.report.payeeUid) ? 1 : 0,
    // A journal of an older af knows no tenure.
    tenure: (at.state.tenure ?? []).reduce((sum, one) => one.contender === id ? sum + one.epochs : sum, 0),
    reason: at.report.explain[id] ?? contender.reason,
  };
}
