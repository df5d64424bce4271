/** Epochs from the pool: every one of the grid, in order, from the chain at its first block and the logs acceptable at it. @module */
import { ChainError } from "../base/errors.ts";
import { neededFrom } from "../mechanism/pool.ts";
import type { Contender, EpochInput } from "../mechanism/types.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import { observeContenders } from "./contenders.ts";
import { admit } from "./admission.ts";
import type { ValidateDeps } from "./deps.ts";
import { epochOf, epochStart, lastSettled, nextEpochStart, type Settled } from "./epoch.ts";
import { countedIn, decideEpoch, inputOf, stakeIn } from "./epoch_input.ts";
import type { HostedChecks } from "./hosted.ts";
import { poolContenders, poolHosted } from "./log_observed.ts";
import { LogPool } from "./pool.ts";
import { PoolTallies } from "./pool_tallies.ts";
import type { Settling, SettlingOptions } from "./settling.ts";

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
  /** The chain at the first block of the epoch that is due. */
  #due: SubnetFacts | null = null;
  /** What this validator saw itself when it last looked. */
  #observed: readonly Contender[];
  #patience: number | null = null;

  private constructor(
    deps: ValidateDeps,
    options: SettlingOptions,
    parts: { pool: LogPool; tallies: PoolTallies; settled: Settled; observed: readonly Contender[] },
  ) {
    this.#deps = deps;
    this.#self = options.self;
    this.#checks = options.checks ?? null;
    this.#tempo = options.tempo;
    this.#pool = parts.pool;
    this.#tallies = parts.tallies;
    this.settled = parts.settled;
    this.#observed = parts.observed;
  }

  static async open(deps: ValidateDeps, options: SettlingOptions): Promise<PooledSettling> {
    const envs = deps.envs.map((env) => env.id);
    const settled = await lastSettled(deps.store, envs);
    const pool = await LogPool.open(deps, options);
    const tallies = await PoolTallies.open(deps.store, settled.state, countedIn(settled.state, settled.contenders));
    const row = await deps.store.lastEpoch();
    const observed = row ? (JSON.parse(row.input) as EpochInput).observed ?? [] : [];
    // The grid follows the tempo as it was when the last epoch was settled.
    const [epoch, tempo] = (await deps.store.getMeta(TEMPO))?.split(" ").map(Number) ?? [];
    const then = epoch === row?.epoch && tempo !== undefined ? { ...options, tempo } : options;
    return new PooledSettling(deps, then, { pool, tallies, settled, observed });
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
    if (head.number < start) return null;
    if (this.#due?.block.number !== start) this.#due = await this.#factsAt(start);
    // Rounds go on while logs are read: only what is accepted counts.
    if (!await this.#pool.prepare(this.#due)) return null;
    hold();
    this.settled = await this.#settle(this.#due, head);
    this.#tempo = this.settled.tempo!;
    return this.settled;
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

  async #settle(facts: SubnetFacts, head: Head): Promise<Settled> {
    const deps = this.#deps, before = this.settled;
    const { store, parameters, netuid } = deps;
    const epoch = Math.max(epochOf(facts.block.number, netuid, facts.tempo), before.state.epoch + 1);
    const observed = await this.#observe(facts, head);
    const observations = await this.#pool.observations(facts);
    const contenders = poolContenders(facts, {
      epoch,
      observations,
      previous: before.contenders,
      seated: before.state.seated,
    });
    const applicants = [...this.#pool.marks(facts)].map(([validator, { nextRound }]) => ({
      validator,
      nextRound,
      // No accepted batch is of a window that begins after this epoch, and no decision has looked at what comes after the accepted rounds.
      drawn: nextRound,
      counted: before.state.nextRound[validator] ?? 0,
      stake: stakeIn(facts, validator),
    }));
    const validators = admit(applicants, parameters);
    const counted = countedIn(before.state, [...before.contenders, ...contenders]);
    const canaries = await this.#tallies.grow(validators, before.state, counted);
    const input = inputOf(facts, before.state, {
      epoch,
      validators,
      contenders,
      canaries,
      ...poolHosted(observations, { epoch, envs: deps.envs.length }),
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
