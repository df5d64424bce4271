/**
 * Reading the log of a validator under the heads that it committed, one after the other, with every check. What was verified by its
 * hash and is wrong ends the log there, for good and for everybody; what only cannot be read now is tried again.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { BucketError, RecordError } from "../base/errors.ts";
import type { Parameters } from "../mechanism/parameters.ts";
import type { IndexEntry, ObjectSource } from "../port/bucket.ts";
import type { Environment } from "../port/environment.ts";
import type { Sandbox } from "../port/sandbox.ts";
import type { PeerEpoch, PeerRounds } from "../port/store.ts";
import { type Batch, batchDigest, FIRST_PREVIOUS, verifyBatch } from "../record/batch.ts";
import { type IndexOwner, nameOf } from "../record/index_head.ts";
import { packRounds, roundsOf } from "../record/round_block.ts";
import { isSameEnd } from "../record/validator_statement.ts";
import { fetchBatch, fetchEpoch } from "./follow.ts";
import { observedIn } from "./log_observed.ts";
import { regrade, sampleOf, taskOf } from "./log_regrade.ts";
import { growTail, type IndexTail, NO_TAIL } from "./log_tail.ts";

/** What a validator had committed on chain at the first block of an epoch. */
export interface SeenStatement {
  /** Block in which it was committed, and its hash. */
  readonly block: number;
  readonly hash: string;
  /** 64 hex digits, or half of them. */
  readonly end: string;
  readonly head: string | null;
  readonly url: string | null;
}

/** How far a log goes under the head that was committed in a block. */
export interface LogMark {
  readonly block: number;
  /** First round that is not in it. */
  readonly nextRound: number;
  /** Newest epoch in it that says what its validator observed; null before the first. */
  readonly observed: number | null;
}

/** Where and why a log ends for good. */
export interface LogEnd {
  /** Block of the head under which it was found. */
  readonly block: number;
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
}

/** What is known of a validator's log; plain data. */
export interface PeerLog {
  /** End of its salt chain and the block in which it was first seen on chain; null before. */
  readonly end: string | null;
  readonly endBlock: number;
  /** Statements that were not read to their ends yet, in order. */
  readonly waiting: readonly SeenStatement[];
  /** Of heads that were read to their ends, in order; old ones are dropped. */
  readonly marks: readonly LogMark[];
  readonly tail: IndexTail;
  /** Entries that were accepted: more than the tail's while a head is being read. */
  readonly done: number;
  /** What the next batch must follow. */
  readonly previous: string;
  readonly lastWindow: number | null;
  readonly salt: string | null;
  readonly nextRound: number;
  readonly observed: number | null;
  readonly ended: LogEnd | null;
}

/** The log of a validator of whom nothing was seen. */
export const NO_LOG: PeerLog = {
  end: null,
  endBlock: -1,
  waiting: [],
  marks: [],
  tail: NO_TAIL,
  done: 0,
  previous: FIRST_PREVIOUS,
  lastWindow: null,
  salt: null,
  nextRound: 0,
  observed: null,
  ended: null,
};

/** What reading needs. */
export interface LogReading {
  readonly source: ObjectSource;
  readonly owner: IndexOwner;
  /** Environments that vote, sorted by id. */
  readonly envs: readonly Environment[];
  readonly parameters: Pick<Parameters, "windowBlocks" | "roundsPerWindow" | "regradeAnswers">;
  /** Hash of a finalized block. */
  readonly blockHash: (number: number) => Promise<string>;
  readonly sandbox: Sandbox | null;
  readonly signal?: AbortSignal;
  /** Makes durable what was accepted; called every some batches and at the end of a head. */
  readonly save: (log: PeerLog, rounds: readonly PeerRounds[], epochs: readonly PeerEpoch[]) => Promise<void>;
}

/** Accepted objects that are kept in memory until they are made durable. */
const SAVED_TOGETHER = 32;
/** Largest objects that are read; an honest batch is far smaller, and a reader has it in memory. */
export const MAX_BATCH_BYTES: number = 64 * 2 ** 20;
/** See {@linkcode MAX_BATCH_BYTES}: the same, unpacked. */
export const MAX_BATCH_SIZE: number = 256 * 2 ** 20;
/** Statements that are kept of somebody who cannot be read: weeks of them; a newer one names all that the older ones did. */
const MAX_WAITING = 512;
/** Hex digits of a whole end of a salt chain. */
const WHOLE_END = 64;
/** Refusals that prove nothing: the bytes are not those that were committed, or are not there. */
const PASSING: readonly string[] = ["missing", "object_hash"];

/** Notes what a validator has on chain. Statements that were seen before, or are older, change nothing. */
export function seeStatement(log: PeerLog, statement: SeenStatement): PeerLog {
  const last = log.waiting.at(-1)?.block ?? log.marks.at(-1)?.block ?? log.endBlock;
  if (log.ended || statement.block <= last) return log;
  if (log.end === null) {
    // Half an end reminds of one that stood there whole: a log begins with that one, which leaves nothing to choose.
    if (statement.end.length < WHOLE_END) return log;
    const first = { ...log, end: statement.end, endBlock: statement.block };
    return statement.head === null ? first : { ...first, waiting: [statement] };
  }
  if (isSameEnd(statement.end, log.end) && statement.head === null) return log;
  return { ...log, waiting: [...log.waiting, statement].slice(-MAX_WAITING) };
}

/** Reads every statement that waits. Returns why it stopped before the last one, or null. @throws whatever is our own failure. */
export async function readWaiting(
  log: PeerLog,
  reading: (statement: SeenStatement) => LogReading,
): Promise<string | null> {
  let now = log;
  while (now.waiting.length > 0 && now.ended === null) {
    const statement = now.waiting[0]!;
    const at = reading(statement);
    at.signal?.throwIfAborted();
    try {
      now = await readHead(now, statement, at);
    } catch (error) {
      if (error instanceof BucketError || (error instanceof RecordError && PASSING.includes(error.code))) {
        return error.message;
      }
      throw error;
    }
  }
  return null;
}

/** Reads one head to its end, or to where the log ends. @throws {BucketError} @throws {RecordError} what is tried again. */
async function readHead(log: PeerLog, statement: SeenStatement, reading: LogReading): Promise<PeerLog> {
  const draft = new Draft(log, reading);
  const { block } = statement;
  try {
    if (!isSameEnd(statement.end, log.end!)) throw refuse("end", "it committed the end of another salt chain");
    if (statement.head !== null) {
      const { tail, fresh } = await growTail(reading.source, statement.head, reading.owner, log.tail);
      for (const entry of fresh) {
        reading.signal?.throwIfAborted();
        if (entry.seq < draft.log.done) continue;
        await readEntry(draft, entry, statement, reading);
      }
      draft.log = { ...draft.log, tail };
    }
  } catch (error) {
    if (!(error instanceof RecordError) || PASSING.includes(error.code)) {
      await draft.save();
      throw error;
    }
    draft.log = { ...draft.log, ended: { block, code: error.code, reason: error.message } };
  }
  const { nextRound, observed, waiting, marks } = draft.log;
  draft.log = { ...draft.log, waiting: waiting.slice(1), marks: [...marks, { block, nextRound, observed }] };
  await draft.save();
  return draft.log;
}

/** A log that grows, and what came with it since it was saved. */
class Draft {
  log: PeerLog;
  rounds: PeerRounds[] = [];
  epochs: PeerEpoch[] = [];
  readonly #save: LogReading["save"];
  constructor(log: PeerLog, { save }: LogReading) {
    this.log = log;
    this.#save = save;
  }
  async save(): Promise<void> {
    const { log, rounds, epochs } = this;
    this.rounds = [];
    this.epochs = [];
    await this.#save(log, rounds, epochs);
  }
}

async function readEntry(
  draft: Draft,
  entry: IndexEntry,
  statement: SeenStatement,
  reading: LogReading,
): Promise<void> {
  if (entry.bytes > MAX_BATCH_BYTES || entry.size > MAX_BATCH_SIZE) {
    throw refuse("object_too_large", `${nameOf(entry)} has ${entry.bytes} bytes, more than any that is read`);
  }
  const done = entry.seq + 1;
  const { validator } = reading.owner;
  if (entry.kind === "epoch") {
    const observed = observedIn((await fetchEpoch(reading.source, entry)).input);
    if (observed !== null) draft.epochs.push({ validator, epoch: entry.number, observed: canonical(observed) });
    draft.log = { ...draft.log, done, observed: observed === null ? draft.log.observed : entry.number };
  } else {
    const batch = await fetchBatch(reading.source, entry);
    const { rounds, nextRound } = await checkBatch(batch, { log: draft.log, statement, reading });
    draft.rounds.push(rounds);
    const { window: lastWindow, salt } = batch.head;
    draft.log = { ...draft.log, done, nextRound, lastWindow, salt, previous: batchDigest(batch.head) };
  }
  if (draft.rounds.length + draft.epochs.length >= SAVED_TOGETHER) await draft.save();
}

/** Everything that makes a batch count. @throws {RecordError} if it does not. */
async function checkBatch(
  batch: Batch,
  { log, statement, reading }: { log: PeerLog; statement: SeenStatement; reading: LogReading },
): Promise<{ rounds: PeerRounds; nextRound: number }> {
  const { envs, owner, parameters } = reading;
  const { window, blockHash, salt } = batch.head;
  const { validator, netuid } = owner;
  const { digest, records } = verifyBatch(batch, {
    ...owner,
    previous: log.previous,
    lastWindow: log.lastWindow,
    salt: { end: log.salt ?? log.end!, position: 0 },
    permitted: (hotkey) => hotkey === validator,
  });
  const start = window * parameters.windowBlocks;
  // Whoever commits a chain of salts with the block before his eyes could choose his tasks.
  if (start <= log.endBlock) throw refuse("salt", `window ${window} began before its salts were committed`);
  if (start >= statement.block) throw refuse("window", `window ${window} began after its head was committed`);
  if (await reading.blockHash(start) !== blockHash) {
    throw refuse("block_hash", `the batch of window ${window} names another block ${start} than the chain has`);
  }
  const block = roundsOf(records, {
    ...parameters,
    netuid,
    validator,
    window,
    blockHash,
    salt,
    nextRound: log.nextRound,
    envs,
  });
  const sample = sampleOf(records, { blockHash: statement.hash, digest, count: parameters.regradeAnswers });
  for (const record of sample) {
    reading.signal?.throwIfAborted();
    const environment = envs.find(({ id }) => id === record.env)!;
    const task = taskOf(record, environment, { salt, blockHash, netuid, validator });
    const again = await regrade(record, { environment, task }, reading.sandbox);
    if (again.same !== false) continue;
    const { grade } = again;
    throw refuse(
      "score",
      `in the batch of window ${window} the answer of ${record.contender} to round ${record.round} (${record.env}) is ` +
        `${record.status} with score ${record.score}, but it is ${grade.status} with score ${grade.score}`,
    );
  }
  const nextRound = block.first + block.rounds;
  return { nextRound, rounds: { validator, window, first: block.first, end: nextRound, packed: packRounds(block) } };
}

function refuse(code: string, why: string): RecordError {
  return new RecordError(`A log is refused: ${why}`, { code });
}

/** The newest mark under a head that was committed in a block or before; null if there is none. */
export function markAt(log: PeerLog, block: number): LogMark | null {
  return log.marks.findLast((mark) => mark.block <= block) ?? null;
}

/** Whether the log was read to its end up to the head that was committed in a block. */
export function isReadTo(log: PeerLog, block: number): boolean {
  const next = log.waiting[0]?.block ?? Infinity;
  return log.ended !== null || (next > block && (log.marks.at(-1)?.block ?? -1) >= block);
}

/** The log without marks that no later epoch can ask for, where it counts up to a block. */
export function dropMarks(log: PeerLog, block: number): PeerLog {
  const at = log.marks.findLastIndex((mark) => mark.block <= block);
  return at > 0 ? { ...log, marks: log.marks.slice(at) } : log;
}
