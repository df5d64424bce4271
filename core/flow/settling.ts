/** When an epoch is settled and from what: one's own log alone, or the logs of all validators that pool. @module */
import type { Head } from "../port/chain.ts";
import type { Tally } from "../mechanism/tally.ts";
import type { Attestation } from "../record/validator_statement.ts";
import type { ValidateDeps } from "./deps.ts";
import { nextEpochStart, restore, type Settled, settleEpoch } from "./epoch.ts";
import type { HostedChecks } from "./hosted.ts";
import { PooledSettling } from "./pool_epoch.ts";

/** What an epoch has to say on chain. */
export interface ToState {
  /** First block of the epoch. */
  readonly block: number;
  /** Whose logs were read; null where one's own alone counts. */
  readonly read: Attestation | null;
}

/** Settles the epochs of a run, one after the other. */
export interface Settling {
  /** The newest epoch that was settled. */
  readonly settled: Settled;
  /** First block after the epoch that `block` is in. */
  epochEnd(block: number): number;
  /**
   * Settles one epoch if one is due at this head and all that it needs is there; else null. `hold` is called before anything that rounds
   * must not run beside.
   */
  step(head: Head, hold: () => void): Promise<Settled | null>;
  /**
   * What the newest settled epoch has to say on chain, once, as soon as it is known: logs are read meanwhile, or have had their time.
   * Else null. `isLast`: nothing is waited for any more.
   */
  toState(head: Head, isLast: boolean): ToState | null;
  /** Whether a later epoch is due already: this one was settled after its time. */
  isBehind(head: Head): boolean;
  /** Ends when nothing is under way any more. */
  drain(): Promise<void>;
}

/** Who settles and since when. */
export interface SettlingOptions {
  readonly self: string;
  readonly genesis: string;
  /** Of the subnet at the start. */
  readonly tempo: number;
  readonly signal: AbortSignal;
  /** This validator's hosted checks. @default {null} it checks nobody */
  readonly checks?: HostedChecks | null;
}

/** The settling that the ports allow: pooled where this validator publishes and reads others, else from its own log. */
export async function openSettling(deps: ValidateDeps, options: SettlingOptions): Promise<Settling> {
  return deps.publishing && deps.pooling
    ? await PooledSettling.open(deps, options)
    : await OwnSettling.open(deps, options);
}

/** One's own log: as soon as a batch is closed it counts. */
class OwnSettling implements Settling {
  readonly #deps: ValidateDeps;
  readonly #self: string;
  readonly #checks: HostedChecks | null;
  readonly #tally: Tally;
  settled: Settled;
  #tempo: number;
  #patience: number | null = null;
  /** Whether what it has to say was told; after a restart it was told before. */
  #isTold = true;

  private constructor(deps: ValidateDeps, options: SettlingOptions, restored: { settled: Settled; tally: Tally }) {
    this.#deps = deps;
    this.#self = options.self;
    this.#checks = options.checks ?? null;
    this.#tempo = options.tempo;
    this.#tally = restored.tally;
    this.settled = restored.settled;
  }

  static async open(deps: ValidateDeps, options: SettlingOptions): Promise<OwnSettling> {
    return new OwnSettling(deps, options, await restore(deps.store, deps.envs.map((env) => env.id), options.self));
  }

  epochEnd(block: number): number {
    return nextEpochStart(block, this.#deps.netuid, this.#tempo);
  }

  async step(head: Head, hold: () => void): Promise<Settled | null> {
    if (this.settled.report && head.number < this.epochEnd(this.settled.block)) return null;
    hold();
    // An epoch long the first champion may wait for whoever cannot be looked up.
    this.#patience ??= this.epochEnd(head.number);
    const patient = head.number < this.#patience;
    const at = { head, tempo: this.#tempo, self: this.#self, patient, checks: this.#checks };
    this.settled = await settleEpoch(this.#deps, this.settled, this.#tally, at);
    this.#tempo = this.settled.tempo ?? this.#tempo;
    this.#isTold = false;
    return this.settled;
  }

  toState(): ToState | null {
    if (this.#isTold) return null;
    this.#isTold = true;
    return { block: this.settled.block, read: null };
  }

  isBehind(): boolean {
    return false;
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }
}
