/** Epochs: when they start, and the one step of the mechanism that settles each. @module */
import { AfError } from "../base/errors.ts";
import { neededFrom } from "../mechanism/pool.ts";
import { initialState } from "../mechanism/reign.ts";
import { Tally } from "../mechanism/tally.ts";
import type { Contender, EpochInput, EpochReport, State } from "../mechanism/types.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import type { Store } from "../port/store.ts";
import { admit } from "./admission.ts";
import { observeContenders } from "./contenders.ts";
import type { ValidateDeps } from "./deps.ts";
import { decideEpoch, inputOf, stakeIn } from "./epoch_input.ts";
import type { HostedChecks } from "./hosted.ts";

/** Rounds that are read from the journal at once: bounds the memory of a rebuild. */
const CHUNK = 1024;

/** Number of the epoch that a block is in, as the runtime counts it: it ends where (block + netuid + 1) divides by (tempo + 1). */
export function epochOf(block: number, netuid: number, tempo: number): number {
  return Math.floor((block + netuid + 1) / (tempo + 1));
}

/** First block of an epoch (0 for the first). */
export function epochStart(epoch: number, netuid: number, tempo: number): number {
  return Math.max(0, epoch * (tempo + 1) - netuid - 1);
}

/** First block after the epoch in which `block` lies: where the next one is due. The grid follows the tempo, which may change. */
export function nextEpochStart(block: number, netuid: number, tempo: number): number {
  return epochStart(epochOf(block, netuid, tempo) + 1, netuid, tempo);
}

/** The mechanism's state with what it was decided from. */
export interface Settled {
  readonly state: State;
  readonly report: EpochReport | null;
  readonly contenders: readonly Contender[];
  readonly block: number;
  /** As the chain had it at that block; null when it was read from a journal. */
  readonly tempo: number | null;
}

/** Adds the outcomes of rounds `from` to `to - 1`. */
export async function addOutcomes(store: Store, tally: Tally, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += CHUNK) {
    tally.append(await store.outcomes(first, Math.min(to, first + CHUNK)));
  }
}

/** The last epoch of a journal, or what comes before the first. */
export async function lastSettled(store: Store, envs: readonly string[]): Promise<Settled> {
  const row = await store.lastEpoch();
  if (!row) return { state: initialState(envs), report: null, contenders: [], block: -1, tempo: null };
  const { state, report } = JSON.parse(row.output) as { state: State; report: EpochReport };
  const input = JSON.parse(row.input) as EpochInput;
  return { state, report, contenders: input.contenders, block: row.block, tempo: null };
}

/**
 * Reads the last epoch and the counts of the validator `self`; counts that are missing, damaged or of another state are made anew from
 * the records.
 */
export async function restore(
  store: Store,
  envs: readonly string[],
  self: string,
): Promise<{ settled: Settled; tally: Tally }> {
  const settled = await lastSettled(store, envs);
  if (settled.report === null) return { settled, tally: new Tally(envs, 0) };
  const { state } = settled;
  const cached = Tally.fromBytes(await store.getCache("tally") ?? new Uint8Array());
  const first = neededFrom(state)[self] ?? 0, end = state.nextRound[self] ?? 0;
  if (cached && cached.end === end && cached.first <= first) return { settled, tally: cached };
  const tally = new Tally(envs, first);
  await addOutcomes(store, tally, first, end);
  return { settled, tally };
}

const FORGOTTEN: readonly string[] = ["unknown_block", "state_discarded", "unknown_subnet"];

/** Whether a node says that it does not have, or no longer has, what was asked for at an old block. */
export function isForgotten(error: unknown): error is AfError {
  return error instanceof AfError && FORGOTTEN.includes(error.code);
}

async function factsAt(deps: ValidateDeps, start: number, head: Head): Promise<SubnetFacts> {
  try {
    return await deps.chain.facts(deps.netuid, { number: start, hash: await deps.chain.blockHash(start) });
  } catch (error) {
    if (!isForgotten(error)) throw error;
    // The node has forgotten the epoch's first block (we were away), or the subnet is younger than it: the head is the
    // oldest state that all can read.
    return await deps.chain.facts(deps.netuid, head);
  }
}

/**
 * Settles the epoch that `head` is in: reads the chain, counts the rounds of closed batches, advances the mechanism.
 * `patient`: an outage of the management API or the hub rather rejects (retryable) than chooses the first champion.
 */
export async function settleEpoch(
  deps: ValidateDeps,
  before: Settled,
  tally: Tally,
  at: { head: Head; tempo: number; self: string; patient?: boolean; checks?: HostedChecks | null },
): Promise<Settled> {
  const { store } = deps;
  const onGrid = epochOf(at.head.number, deps.netuid, at.tempo);
  // A longer tempo makes the grid's numbers smaller: the log's own never go back.
  const epoch = Math.max(onGrid, before.state.epoch + 1);
  const start = epochStart(onGrid, deps.netuid, at.tempo);
  const facts = await factsAt(deps, Math.max(start, before.block + 1), at.head);
  const contenders = await observeContenders(deps, facts, {
    previous: before.contenders,
    self: at.self,
    seated: before.state.seated,
    isFirst: at.patient === true && before.state.champion === null,
  });
  const counted = before.state.nextRound[at.self] ?? 0;
  // Its own rounds are all that it knows.
  const own = {
    validator: at.self,
    stake: stakeIn(facts, at.self),
    counted,
    nextRound: (await store.lastBatch())?.nextRound ?? 0,
    drawn: await store.nextRound(),
  };
  const validators = admit([own], deps.parameters);
  const nextRound = validators[0]?.nextRound ?? counted;
  const canaries = await store.canaries(counted, nextRound);
  const hosted = await at.checks?.report(before.state);
  const input = inputOf(facts, before.state, {
    epoch,
    validators,
    contenders,
    canaries,
    ...(hosted ? { hosts: [at.self], hosted } : {}),
  });
  await addOutcomes(store, tally, tally.end, nextRound);
  const pool = new Map([[at.self, tally]]);
  const { state, report } = await decideEpoch(deps, before.state, input, { pool, self: at.self });
  // Nobody asks for the rounds of a former reign again, and a validator runs for months.
  tally.drop(neededFrom(state)[at.self] ?? 0);
  await store.putCache("tally", tally.toBytes());
  return { state, report, contenders, block: input.block, tempo: facts.tempo };
}
