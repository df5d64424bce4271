/** What an audit says in the end: plain data. @module */
import type { AgreementReport } from "./agreement.ts";
import type { Oddity } from "./homogeneity.ts";
import type { Difference } from "./types.ts";

/** How the answers of one environment were graded again. */
export interface GradedEnv {
  readonly env: string;
  readonly version: string;
  /** Answers in the log. */
  readonly answers: number;
  /** Graded again. */
  readonly graded: number;
  /** Run again, and a limit of time may have decided: neither agrees nor differs. */
  readonly unsure: number;
  /**
   * With 95 % confidence at most this share of the answers that were not graded has a wrong score, where no graded one had. 1 where
   * nothing can be said of them.
   */
  readonly wrongAtMost: number;
}

/** What was read of a validator, and agrees as far as no difference says otherwise. */
export interface AuditedLog {
  readonly validator: string;
  readonly url: string | null;
  /** Hash of the index head, and the block in which it was committed. */
  readonly head: string;
  readonly committed: number;
  /** Earlier heads on chain that it was compared with. */
  readonly earlierHeads: number;
  readonly batches: number;
  readonly windows: readonly [first: number, last: number] | null;
  readonly records: number;
  readonly rounds: number;
  readonly graded: readonly GradedEnv[];
  readonly epochs: {
    readonly published: number;
    /** Decided again, with the same bytes. */
    readonly decided: number;
    /** Compared with the chain's facts. */
    readonly facts: number;
    /** Whose weights stand, or stood, on chain. */
    readonly weights: number;
    /** Whose weights were never set: superseded, or the validator was away. */
    readonly unset: number;
  };
  /** Whether something wrong, or out of reach, ended the reading before the last entry. */
  readonly isCut: boolean;
}

/** Verdicts: everything agrees, something differs, or not everything could be looked at. */
export const AUDIT_VERDICTS = ["agrees", "differs", "incomplete"] as const;
/** One of {@linkcode AUDIT_VERDICTS}. */
export type AuditVerdict = typeof AUDIT_VERDICTS[number];

/** The report of an audit. */
export interface AuditReport {
  readonly verdict: AuditVerdict;
  readonly block: number;
  readonly genesis: string;
  readonly netuid: number;
  readonly profile: string;
  readonly logs: readonly AuditedLog[];
  /** By validator, of each rule the first. */
  readonly differences: readonly Difference[];
  readonly oddities: readonly Oddity[];
  /** Of validators that pool: whether they published the same. Different accepted logs are a reason not to, a bucket that was down for one. */
  readonly agreement: AgreementReport;
  /** Pairs of validator and contender whose pass rates were compared with those of other validators. */
  readonly compared: number;
  /** What was not checked and why, and what a reader should know. */
  readonly notes: readonly string[];
  /** What kept the audit from being finished. */
  readonly failures: readonly string[];
}

/**
 * The largest share of wrong scores that a sample of so many right ones leaves possible with 95 % confidence: were it larger, a sample
 * without a wrong one would come in fewer than one of twenty audits.
 */
export function wrongAtMost(graded: number, answers: number): number {
  if (graded >= answers) return 0;
  return graded === 0 ? 1 : 1 - 0.05 ** (1 / graded);
}
