/** What an audit finds, and the pieces of work that it is made of: plain data that can cross a wall. @module */
import type { IndexEntry } from "../../port/bucket.ts";
import type { Environment } from "../../port/environment.ts";
import type { Submission, SubmissionResult } from "../../port/sandbox.ts";
import type { BatchHead } from "../../port/signer.ts";
import type { CanaryCount, EpochRow, OutcomeBlock, RecordStatus } from "../../port/store.ts";
import type { IndexOwner } from "../../record/index_head.ts";

/** What is checked: each rule names its first difference by itself. */
export const AUDIT_RULES = [
  "commitment",
  "index",
  "fork",
  "object",
  "batch",
  "permit",
  "salt",
  "block",
  "rounds",
  "environments",
  "task",
  "record",
  "score",
  "epoch",
  "chain facts",
  "marks",
  "canaries",
  "decision",
  "weights",
  "homogeneity",
] as const;
/** One of {@linkcode AUDIT_RULES}. */
export type AuditRule = typeof AUDIT_RULES[number];

/** Where a difference begins: as much of it as there is. */
export interface Place {
  /** Hash of the object. */
  readonly object?: string;
  readonly window?: number;
  readonly round?: number;
  readonly env?: string;
  readonly contender?: string;
  readonly epoch?: number;
  readonly block?: number;
}

/** The first difference of a rule in the log of a validator. */
export interface Difference {
  readonly validator: string;
  readonly rule: AuditRule;
  readonly at: Place;
  /** One sentence: what is there, and what should be. */
  readonly text: string;
  /** How often the rule was broken in all. */
  readonly count: number;
}

/** A difference before it is known whose it is. */
export type Found = Omit<Difference, "validator" | "count"> & { readonly count?: number };

/** An environment as a log names it. */
export interface EnvVersion {
  readonly id: string;
  readonly version: string;
}

/** The environments that an auditor has, by id and the version in the log; null for one that it does not have. */
export type FindEnvironment = (env: EnvVersion) => Environment | null;

/** Which answers are graded again where each takes a run of a program. */
export interface Sample {
  /** Ids of the environments of which only a share is graded again. */
  readonly envs: readonly string[];
  /** Share of the answers, 0 to 1. */
  readonly share: number;
  /** What the choice depends on beside the record: nobody knew it when the records were signed. */
  readonly seed: string;
}

/** One batch to be checked. */
export interface BatchJob {
  readonly owner: IndexOwner;
  readonly entry: IndexEntry;
  /** Bytes of the object, which nobody has checked. */
  readonly data: Uint8Array;
  /** Digest of the batch before, as the verified index has it. */
  readonly previous: string;
  /** Its window. */
  readonly lastWindow: number | null;
  /** Ids of the environments of the log, sorted. */
  readonly envs: readonly string[];
  readonly sample: Sample;
}

/** An answer that has to run before it can be graded. */
export interface PendingAnswer {
  readonly env: EnvVersion;
  /** 64 hex digits. */
  readonly seed: string;
  readonly answer: string;
  readonly submission: Submission;
  /** What the record says. */
  readonly status: RecordStatus;
  readonly score: 0 | 1;
  readonly at: Place & { readonly contender: string };
}

/** A pending answer and what became of it. */
export interface RanAnswer extends PendingAnswer {
  readonly ran: SubmissionResult;
}

/** How the answers of an environment were graded again. */
export interface Regraded {
  /** Answers. */
  readonly answers: number;
  /** Of these graded again. */
  readonly graded: number;
}

/** What a contender came to in a batch, where its endpoint answered. */
export interface Rate {
  readonly contender: string;
  readonly env: string;
  readonly passes: number;
  readonly answers: number;
}

/** What a batch holds. */
export interface BatchContent {
  readonly head: BatchHead;
  /** With the version that its first record has; empty where it has none. */
  readonly envs: readonly EnvVersion[];
  readonly records: number;
  readonly outcomes: OutcomeBlock;
  /** As `offered` of the block, for absent rounds too: 0 not asked, 1 asked, 2 the canary was answered. */
  readonly asked: Uint8Array;
  readonly canaries: readonly CanaryCount[];
  readonly rates: readonly Rate[];
  /** By environment. */
  readonly regraded: Readonly<Record<string, Regraded>>;
  readonly pending: readonly PendingAnswer[];
  readonly found: readonly Found[];
}

/** A checked batch: its content, or why it is refused. */
export type BatchResult = { readonly content: BatchContent } | { readonly refused: Found };

/** Whatever grades again: in this process, or in rooms of their own, one for each core. */
export interface Regrader {
  /** Batches that are worth having under way at once. */
  readonly width: number;
  check(job: BatchJob): Promise<BatchResult>;
  /** Grades answers that have run. The result for each is what differs, null where nothing does, `unsure` where a limit decided. */
  grade(answers: readonly RanAnswer[]): Promise<readonly (Found | "unsure" | null)[]>;
}

/** An epoch that was read. */
export interface ReadEpoch {
  readonly row: EpochRow;
  readonly entry: IndexEntry;
}
