/**
 * What would have happened under other parameters: the epochs of a journal settled again with its recorded rounds. Only what was asked can be
 * counted. While the same champion sits on the throne as in the record, the rounds are those that would have been asked,
 * but for challengers whose recorded duel had ended; from the first epoch with another champion on they are not.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { isLive } from "../mechanism/duel.ts";
import type { Parameters } from "../mechanism/parameters.ts";
import { neededFrom } from "../mechanism/pool.ts";
import { advance, initialState } from "../mechanism/reign.ts";
import { Tally } from "../mechanism/tally.ts";
import type { Duel, EpochInput, EpochReport, State } from "../mechanism/types.ts";
import type { EpochRow, Store } from "../port/store.ts";

/** Rounds that are read at once. */
const CHUNK = 1024;

/** Options of {@linkcode replayEpochs}. */
export interface ReplayOptions {
  /** Whose journal it is: its rounds are all that the journal holds. */
  readonly validator: string;
  readonly parameters: Parameters;
  /** Called after each epoch. */
  readonly onEpoch?: () => void;
  readonly signal?: AbortSignal;
}

/** What an epoch decided. */
export interface Verdict {
  readonly champion: string | null;
  readonly crowned: string | null;
  readonly payeeUid: number | null;
}

/** One epoch, as it was and as it would have been. */
export interface ReplayedEpoch {
  readonly epoch: number;
  readonly block: number;
  /** Rounds before this one counted in it. */
  readonly nextRound: number;
  readonly recorded: Verdict;
  readonly replayed: Verdict;
  /** Whether its rounds were asked against the champion that the replay had: if not, nothing can be said about it. */
  readonly answerable: boolean;
  /** Challengers whose duel goes on in the replay and was over in the record: they were not asked any more. */
  readonly unasked: readonly string[];
}

/** A replay. */
export interface Replay {
  readonly epochs: readonly ReplayedEpoch[];
  /** Whether states and reports are those of the record, to the byte. */
  readonly exact: boolean;
  /** First epoch that decided otherwise, or null. */
  readonly differsAt: number | null;
  /** First epoch about which nothing can be said, or null. */
  readonly unanswerableFrom: number | null;
  /** Epochs whose counts of other validators the journal does not hold. */
  readonly foreign: number;
}

/** Settles the epochs of a journal again. @throws {RangeError} if the journal lacks rounds that its epochs counted. */
export async function replayEpochs(store: Store, options: ReplayOptions): Promise<Replay> {
  const rows = await store.epochs(0);
  const epochs: ReplayedEpoch[] = [];
  let foreign = 0, exact = true, past: Past | null = null;
  for (const row of rows) {
    if (options.signal?.aborted) break;
    const { input, recorded } = parse(row);
    past ??= begin(recorded.state);
    if (input.validators.some(({ validator }) => validator !== options.validator)) foreign++;
    const own = { ...input, validators: input.validators.filter(({ validator }) => validator === options.validator) };
    await addRounds(store, past.tally, own.validators[0]?.nextRound ?? past.tally.end);
    const pool = new Map([[options.validator, past.tally]]);
    const answerable = past.state.champion === past.recorded.champion;
    const { state, report } = advance(past.state, own, pool, options.parameters);
    exact &&= canonical({ state, report }) === row.output;
    epochs.push({
      epoch: input.epoch,
      block: input.block,
      nextRound: row.nextRound,
      recorded: verdictOf(recorded.report),
      replayed: verdictOf(report),
      answerable,
      unasked: answerable ? unasked(past, report.duels) : [],
    });
    past = { state, recorded: recorded.state, tally: past.tally };
    past.tally.drop(neededFrom(state)[options.validator] ?? 0);
    options.onEpoch?.();
  }
  const differs = epochs.find(({ recorded, replayed }) => canonical(recorded) !== canonical(replayed));
  return {
    epochs,
    exact,
    differsAt: differs?.epoch ?? null,
    unanswerableFrom: epochs.find(({ answerable }) => !answerable)?.epoch ?? null,
    foreign,
  };
}

/** Where the replay and the record stand before an epoch. */
interface Past {
  readonly state: State;
  readonly recorded: State;
  readonly tally: Tally;
}

function begin({ envs }: State): Past {
  const state = initialState(envs);
  return { state, recorded: state, tally: new Tally(envs) };
}

function parse(row: EpochRow): { input: EpochInput; recorded: { state: State; report: EpochReport } } {
  return {
    input: JSON.parse(row.input) as EpochInput,
    recorded: JSON.parse(row.output) as { state: State; report: EpochReport },
  };
}

async function addRounds(store: Store, tally: Tally, to: number): Promise<void> {
  while (tally.end < to) tally.append(await store.outcomes(tally.end, Math.min(to, tally.end + CHUNK)));
}

function verdictOf({ champion, crowned, payeeUid }: EpochReport): Verdict {
  return { champion, crowned, payeeUid };
}

function unasked({ recorded }: Past, replayed: readonly Duel[]): string[] {
  const over = new Set(recorded.duels.filter((duel) => !isLive(duel)).map((duel) => duel.contender));
  return replayed.filter((duel) => isLive(duel) && over.has(duel.contender)).map((duel) => duel.contender);
}
