/**
 * The pool: logs of all validators that may count, read beside the loop under what each committed on chain. A peer that is slow, down
 * or hostile costs a bounded time and is named; nothing that it does ends or stops anything else.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { AfError, errorText } from "../base/errors.ts";
import type { PublicReader } from "../port/bucket.ts";
import type { SubnetFacts } from "../port/chain.ts";
import type { ValidateDeps } from "./deps.ts";
import { Lanes } from "./lanes.ts";
import type { Observation } from "./log_observed.ts";
import type { EpochLogs } from "./attested.ts";
import {
  dropMarks,
  isReadTo,
  type LogMark,
  type LogReading,
  NO_LOG,
  type PeerLog,
  readWaiting,
  seeStatement,
} from "./log_peer.ts";
import { parked } from "../base/park.ts";
import { DueEpoch, type KnownLogs, type PoolLine } from "./pool_due.ts";
import { PeerSources } from "./pool_source.ts";
import { standingStatement } from "./statement.ts";

/** How the logs of other validators are read. */
export interface Pooling {
  readonly reader: PublicReader;
  /** Longest time that an epoch waits for logs that most validators have read, in milliseconds. @default {300000} */
  readonly patienceMs?: number;
  /** Longest time for one validator in one epoch, in milliseconds. @default {120000} */
  readonly peerMs?: number;
  /** Time from a first failure until a log is tried again in the same epoch, in milliseconds; it doubles. @default {5000} */
  readonly retryMs?: number;
}

/** Logs that are read at the same time. */
const PARALLEL = 8;
/** Times that a log is tried in an epoch before nobody waits for it any more, unless most validators have read it. */
const TRIES = 4;
/** Largest pause between two tries, in first pauses. */
const LONGEST_PAUSE = 64;

/** The logs of everybody. */
export class LogPool implements KnownLogs {
  readonly #deps: ValidateDeps;
  readonly #genesis: string;
  readonly #signal: AbortSignal;
  readonly #lanes = new Lanes(PARALLEL);
  readonly #logs = new Map<string, PeerLog>();
  readonly #reading = new Map<string, Promise<void>>();
  /** Why a log cannot be read now. */
  readonly #problems = new Map<string, string>();
  readonly #sources: PeerSources;
  /** How often each was tried in this epoch. */
  #tries = new Map<string, number>();
  /** When a log may be tried again. */
  readonly #pauses = new Map<string, number>();
  #due: { readonly epoch: DueEpoch; readonly since: number } | null = null;
  /** Logs that an epoch has waited for in vain, and that were not read since. */
  readonly #givenUp = new Set<string>();
  /** Epoch that was last said to wait for a log. */
  readonly #awaited = new Map<string, number>();
  readonly #said = new Map<string, string>();
  #fatal: { readonly error: unknown } | null = null;

  private constructor(deps: ValidateDeps, who: { self: string; genesis: string; signal: AbortSignal }) {
    this.#deps = deps;
    this.#genesis = who.genesis;
    this.#signal = who.signal;
    this.#sources = new PeerSources(deps, who.self);
  }

  /** Reads what the journal keeps. */
  static async open(
    deps: ValidateDeps,
    who: { self: string; genesis: string; signal: AbortSignal },
  ): Promise<LogPool> {
    const pool = new LogPool(deps, who);
    for (const { validator, log } of await deps.store.peers()) pool.#logs.set(validator, JSON.parse(log) as PeerLog);
    return pool;
  }

  /** What is known of a validator. */
  logOf(validator: string): PeerLog {
    return this.#logs.get(validator) ?? NO_LOG;
  }

  /** Why a log cannot be read now. */
  failureOf(validator: string): string | null {
    return this.#problems.get(validator) ?? null;
  }

  /**
   * Whether the logs are read as far as they count in an epoch, or have had their time; afterwards {@linkcode LogPool.marks} are those
   * of this epoch. `before` are the logs as the epoch before found them.
   */
  async prepare(facts: SubnetFacts, at: EpochLogs, before: EpochLogs | null): Promise<boolean> {
    const { clock, pooling, parameters: { lagBlocks } } = this.#deps;
    if (this.#fatal) throw this.#fatal.error;
    if (this.#due?.epoch.block !== at.block) {
      await this.#see(facts);
      this.#due = { epoch: new DueEpoch(this, at, { before, lagBlocks }), since: clock.now() };
      this.#sources.renew();
      this.#tries = new Map();
    }
    const { epoch, since } = this.#due;
    this.tend(at);
    // What an earlier epoch has waited for in vain is tried once.
    const awaited = epoch.awaited(), waited = clock.now() - since;
    const isOver = waited >= (pooling!.patienceMs ?? 300_000) ||
      awaited.every((one) => this.#givenUp.has(one) && this.#hasFailed(one, 1));
    if (isOver) epoch.take();
    else for (const validator of awaited) this.#tellAwaited(validator, waited);
    return isOver;
  }

  #tellAwaited(validator: string, waited: number): void {
    const { epoch } = this.#due!.epoch;
    const why = this.failureOf(validator) ?? (waited >= this.#retryMs ? "it is still being read" : null);
    if (why === null || this.#awaited.get(validator) === epoch) return;
    this.#awaited.set(validator, epoch);
    const text = `Epoch ${epoch} waits for the log of validator ${validator}, which most validators have read: ${why}`;
    this.#deps.log("warning", text);
  }

  /** Begins to read what waits of these logs, or tries again. */
  tend({ logs }: EpochLogs): void {
    for (const { validator } of logs) if (this.logOf(validator).waiting.length > 0) this.#start(validator);
  }

  /** Whether a log was read to its end up to the head that was committed in a block. */
  isRead(validator: string, block: number): boolean {
    return isReadTo(this.logOf(validator), block);
  }

  /** Whether each of these logs was read up to the head that stood on chain, or failed too often to be waited for. */
  isDone({ logs }: EpochLogs): boolean {
    return logs.every(({ validator, head }) =>
      head === null || this.isRead(validator, head) || this.logOf(validator).waiting.length === 0 ||
      this.#hasFailed(validator)
    );
  }

  /** How far the log of each validator counts in the epoch that was prepared; whose does not is not named. */
  marks(): ReadonlyMap<string, LogMark> {
    return this.#due!.epoch.marks;
  }

  /** The newest accepted observation of everybody whose log goes on. */
  async observations(): Promise<Observation[]> {
    const found: Observation[] = [];
    for (const [validator, { observed }] of this.marks()) {
      if (observed === null || this.#due!.epoch.isEnded(validator)) continue;
      const row = await this.#deps.store.peerEpoch(validator, observed);
      if (row) found.push({ validator, epoch: row.epoch, ...JSON.parse(row.observed) });
    }
    return found;
  }

  /** The epoch that was prepared was settled: tells who counted, and forgets what no later epoch asks for. */
  settled(facts: SubnetFacts): PoolLine[] {
    const { epoch } = this.#due!;
    const lines = epoch.lines(facts);
    for (const line of lines) {
      const { validator } = line;
      const limit = epoch.limitOf(validator);
      if (limit !== null) this.#logs.set(validator, dropMarks(this.logOf(validator), limit));
      if (line.isMissing) this.#givenUp.add(validator);
      this.#tell(line, epoch.epoch);
    }
    return lines;
  }

  #tell({ validator, uid, problem, isMissing }: PoolLine, epoch: number): void {
    const { log } = this.#deps;
    const named = `validator ${validator} (uid ${uid})`;
    if (isMissing) {
      const text = `Epoch ${epoch} is settled without the log of ${named}, which most validators have read: `;
      log("error", `${text}it may differ from theirs (${problem})`);
    } else if (problem !== null && this.#said.get(validator) !== problem) {
      const { ended, nextRound } = this.logOf(validator);
      log("warning", `The log of ${named}${ended ? ` ends at round ${nextRound}` : ""}: ${problem}`);
    }
    if (problem === null) this.#said.delete(validator);
    else this.#said.set(validator, problem);
  }

  /** Ends when nothing is being read any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#reading.values());
  }

  /** Whether a log was tried so often in this epoch, and is not being read now. */
  #hasFailed(validator: string, tries = TRIES): boolean {
    return (this.#tries.get(validator) ?? 0) >= tries && !this.#reading.has(validator);
  }

  get #retryMs(): number {
    return this.#deps.pooling!.retryMs ?? 5_000;
  }

  /** Notes what everybody with a permit has on chain; of others where their salts end, which must be known before they sign. */
  async #see(facts: SubnetFacts): Promise<void> {
    const { chain } = this.#deps;
    for (const { hotkey, permit } of facts.neurons) {
      const before = this.logOf(hotkey);
      const statement = permit || before.end === null ? standingStatement(facts, hotkey) : null;
      if (statement === null) continue;
      const { end, head, url, block } = statement;
      const seen = { block, hash: "", end, head: permit ? head : null, url };
      if (seeStatement(before, seen) === before) continue;
      const hash = await chain.blockHash(block);
      await this.#keep(hotkey, seeStatement(this.logOf(hotkey), { ...seen, hash }));
    }
  }

  async #keep(
    validator: string,
    log: PeerLog,
    rounds: Parameters<LogReading["save"]>[1] = [],
    epochs: Parameters<LogReading["save"]>[2] = [],
  ): Promise<void> {
    this.#logs.set(validator, log);
    await this.#deps.store.putPeer({ validator, log: canonical(log) }, rounds, epochs);
  }

  #start(validator: string): void {
    const tries = this.#tries.get(validator) ?? 0;
    if (this.#reading.has(validator) || this.logOf(validator).ended || this.#signal.aborted) return;
    if (tries > 0 && this.#deps.clock.now() < (this.#pauses.get(validator) ?? 0)) return;
    this.#tries.set(validator, tries + 1);
    const work = this.#lanes.run(() => this.#read(validator)).catch((error) => {
      if (this.#signal.aborted) return;
      // A journal that cannot be written ends everything; whatever else failed is tried again in the next epoch.
      if (!(error instanceof AfError) || error.kind === "StoreError") this.#fatal = { error };
      this.#problems.set(validator, errorText(error));
    }).finally(() => {
      this.#reading.delete(validator);
      const pause = this.#retryMs * Math.min(2 ** tries, LONGEST_PAUSE);
      this.#pauses.set(validator, this.#deps.clock.now() + pause);
    });
    this.#reading.set(validator, work);
  }

  async #read(validator: string): Promise<void> {
    const { chain, envs, parameters, sandbox, netuid, pooling } = this.#deps;
    const time = AbortSignal.timeout(pooling!.peerMs ?? 120_000);
    const signal = AbortSignal.any([this.#signal, time]);
    const reading = (): LogReading => ({
      source: this.#sources.of(validator, () => this.logOf(validator).waiting.at(-1)?.url ?? null, signal),
      owner: { genesis: this.#genesis, netuid, validator },
      envs,
      parameters,
      // Whatever hangs is left behind when the time is over, or the validator is asked to end.
      blockHash: (number) => parked(signal, chain.blockHash(number)),
      sandbox: { facts: () => sandbox.facts(), run: (batch) => parked(signal, sandbox.run(batch)) },
      signal,
      save: (log, rounds, epochs) => {
        // Meanwhile more may have been seen on chain: what waits is what is newer than what was read.
        const last = log.marks.at(-1)?.block ?? -1;
        const waiting = this.logOf(validator).waiting.filter((one) => one.block > last);
        return this.#keep(validator, { ...log, waiting }, rounds, epochs);
      },
    });
    try {
      const problem = await readWaiting(this.logOf(validator), reading);
      if (problem === null) {
        this.#problems.delete(validator);
        this.#givenUp.delete(validator);
      } else this.#problems.set(validator, problem);
    } catch (error) {
      if (!time.aborted || this.#signal.aborted) throw error;
      this.#problems.set(validator, "reading it takes longer than an epoch waits for one validator");
    }
  }
}
