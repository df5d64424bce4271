/** What objects hold: a batch with its records, or an epoch as the journal keeps it. Lines for writers, checks for readers. @module */
import { canonical } from "../base/canonical.ts";
import { errorText, RecordError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { IndexEntry } from "../port/bucket.ts";
import type { EpochRow } from "../port/store.ts";
import { type Batch, batchDigest, checkHead, MAX_BATCH_RECORDS } from "./batch.ts";
import { openObject } from "./object.ts";

/** Lines of a batch's object: head and signature, then the records as they were signed. */
export function batchLines({ head, signature, leaves }: Batch): string[] {
  return [canonical({ kind: "batch", head, signature }), ...leaves];
}

/** Lines of an epoch's object: its facts, what went into the decision, what came out. Input and output are texts of canonical JSON. */
export function epochLines({ epoch, block, hash, nextRound, input, output }: EpochRow): string[] {
  return [canonical({ kind: "epoch", epoch, block, hash, nextRound }), input, output];
}

/** Digest of an epoch's lines, 64 hex digits. */
export function epochDigest(row: EpochRow): string {
  return sha256Hex(epochLines(row).map((line) => `${line}\n`).join(""));
}

/** Reasons for refusing what an object holds, the `code` of its RecordError. */
export const CONTENT_REFUSALS = ["content_kind", "content_batch", "content_epoch", "content_digest"] as const;
/** One of {@linkcode CONTENT_REFUSALS}. */
export type ContentRefusal = typeof CONTENT_REFUSALS[number];

/**
 * The batch that an entry of a verified index promises; its signature, records and place in the chain are not checked here, see
 * `verifyBatch`.
 * @throws {RecordError} one of {@linkcode CONTENT_REFUSALS}, `head`, or of the object's refusals.
 */
export function openBatch(data: Uint8Array, entry: IndexEntry): Batch {
  const [first, ...leaves] = lines(data, entry, "batch", 1 + MAX_BATCH_RECORDS);
  const fields = readFirst(first!, entry, ["head", "kind", "signature"]);
  const head = checkHead(fields.head);
  if (typeof fields.signature !== "string") throw refuse("content_batch", entry, "it has no signature");
  if (head.window !== entry.number) throw refuse("content_batch", entry, `it holds window ${head.window}`);
  if (batchDigest(head) !== entry.digest) throw refuse("content_digest", entry, "its head has another digest");
  return { head, signature: fields.signature, leaves };
}

/**
 * The epoch that an entry of a verified index promises; input and output are JSON, of whatever content.
 * @throws {RecordError} one of {@linkcode CONTENT_REFUSALS} or of the object's refusals.
 */
export function openEpoch(data: Uint8Array, entry: IndexEntry): EpochRow {
  const [first, input, output] = lines(data, entry, "epoch", 3);
  const { epoch, block, hash, nextRound } = readFirst(first!, entry, ["block", "epoch", "hash", "kind", "nextRound"]);
  const whole = [epoch, block, nextRound].every((value) => Number.isSafeInteger(value) && (value as number) >= 0);
  if (!whole || !/^0x[0-9a-f]{64}$/.test(String(hash)) || input === undefined || output === undefined) {
    throw refuse("content_epoch", entry, "a part of it is missing or malformed");
  }
  if (epoch !== entry.number) throw refuse("content_epoch", entry, `it holds epoch ${epoch}`);
  for (const text of [input, output]) parse(text, entry);
  const row = { epoch, block, hash, nextRound, input, output } as EpochRow;
  if (epochDigest(row) !== entry.digest) throw refuse("content_digest", entry, "its lines have another digest");
  return row;
}

function lines(data: Uint8Array, entry: IndexEntry, kind: IndexEntry["kind"], most: number): string[] {
  if (entry.kind !== kind) throw refuse("content_kind", entry, `it is no ${kind}`);
  const { hash, bytes, size } = entry;
  return openObject(data, { hash, bytes, size, exact: true, lines: most });
}

function readFirst(line: string, entry: IndexEntry, keys: readonly string[]): Record<string, unknown> {
  const value = parse(line, entry);
  const fields = typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  if (fields.kind !== entry.kind || Object.keys(fields).sort().join() !== keys.join() || canonical(fields) !== line) {
    throw refuse("content_kind", entry, `its first line is not that of a ${entry.kind}`);
  }
  return fields;
}

function parse(text: string, entry: IndexEntry): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse("content_kind", entry, `a line is not JSON (${errorText(cause).slice(0, 80)})`);
  }
}

function refuse(code: ContentRefusal, entry: IndexEntry, why: string): RecordError {
  const what = entry.kind === "batch" ? `batch of window ${entry.number}` : `object of epoch ${entry.number}`;
  return new RecordError(`The ${what} (${entry.hash.slice(0, 16)}) is refused: ${why}`, { code });
}
