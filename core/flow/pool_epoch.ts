/** Epochs from the pool: every one of the grid, in order, from the chain at its first block and the logs acceptable at it. @module */
import { ChainError } from "../base/errors.ts";
import { neededFrom } from "../mechanism/pool.ts";
import type { EpochLog } from "../mechanism/logs.ts";
import type { Contender, EpochInput } from "../mechanism/types.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import type { EpochRow, Store } from "../port/store.ts";
import { observeContenders } from "./contenders.ts";
import { admit } from "./admission.ts";
import { attestationOf, ATTESTED_EPOCHS, type EpochLogs, logsAt } from "./attested.ts";
import type { ValidateDeps } from "./deps.ts";
import { epochOf, epochStart, lastSettled, nextEpochStart, type Settled } from "./epoch.ts";
import { countedIn, decideEpoch, inputOf, stakeIn } from "./epoch_input.ts";
import type { HostedChecks } from "./hosted.ts";
import { poolContenders, poolHosted } from "./log_observed.ts";
import { LogPool } from "./pool.ts";
import { PoolTallies } from "./pool_tallies.ts";
import type { Settling, SettlingOptions, ToState } from "./settling.ts";

/** Name of the journal's setting that keeps the tempo of the last epoch. */
const TEMPO = "pool_tempo";

/** Settles from the pool. */
export class PooledSettling implements Settling {
  readonly #deps: ValidateDeps;
  readonly #self: string;
  readonly #checks: HostedChecks | null;
  readonly #pool: LogPool;
  readonly #tallies: PoolTallies;
  settled: Settled;
  #tempo: number;
  /** The chain at the first block of the epoch that is due, and the logs then. */
  #due: { readonly facts: SubnetFacts; readonly at: EpochLogs } | null = null;
  /** The logs as the newest settled epochs found them, in order. */
  #logs: readonly EpochLogs[];
  /** Epoch of which it was last told what it has to say. */
  #told: number | null = null;
  /** What this validator saw itself when it last looked. */
  #observed: readonly Contender[];
  #patience: number | null = null;

  private constructor(
    deps: ValidateDeps,
    options: SettlingOptions,
    parts: {
      pool: LogPool;
      tallies: PoolTallies;
      settled: Settled;
      observed: readonly Contender[];
      logs: readonly EpochLogs[];
    },
  ) {
    this.#deps = deps;
    this.#self = options.self;
    this.#checks = options.checks ?? null;
    this.#tempo = options.tempo;
    this.#pool = parts.pool;
    this.#tallies = parts.tallies;
    this.settled = parts.settled;
    this.#observed = parts.observed;
    this.#logs = parts.logs;
  }

  static async open(deps: ValidateDeps, options: SettlingOptions): Promise<PooledSettling> {
    const envs = deps.envs.map((env) => env.id);
    const settled = await lastSettled(deps.store, envs);
    const pool = await LogPool.open(deps, options);
    const tallies = await PoolTallies.open(deps.store, settled.state, countedIn(settled.state, settled.contenders));
    const { store } = deps;
    const row = await store.lastEpoch();
    const observed = row ? (JSON.parse(row.input) as EpochInput).observed ?? [] : [];
    // The grid follows the tempo as it was when the last epoch was settled.
    const [epoch, tempo] = (await store.getMeta(TEMPO))?.split(" ").map(Number) ?? [];
    const then = epoch === row?.epoch && tempo !== undefined ? { ...options, tempo } : options;
    return new PooledSettling(deps, then, { pool, tallies, settled, observed, logs: await settledLogs(store, row) });
  }

  epochEnd(block: number): number {
    return nextEpochStart(block, this.#deps.netuid, this.#tempo);
  }

  /** First block of the next epoch to settle. The log begins with the first one after its genesis block. */
  #start(): number {
    const { netuid, parameters } = this.#deps;
    if (this.settled.report) return this.epochEnd(this.settled.block);
    const { genesisBlock } = parameters;
    const start = epochStart(epochOf(genesisBlock, netuid, this.#tempo), netuid, this.#tempo);
    return start >= genesisBlock ? start : this.epochEnd(genesisBlock);
  }

  isBehind(head: Head): boolean {
    return head.number >= this.#start();
  }

  async step(head: Head, hold: () => void): Promise<Settled | null> {
    const start = this.#start();
    const before = this.#logs.at(-1) ?? null;
    if (head.number < start) {
      if (before !== null) this.#pool.tend(before);
      return null;
    }
    if (this.#due?.at.block !== start) this.#due = this.#logsAt(await this.#factsAt(start));
    const { facts, at } = this.#due;
    // Rounds go on while logs are read: only what is accepted counts.
    if (!await this.#pool.prepare(facts, at, before)) return null;
    hold();
    this.settled = await this.#settle(this.#due, head);
    this.#tempo = this.settled.tempo!;
    this.#logs = [...this.#logs, at].slice(-ATTESTED_EPOCHS);
    return this.settled;
  }

  #logsAt(facts: SubnetFacts): { facts: SubnetFacts; at: EpochLogs } {
    const { number: block } = facts.block;
    // A longer tempo makes the grid's numbers smaller: the log's own never go back.
    const epoch = Math.max(epochOf(block, this.#deps.netuid, facts.tempo), this.settled.state.epoch + 1);
    return { facts, at: { epoch, block, logs: logsAt(facts, this.#logs, this.#deps.parameters) } };
  }

  /** Late in an epoch there may be no room any more for what is said in it: half-way nobody is waited for. */
  toState(head: Head, isLast = false): ToState | null {
    const at = this.#logs.at(-1);
    if (at === undefined || at.epoch === this.#told || this.isBehind(head)) return null;
    const isLate = isLast || head.number - at.block >= (this.epochEnd(at.block) - at.block) / 2;
    if (!isLate && !this.#pool.isDone(at)) return null;
    this.#told = at.epoch;
    const isRead = ({ validator, head }: EpochLog) => head !== null && this.#pool.isRead(validator, head);
    return { block: at.block, read: attestationOf(at, isRead) };
  }

  async drain(): Promise<void> {
    await this.#pool.drain();
  }

  async #factsAt(start: number): Promise<SubnetFacts> {
    const { chain, netuid } = this.#deps;
    try {
      return await chain.facts(netuid, { number: start, hash: await chain.blockHash(start) });
    } catch (error) {
      if (!(error instanceof ChainError) || !["unknown_block", "state_discarded"].includes(error.code)) throw error;
      throw new ChainError(
        `The node no longer has the state of block ${start}, from which the next epoch is settled; use a node that keeps ` +
          "older states (an archive node) until this validator has caught up",
        { code: "state_discarded", retryable: true, cause: error },
      );
    }
  }

  async #settle({ facts, at }: { facts: SubnetFacts; at: EpochLogs }, head: Head): Promise<Settled> {
    const deps = this.#deps, before = this.settled;
    const { store, parameters } = deps;
    const { epoch, logs } = at;
    const observed = await this.#observe(facts, head);
    const observations = await this.#pool.observations();
    const contenders = poolContenders(facts, {
      epoch,
      observations,
      previous: before.contenders,
      seated: before.state.seated,
    });
    const applicants = [...this.#pool.marks()].map(([validator, mark]) => {
      const counted = before.state.nextRound[validator] ?? 0;
      // Without a permit for a while, a validator may be attested less far than it had counted.
      const nextRound = Math.max(mark.nextRound, counted);
      // No accepted batch is of a window that begins after this epoch, and no decision has looked at what comes after the accepted rounds.
      return { validator, nextRound, drawn: nextRound, counted, stake: stakeIn(facts, validator) };
    });
    const validators = admit(applicants, parameters);
    const counted = countedIn(before.state, [...before.contenders, ...contenders]);
    const canaries = await this.#tallies.grow(validators, before.state, counted);
    const input = inputOf(facts, before.state, {
      epoch,
      validators,
      contenders,
      canaries,
      ...poolHosted(observations, { epoch, envs: deps.envs.length }),
      logs,
      observed,
      checked: observed && await this.#checks?.report(before.state) || null,
    });
    const { state, report } = await decideEpoch(deps, before.state, input, {
      pool: this.#tallies.pool,
      self: this.#self,
    });
    await store.setMeta(TEMPO, `${epoch} ${facts.tempo}`);
    await this.#tallies.drop(neededFrom(state));
    deps.onEvent({ type: "pool", epoch, validators: this.#pool.settled(facts) });
    if (observed) this.#observed = observed;
    return { state, report, contenders, block: input.block, tempo: facts.tempo };
  }

  /** What chutes and hub say now; null where this epoch's time is over. */
  async #observe(facts: SubnetFacts, head: Head): Promise<Contender[] | null> {
    if (head.number >= nextEpochStart(facts.block.number, this.#deps.netuid, facts.tempo)) return null;
    this.#patience ??= this.epochEnd(head.number);
    const { seated, champion } = this.settled.state;
    return await observeContenders(this.#deps, facts, {
      previous: this.#observed,
      self: this.#self,
      seated,
      isFirst: champion === null && head.number < this.#patience,
    });
  }
}

/** The logs as the newest epochs of a journal found them, in order; `last` is the newest one. */
async function settledLogs(store: Store, last: EpochRow | null): Promise<EpochLogs[]> {
  if (last === null) return [];
  // Where the tempo has changed their numbers have gaps.
  for (let span = ATTESTED_EPOCHS;; span *= 2) {
    const first = Math.max(0, last.epoch + 1 - span);
    const rows = await store.epochs(first, span);
    if (rows.length < ATTESTED_EPOCHS && first > 0) continue;
    return rows.slice(-ATTESTED_EPOCHS).map(({ epoch, block, input }) => {
      const { logs = [] } = JSON.parse(input) as EpochInput;
      return { epoch, block, logs };
    });
  }
}
