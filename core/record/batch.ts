/**
 * Batches: the records of one window under one signature. Whoever reads a batch checks everything here before it counts.
 * @module
 */
import { utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { BatchHead } from "../port/signer.ts";
import type { AnswerRecord } from "../port/store.ts";
import { merkleRoot } from "./merkle.ts";
import { parseRecord } from "./record.ts";
import { verifySalt } from "./seed.ts";
import { isSignedBy } from "./signature.ts";

/** Domain tag: what was signed as a batch can be taken for nothing else. */
export const BATCH_TAG = "af-batch-v1";
/** Digest that stands before the first batch. */
export const FIRST_PREVIOUS: string = "0".repeat(64);
/** Most records of a batch. */
export const MAX_BATCH_RECORDS = 1_000_000;

/**
 * The bytes that are signed: the tag, a line feed, the canonical JSON of the head. Always more than 256 bytes, and a chain hashes
 * payloads of that length before it checks their signature: a signed batch can never be a signed extrinsic.
 */
export function batchBytes(head: BatchHead): Uint8Array<ArrayBuffer> {
  return utf8(`${BATCH_TAG}\n${canonical(checkHead(head))}`);
}

/** Digest of a head, 64 hex digits: what the next batch names as `previous`. */
export function batchDigest(head: BatchHead): string {
  return sha256Hex(batchBytes(head));
}

/** A head for these leaves: the caller fills in who and when, count and root are computed. */
export function makeHead(fields: Omit<BatchHead, "count" | "root">, leaves: readonly string[]): BatchHead {
  return checkHead({ ...fields, count: leaves.length, root: merkleRoot(leaves) });
}

/** A batch as it was published. Nothing of it is trusted. */
export interface Batch {
  /** What was signed. */
  readonly head: BatchHead;
  /** 64 bytes hex. */
  readonly signature: string;
  /** Canonical JSON of the records, in canonical order (round, kind, env, contender). */
  readonly leaves: readonly string[];
}

/** What a reader already knows when it gets a batch of a validator. */
export interface BatchExpectation {
  /** Subnet that the reader follows. */
  readonly netuid: number;
  /** Hash of the chain's first block, 0x and 64 hex digits. */
  readonly genesis: string;
  /** Digest of this validator's last accepted head, {@linkcode FIRST_PREVIOUS} before the first. */
  readonly previous: string;
  /** Window of the last accepted batch, null before the first. */
  readonly lastWindow: number | null;
  /** The salt must lead here in `position + 1` hashes: the committed end with the number of batches before, or the previous salt with 0. */
  readonly salt: { readonly end: string; readonly position: number };
  /** Whether the hotkey may validate. */
  permitted(hotkey: string): boolean;
  /** Whether a head with this digest was accepted before; without it only the last one is known. */
  seen?(digest: string): boolean;
}

/** A batch that verified. */
export interface VerifiedBatch {
  /** Digest of the head, 64 hex digits: what the next batch must name. */
  readonly digest: string;
  /** The leaves as values, in their order. */
  readonly records: readonly AnswerRecord[];
}

/** Reasons for refusing a batch, the `code` of its RecordError. */
export const BATCH_REFUSALS = [
  "head",
  "netuid",
  "genesis",
  "permit",
  "signature",
  "replayed",
  "order",
  "previous",
  "salt",
  "count",
  "root",
  "record",
  "foreign_record",
  "duplicate",
] as const;
/** One of {@linkcode BATCH_REFUSALS}. */
export type BatchRefusal = typeof BATCH_REFUSALS[number];

/**
 * Verifies a batch against what the reader expects of this validator.
 * @throws {RecordError} with one of {@linkcode BATCH_REFUSALS} as its code.
 */
export function verifyBatch(batch: Batch, expectation: BatchExpectation): VerifiedBatch {
  const head = checkHead(batch.head);
  const bytes = batchBytes(head);
  const digest = sha256Hex(bytes);
  if (head.netuid !== expectation.netuid) {
    throw refuse("netuid", `it is for netuid ${head.netuid}, not ${expectation.netuid}`);
  }
  if (head.genesis !== expectation.genesis) throw refuse("genesis", "it is for another chain");
  if (!expectation.permitted(head.validator)) throw refuse("permit", `${head.validator} has no validator permit`);
  if (!isSignedBy(bytes, batch.signature, head.validator)) {
    throw refuse("signature", "its signature is not the validator's");
  }
  if (digest === expectation.previous || expectation.seen?.(digest)) throw refuse("replayed", "it was accepted before");
  if (expectation.lastWindow !== null && head.window <= expectation.lastWindow) {
    throw refuse("order", `its window ${head.window} is not after ${expectation.lastWindow}`);
  }
  if (head.previous !== expectation.previous) throw refuse("previous", "it does not follow the last accepted batch");
  if (!verifySalt(expectation.salt.end, expectation.salt.position, head.salt)) {
    throw refuse("salt", "its salt is not in the committed chain");
  }
  if (batch.leaves.length !== head.count) {
    throw refuse("count", `it has ${batch.leaves.length} records, its head says ${head.count}`);
  }
  if (merkleRoot(batch.leaves) !== head.root) throw refuse("root", "its records are not those that were signed");
  return { digest, records: readLeaves(batch.leaves, head) };
}

/** What to expect after a batch was accepted. */
export function nextExpectation(expectation: BatchExpectation, head: BatchHead): BatchExpectation {
  return {
    ...expectation,
    previous: batchDigest(head),
    lastWindow: head.window,
    salt: { end: head.salt, position: 0 },
  };
}

/** Compares two records of a batch by their canonical order: round, kind, env, contender. */
export function compareRecords(a: AnswerRecord, b: AnswerRecord): number {
  return a.round - b.round || compareText(a.kind, b.kind) || compareText(a.env, b.env) ||
    compareText(a.contender, b.contender);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function readLeaves(leaves: readonly string[], head: BatchHead): AnswerRecord[] {
  let last: AnswerRecord | null = null;
  return leaves.map((leaf) => {
    const record = parseRecord(leaf);
    if (record.window !== head.window || record.validator !== head.validator || record.netuid !== head.netuid) {
      throw refuse("foreign_record", "it holds a record of another window, validator or netuid");
    }
    const order = last === null ? -1 : compareRecords(last, record);
    if (order === 0) throw refuse("duplicate", `it holds two records of ${record.contender} in round ${record.round}`);
    if (order > 0) throw refuse("order", "its records are not in canonical order");
    return last = record;
  });
}

function refuse(code: BatchRefusal, why: string): RecordError {
  return new RecordError(`A batch is refused: ${why}`, { code });
}

const HEX = /^[0-9a-f]{64}$/;
const HASH = /^0x[0-9a-f]{64}$/;
const HEAD_SHAPE: { readonly [key in keyof BatchHead]: (value: unknown) => boolean } = {
  genesis: (value) => isMatch(value, HASH),
  netuid: (value) => isWhole(value, 65535),
  validator: (value) => isMatch(value, /^[1-9A-HJ-NP-Za-km-z]{44,52}$/),
  window: (value) => isWhole(value, Number.MAX_SAFE_INTEGER),
  blockHash: (value) => isMatch(value, HASH),
  count: (value) => isWhole(value, MAX_BATCH_RECORDS),
  root: (value) => isMatch(value, HEX),
  previous: (value) => isMatch(value, HEX),
  salt: (value) => isMatch(value, HEX),
};

function isMatch(value: unknown, shape: RegExp): boolean {
  return typeof value === "string" && shape.test(value);
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** Checks the shape of an untrusted head. @throws {RecordError} code `head`, naming the field. */
export function checkHead(value: unknown): BatchHead {
  if (typeof value !== "object" || value === null) throw refuse("head", "its head is not an object");
  const fields = value as Record<string, unknown>;
  const wrong = Object.entries(HEAD_SHAPE).find(([key, holds]) => !holds(fields[key]));
  if (wrong) throw refuse("head", `${wrong[0]} of its head is missing or malformed`);
  const odd = Object.keys(fields).find((key) => !Object.hasOwn(HEAD_SHAPE, key));
  if (odd !== undefined) throw refuse("head", `its head has the unknown field ${JSON.stringify(odd.slice(0, 40))}`);
  return value as BatchHead;
}
