/**
 * The pool: logs of all validators that may count, read beside the loop under what each committed on chain. A peer that is slow, down
 * or hostile costs a bounded time and is named; nothing that it does ends or stops anything else.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { AfError, BucketError, errorText } from "../base/errors.ts";
import type { ObjectSource, PublicReader } from "../port/bucket.ts";
import type { Neuron, SubnetFacts } from "../port/chain.ts";
import type { ValidateDeps } from "./deps.ts";
import { Lanes } from "./lanes.ts";
import type { Observation } from "./log_observed.ts";
import {
  dropMarks,
  isRead,
  type LogMark,
  type LogReading,
  markAt,
  NO_LOG,
  type PeerLog,
  readWaiting,
  seeStatement,
} from "./log_peer.ts";
import { parked } from "../base/park.ts";
import { standingStatement } from "./statement.ts";

/** How the logs of other validators are read. */
export interface Pooling {
  readonly reader: PublicReader;
  /** Longest time that an epoch waits for logs, in milliseconds. @default {300000} */
  readonly patienceMs?: number;
  /** Longest time for one validator in one epoch, in milliseconds. @default {120000} */
  readonly peerMs?: number;
  /** Time from a failure until a log is tried again in the same epoch, in milliseconds. @default {5000} */
  readonly retryMs?: number;
}

/** A validator as an epoch counted it, for people. */
export interface PoolLine {
  readonly validator: string;
  readonly uid: number;
  /** Rounds of it that count; null if it is not part of the pool. */
  readonly nextRound: number | null;
  /** Why nothing more of it counts, or cannot be read now; null if all is well. */
  readonly problem: string | null;
}

/** Logs that are read at the same time. */
const PARALLEL = 8;
/** Bytes that are read of one validator in an epoch. */
const PEER_BYTES = 256 * 2 ** 20;
/** Times that a log is tried in an epoch before the epoch goes on without it. */
const TRIES = 4;

/** The logs of everybody. */
export class LogPool {
  readonly #deps: ValidateDeps;
  readonly #self: string;
  readonly #genesis: string;
  readonly #signal: AbortSignal;
  readonly #lanes = new Lanes(PARALLEL);
  readonly #logs = new Map<string, PeerLog>();
  readonly #reading = new Map<string, Promise<void>>();
  /** Why a log cannot be read now. */
  readonly #problems = new Map<string, string>();
  /** What was read of each in this epoch. */
  #bytes = new Map<string, number>();
  #tries = new Map<string, number>();
  /** When a log may be tried again. */
  readonly #pauses = new Map<string, number>();
  #epoch: { readonly block: number; readonly since: number } | null = null;
  #said = new Map<string, string>();
  #fatal: { readonly error: unknown } | null = null;

  private constructor(deps: ValidateDeps, who: { self: string; genesis: string; signal: AbortSignal }) {
    this.#deps = deps;
    this.#self = who.self;
    this.#genesis = who.genesis;
    this.#signal = who.signal;
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

  /** Whether the logs are read as far as an epoch at these facts may use them, or have had their time. */
  async prepare(facts: SubnetFacts): Promise<boolean> {
    const { clock, pooling, parameters } = this.#deps;
    if (this.#fatal) throw this.#fatal.error;
    const { number: block } = facts.block;
    if (this.#epoch?.block !== block) {
      await this.#see(facts);
      this.#epoch = { block, since: clock.now() };
      this.#bytes = new Map();
      this.#tries = new Map();
    }
    const unread = permitted(facts).map(({ hotkey }) => hotkey)
      .filter((hotkey) => !isRead(this.logOf(hotkey), block, parameters.lagBlocks));
    for (const { hotkey } of permitted(facts)) if (this.logOf(hotkey).waiting.length > 0) this.#start(hotkey);
    return clock.now() - this.#epoch.since >= (pooling!.patienceMs ?? 300_000) ||
      unread.every((hotkey) => (this.#tries.get(hotkey) ?? 0) >= TRIES && !this.#reading.has(hotkey));
  }

  /** How far each validator's log is accepted at these facts; who was never accepted is not named. */
  marks(facts: SubnetFacts): Map<string, LogMark> {
    const { lagBlocks } = this.#deps.parameters;
    const marks = new Map<string, LogMark>();
    for (const { hotkey } of permitted(facts)) {
      const mark = markAt(this.logOf(hotkey), facts.block.number, lagBlocks);
      if (mark) marks.set(hotkey, mark);
    }
    return marks;
  }

  /** The newest accepted observation of everybody whose log goes on. */
  async observations(facts: SubnetFacts): Promise<Observation[]> {
    const found: Observation[] = [];
    for (const [validator, { observed }] of this.marks(facts)) {
      if (observed === null || this.#endedAt(validator, facts.block.number)) continue;
      const row = await this.#deps.store.peerEpoch(validator, observed);
      if (row) found.push({ validator, epoch: row.epoch, ...JSON.parse(row.observed) });
    }
    return found;
  }

  /** An epoch was settled at these facts: tells who counted, and forgets what no later epoch asks for. */
  settled(facts: SubnetFacts): PoolLine[] {
    const { parameters: { lagBlocks }, log } = this.#deps;
    const marks = this.marks(facts);
    return facts.neurons.flatMap(({ hotkey, uid, permit }) => {
      const known = this.logOf(hotkey);
      const claims = standingStatement(facts, hotkey) !== null;
      if (!permit && !claims) return [];
      if (this.#logs.has(hotkey)) this.#logs.set(hotkey, dropMarks(known, facts.block.number, lagBlocks));
      const problem = permit ? known.ended?.reason ?? this.#problems.get(hotkey) ?? null : "it has no validator permit";
      if (problem !== null && this.#said.get(hotkey) !== problem) {
        const ends = known.ended ? ` ends at round ${known.nextRound}` : "";
        log("warning", `The log of validator ${hotkey} (uid ${uid})${ends}: ${problem}`);
      }
      if (problem === null) this.#said.delete(hotkey);
      else this.#said.set(hotkey, problem);
      return [{ validator: hotkey, uid, nextRound: marks.get(hotkey)?.nextRound ?? null, problem }];
    });
  }

  /** Ends when nothing is being read any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#reading.values());
  }

  #endedAt(validator: string, block: number): boolean {
    const { ended } = this.logOf(validator);
    return ended !== null && ended.block <= block - this.#deps.parameters.lagBlocks;
  }

  /** Notes what everybody with a permit has on chain. */
  async #see(facts: SubnetFacts): Promise<void> {
    const { chain } = this.#deps;
    for (const { hotkey } of permitted(facts)) {
      const statement = standingStatement(facts, hotkey);
      if (statement === null) continue;
      const before = this.logOf(hotkey);
      const probe = seeStatement(before, { ...statement, hash: "" });
      if (probe === before) continue;
      const hash = await chain.blockHash(statement.block);
      await this.#keep(hotkey, seeStatement(this.logOf(hotkey), { ...statement, hash }));
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
    if (this.#reading.has(validator) || this.logOf(validator).ended || tries >= TRIES || this.#signal.aborted) return;
    if (tries > 0 && this.#deps.clock.now() < (this.#pauses.get(validator) ?? 0)) return;
    this.#tries.set(validator, tries + 1);
    const work = this.#lanes.run(() => this.#read(validator)).catch((error) => {
      if (this.#signal.aborted) return;
      // A journal that cannot be written ends everything; whatever else failed is tried again in the next epoch.
      if (!(error instanceof AfError) || error.kind === "StoreError") this.#fatal = { error };
      this.#problems.set(validator, errorText(error));
    }).finally(() => {
      this.#reading.delete(validator);
      this.#pauses.set(validator, this.#deps.clock.now() + (this.#deps.pooling!.retryMs ?? 5_000));
    });
    this.#reading.set(validator, work);
  }

  async #read(validator: string): Promise<void> {
    const { chain, envs, parameters, sandbox, netuid, pooling } = this.#deps;
    const time = AbortSignal.timeout(pooling!.peerMs ?? 120_000);
    const signal = AbortSignal.any([this.#signal, time]);
    const reading = (): LogReading => ({
      source: this.#sourceOf(validator, signal),
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
      if (problem === null) this.#problems.delete(validator);
      else this.#problems.set(validator, problem);
    } catch (error) {
      if (!time.aborted || this.#signal.aborted) throw error;
      this.#problems.set(validator, "reading it takes longer than an epoch waits for one validator");
    }
  }

  /** Where a validator's objects are read: one's own bucket, or what the newest statement names. */
  #sourceOf(validator: string, signal: AbortSignal): ObjectSource {
    const { publishing, pooling } = this.#deps;
    const source = (hash: string, maxBytes: number) => {
      if (validator === this.#self) return publishing!.bucket.get(hash, maxBytes);
      const url = this.logOf(validator).waiting.at(-1)?.url ?? null;
      if (url === null) return Promise.reject(new BucketError("It says nowhere where its copy is"));
      return pooling!.reader.get(url, hash, maxBytes);
    };
    return {
      get: async (hash, maxBytes) => {
        const used = this.#bytes.get(validator) ?? 0;
        if (used >= PEER_BYTES) throw new BucketError(`More than ${PEER_BYTES} bytes of it in one epoch`);
        const data = await parked(signal, source(hash, maxBytes));
        this.#bytes.set(validator, used + (data?.length ?? 0));
        return data;
      },
    };
  }
}

/** Who may validate. */
function permitted(facts: SubnetFacts): Neuron[] {
  return facts.neurons.filter((neuron) => neuron.permit);
}
