/**
 * Port: the journal, the truth of a validator. A method that writes returns when the bytes are durable.
 * Rounds are numbered from 0 over the whole life of a journal; contenders are named by id (`hotkey@block`).
 * @module
 */
import type { IndexEntry } from "./bucket.ts";
import type { BatchHead, IndexHead } from "./signer.ts";

/** Whose journal it is; a journal of another identity is refused. */
export interface JournalIdentity {
  readonly genesis: string;
  readonly netuid: number;
  readonly validator: string;
  /** Digest of the parameters and the environments' versions. */
  readonly parameters: string;
}

/** How a record ended; `absent` only for canaries. */
export const RECORD_STATUSES = [
  "answered",
  "refused",
  "unparsable",
  "over_limit",
  "silent",
  "lost",
  "absent",
] as const;
/** One of {@linkcode RECORD_STATUSES}. */
export type RecordStatus = typeof RECORD_STATUSES[number];

/** One attempt at an answer. Times are milliseconds since 1970. */
export interface Attempt {
  /** When the request left. */
  readonly sent: number;
  /** When its answer or error was there; the wall clock may have been set back in between. */
  readonly ended: number;
  /** `answered`, `refused`, `over_limit`, `unparsable`, or why not: `http 503`, `timeout`, … */
  readonly outcome: string;
}

/** One answer of one contender to one task or canary: what is signed and published. */
export interface AnswerRecord {
  /** A canary looks like a task, but decides only who is shown the round. */
  readonly kind: "task" | "canary";
  /** Subnet, 0 to 65535. */
  readonly netuid: number;
  /** SS58 address of the hotkey of the validator that asked. */
  readonly validator: string;
  /** Number of the window: its first block divided by the blocks of a window. */
  readonly window: number;
  /** Index of the round, counted from 0 over the validator's whole life. */
  readonly round: number;
  /** Id of the environment, such as `math`. */
  readonly env: string;
  /** Version of the environment, which fixes task, prompt and grade. */
  readonly version: string;
  /** Task id: hex digest of the task's seed. */
  readonly task: string;
  /** Contender id. */
  readonly contender: string;
  /** How it ended; only `answered` can score 1. */
  readonly status: RecordStatus;
  /** The answer's text, empty where there is none. */
  readonly answer: string;
  /** 1 if the answer passed. */
  readonly score: 0 | 1;
  /** Completion tokens that the endpoint reported, null if it did not. */
  readonly tokens: number | null;
  /** In the order of sending, with the canaries beside them; at most 200. */
  readonly attempts: readonly Attempt[];
}

/** A window: 20 blocks whose rounds share a block hash and a salt. */
export interface WindowRow {
  readonly window: number;
  readonly blockHash: string;
  /** Hex; secret until the window's batch is closed. */
  readonly salt: string;
}

/** What happened to a round. */
export const ROUND_STATES = ["open", "complete", "absent"] as const;
/** One of {@linkcode ROUND_STATES}: `absent` = the champion did not answer its canary, so there is no round. */
export type RoundState = typeof ROUND_STATES[number];

/** A round. */
export interface RoundRow {
  readonly round: number;
  readonly window: number;
  readonly state: RoundState;
  /** Contender id of the champion it was asked against. */
  readonly champion: string;
  /** Everybody who was offered it, the champion included. */
  readonly offered: readonly string[];
  /** Those who answered the canary, the champion included; null while canaries are out. */
  readonly shown: readonly string[] | null;
}

/**
 * Outcomes of complete rounds in a form that counts fast. Cell `[(round - first) * contenders.length + c] * envs.length + e`
 * is 0 fail, 1 pass, 2 lost, 255 not shown.
 */
export interface OutcomeBlock {
  /** First round of the block. */
  readonly first: number;
  /** Number of rounds, in index order without gaps (absent rounds are rows of 255). */
  readonly rounds: number;
  /** Contender ids, in the order of the cells. */
  readonly contenders: readonly string[];
  /** Sorted ids of the environments. */
  readonly envs: readonly string[];
  /** One byte for each round, contender and environment, as above. */
  readonly cells: Uint8Array;
  /** Index into `contenders` of each round's champion, 65535 for an absent round. Length `rounds`. */
  readonly champions: Uint16Array;
  /** 1 where contender c was offered round r: `[(round - first) * contenders.length + c]`. */
  readonly offered: Uint8Array;
}

/** Canaries of some rounds, per contender. */
export interface CanaryCount {
  readonly contender: string;
  readonly sent: number;
  readonly answered: number;
}

/** A closed batch. */
export interface BatchRow {
  readonly head: BatchHead;
  readonly signature: string;
  /** First round after the last round of this batch. */
  readonly nextRound: number;
}

/** One epoch as it was settled: what replay needs. `input` and `output` are canonical JSON of core/flow and core/mechanism. */
export interface EpochRow {
  readonly epoch: number;
  readonly block: number;
  readonly hash: string;
  /** Rounds before this one are counted. */
  readonly nextRound: number;
  readonly input: string;
  readonly output: string;
}

/** A page of the index as it lies in the bucket. */
export interface PageRow {
  readonly head: IndexHead;
  readonly signature: string;
  /** Hash of its object. */
  readonly hash: string;
}

/** How far the index has come. */
export interface IndexState {
  /** Entries; each is of an object that was read back from the bucket. */
  readonly entries: number;
  /** Window of the newest batch in it, -1 for none. */
  readonly window: number;
  /** Newest epoch in it, -1 for none. */
  readonly epoch: number;
  /** Batches and epochs of the journal that are not in it yet. */
  readonly waiting: number;
}

/** What is kept of another validator's log, as canonical JSON of core/flow. */
export interface PeerRow {
  readonly validator: string;
  readonly log: string;
}

/** Rounds of an accepted batch, packed (core/record/round_block.ts). */
export interface PeerRounds {
  readonly validator: string;
  readonly window: number;
  /** Its first round, and the first one after it. */
  readonly first: number;
  readonly end: number;
  readonly packed: Uint8Array;
}

/** What a validator's accepted epoch says of the contenders that it observed: canonical JSON. */
export interface PeerEpoch {
  readonly validator: string;
  readonly epoch: number;
  readonly observed: string;
}

/** A round of a hosted check: what the committed weights made of its tasks. Canonical JSON of core/flow. */
export interface HostedRow {
  readonly contender: string;
  readonly round: number;
  readonly text: string;
}

/** The journal. */
export interface Store {
  /** Opens or creates the journal. @throws StoreError `foreign`, `locked`, `corrupt`, `newer`, each with a sentence for the user. */
  open(identity: JournalIdentity): Promise<void>;
  /** Opens an existing journal for reading, next to a running validator. Returns its identity. */
  openForReading(): Promise<JournalIdentity>;

  /** Value of a setting of this journal, such as `chain_root` or `chain_length`; null if unset. */
  getMeta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;

  putWindow(row: WindowRow): Promise<void>;
  windows(from: number): Promise<readonly WindowRow[]>;

  putRound(row: RoundRow): Promise<void>;
  /** Rounds of all states with `round >= from`, in order, and before `end` where that is given. */
  rounds(from: number, end?: number): Promise<readonly RoundRow[]>;
  /** Next unused round index. */
  nextRound(): Promise<number>;

  /** Appends records; a second record for the same (kind, round, env, contender) is refused with StoreError `duplicate`. */
  append(records: readonly AnswerRecord[]): Promise<void>;
  /** Records of a round, in the order of appending. */
  recordsOf(round: number): Promise<readonly AnswerRecord[]>;
  /** Records of a window in canonical order (round, kind, env, contender): the leaves of its batch, as canonical JSON. */
  leavesOf(window: number): Promise<readonly string[]>;

  putBatch(row: BatchRow): Promise<void>;
  lastBatch(): Promise<BatchRow | null>;
  /** In order, at most `limit`. */
  batches(fromWindow: number, limit?: number): Promise<readonly BatchRow[]>;

  /** Outcomes of rounds `first` to `end - 1`, all of which must be complete or absent. */
  outcomes(first: number, end: number): Promise<OutcomeBlock>;
  canaries(first: number, end: number): Promise<readonly CanaryCount[]>;
  /** A few recent answers of a contender, newest first: for people. */
  samples(contender: string, limit: number): Promise<readonly AnswerRecord[]>;

  putEpoch(row: EpochRow): Promise<void>;
  /** In order, at most `limit`. */
  epochs(from: number, limit?: number): Promise<readonly EpochRow[]>;
  lastEpoch(): Promise<EpochRow | null>;

  /** Adds the next entry of the index: its object is in the bucket. @throws StoreError `conflict` if it is not the next, or another. */
  putEntry(entry: IndexEntry): Promise<void>;
  /** Entries from this place on, at most `limit`. */
  entries(from: number, limit: number): Promise<readonly IndexEntry[]>;
  indexState(): Promise<IndexState>;
  /** Adds a signed page whose object is in the bucket. @throws StoreError `conflict` if another of this length is there. */
  putPage(row: PageRow): Promise<void>;
  /** The newest object of a page, or of all pages; null if there is none. */
  lastPage(page?: number): Promise<PageRow | null>;
  /** Whether a page with this object was published. */
  hasPage(hash: string): Promise<boolean>;

  /** Replaces what is kept of a validator's log and adds what was accepted with it, all at once. Rounds that are there stay. */
  putPeer(row: PeerRow, rounds: readonly PeerRounds[], epochs: readonly PeerEpoch[]): Promise<void>;
  /** All validators of which something is kept, by address. */
  peers(): Promise<readonly PeerRow[]>;
  /** Accepted batches that hold rounds from `from` on, in order, at most `limit`. */
  peerRounds(validator: string, from: number, limit: number): Promise<readonly PeerRounds[]>;
  /** One of the newest accepted epochs of a validator; null if it is not there. */
  peerEpoch(validator: string, epoch: number): Promise<PeerEpoch | null>;

  /** Adds rounds of hosted checks, all at once. @throws {StoreError} `duplicate` for a round of a contender that is there. */
  putHosted(rows: readonly HostedRow[]): Promise<void>;
  /** Rounds of a contender's hosted check, in order. */
  hosted(contender: string): Promise<readonly HostedRow[]>;

  /** A cache that may be dropped at any time (the mechanism's counts). */
  getCache(key: string): Promise<Uint8Array | null>;
  putCache(key: string, value: Uint8Array): Promise<void>;

  /** Digest over rounds, verdicts and answers without times: equal for two runs that asked the same and heard the same. */
  digest(): Promise<string>;
  close(): Promise<void>;
}
