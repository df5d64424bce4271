/**
 * An epoch that is due in a pool: up to which head each log counts, which logs are waited for, and how far those reach that it is
 * settled with. @module
 */
import type { SubnetFacts } from "../port/chain.ts";
import { type EpochLogs, limitOf } from "./attested.ts";
import { isReadTo, type LogMark, markAt, type PeerLog } from "./log_peer.ts";
import { standingStatement } from "./statement.ts";

/** A validator as an epoch counted it, for people. */
export interface PoolLine {
  readonly validator: string;
  readonly uid: number;
  /** Rounds of it that count; null if it is not part of the pool. */
  readonly nextRound: number | null;
  /** Why nothing more of it counts, or cannot be read now; null if all is well. */
  readonly problem: string | null;
  /** Whether most validators have read more of it than counts here: the epoch may differ from theirs. */
  readonly isMissing: boolean;
}

/** What an epoch asks of the logs. */
export interface KnownLogs {
  logOf(validator: string): PeerLog;
  /** Why a log cannot be read now; null if nothing is wrong. */
  failureOf(validator: string): string | null;
}

/** An epoch that is due. */
export class DueEpoch {
  readonly #known: KnownLogs;
  readonly #at: EpochLogs;
  /** Block of the head up to which the log of a validator counts. */
  readonly #limits: ReadonlyMap<string, number>;
  /** Validators of whom too few have read what they had committed an epoch before. */
  readonly #unread: ReadonlySet<string>;
  #marks: ReadonlyMap<string, LogMark> = new Map();
  #missing: ReadonlySet<string> = new Set();

  /** `before` are the logs as the epoch before found them. */
  constructor(
    known: KnownLogs,
    at: EpochLogs,
    options: { readonly before: EpochLogs | null; readonly lagBlocks: number },
  ) {
    const { before } = options;
    this.#known = known;
    this.#at = at;
    this.#limits = new Map(
      at.logs.flatMap((log) => {
        const limit = limitOf(log, at.block, options);
        return limit === null ? [] : [[log.validator, limit]];
      }),
    );
    const heads = new Map(before?.logs.map(({ validator, head }) => [validator, head]));
    const unread = at.logs.filter(({ validator, counts }) => (heads.get(validator) ?? -1) > (counts ?? -1));
    this.#unread = new Set(unread.map(({ validator }) => validator));
  }

  get epoch(): number {
    return this.#at.epoch;
  }
  get block(): number {
    return this.#at.block;
  }
  /** How far the log of each validator counts; whose does not is not named. */
  get marks(): ReadonlyMap<string, LogMark> {
    return this.#marks;
  }

  /** Validators whose logs count further than they are read here. */
  awaited(): string[] {
    return [...this.#limits].flatMap(([validator, limit]) =>
      isReadTo(this.#known.logOf(validator), limit) ? [] : [validator]
    );
  }

  /** Takes the logs as they are now: reading goes on, but all of the epoch is decided from this moment. */
  take(): void {
    this.#missing = new Set(this.awaited());
    this.#marks = new Map([...this.#limits].flatMap(([validator, limit]) => {
      const mark = markAt(this.#known.logOf(validator), limit);
      return mark ? [[validator, mark]] : [];
    }));
  }

  /** Block of the head up to which a log counts; null where it does not. */
  limitOf(validator: string): number | null {
    return this.#limits.get(validator) ?? null;
  }

  /** Whether a log had ended under the head up to which it counts. */
  isEnded(validator: string): boolean {
    const { ended } = this.#known.logOf(validator);
    return ended !== null && ended.block <= (this.#limits.get(validator) ?? -1);
  }

  /** Everybody with a permit or a statement on chain. */
  lines(facts: SubnetFacts): PoolLine[] {
    return facts.neurons.flatMap(({ hotkey: validator, uid, permit }) => {
      if (!permit && standingStatement(facts, validator) === null) return [];
      const problem = permit ? this.#problemOf(validator) : "it has no validator permit";
      const nextRound = this.#marks.get(validator)?.nextRound ?? null;
      return [{ validator, uid, nextRound, problem, isMissing: this.#missing.has(validator) }];
    });
  }

  #problemOf(validator: string): string | null {
    const { ended } = this.#known.logOf(validator);
    return ended?.reason ?? this.#known.failureOf(validator) ??
      (this.#missing.has(validator) ? "it is still being read" : null) ??
      (this.#unread.has(validator) ? "too few validators say that they have read on in it" : null);
  }
}
