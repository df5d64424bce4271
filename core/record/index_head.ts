/**
 * Heads of index pages: what is signed of the index, and its entries. Apart from the pages' objects, so that whoever signs needs to
 * load no compressor.
 * @module
 */
import { utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { IndexEntry } from "../port/bucket.ts";
import type { IndexHead } from "../port/signer.ts";
import { merkleRoot } from "./merkle.ts";
import { hasExactly, isMatch, isObject, isWhole } from "./shape.ts";

/** Domain tag: what was signed as an index page can be taken for nothing else. */
export const INDEX_TAG = "af-index-v1";
/** Entries of a full page. */
export const PAGE_ENTRIES = 256;
/** Most pages: 16 million entries, more than 60 years of windows. */
export const MAX_PAGES = 65_536;
/** What page 0 names as the page before. */
export const NO_PAGE: string = "0".repeat(64);
/** Whose index it is. */
export interface IndexOwner {
  readonly genesis: string;
  readonly netuid: number;
  readonly validator: string;
}

/** Reasons for refusing a page, the `code` of its RecordError; those of its object are in core/record/object.ts. */
export const PAGE_REFUSALS = [
  "index_head",
  "index_entry",
  "index_genesis",
  "index_netuid",
  "index_validator",
  "index_signature",
  "index_count",
  "index_root",
  "index_sequence",
  "index_order",
] as const;
/** One of {@linkcode PAGE_REFUSALS}. */
export type PageRefusal = typeof PAGE_REFUSALS[number];

/**
 * The bytes that are signed: the tag, a line feed, the canonical JSON of the head. More than 256 bytes, as a batch's: a chain hashes
 * payloads of that length before it checks their signature, so a signed page can never be a signed extrinsic.
 */
export function indexBytes(head: IndexHead): Uint8Array<ArrayBuffer> {
  return utf8(`${INDEX_TAG}\n${canonical(checkIndexHead(head))}`);
}

/** Digest of what is signed: tells two heads apart, whatever their signatures. 64 hex digits. */
export function indexDigest(head: IndexHead): string {
  return sha256Hex(indexBytes(head));
}

/** Entries that the index holds up to the end of this page. */
export function indexEnd(head: IndexHead): number {
  return head.page * PAGE_ENTRIES + head.count;
}

/** The head for these entries of a page. @throws {RecordError} if they are no page. */
export function makeIndexHead(
  fields: IndexOwner & { readonly page: number; readonly previous: string },
  entries: readonly IndexEntry[],
): IndexHead {
  const { genesis, netuid, validator, page, previous } = fields;
  const root = merkleRoot(entries.map(entryText));
  return checkIndexHead({ genesis, netuid, validator, page, count: entries.length, root, previous });
}

/** The only spelling of an entry. */
export function entryText(entry: IndexEntry): string {
  const { seq, kind, number, digest, hash, bytes, size } = entry;
  return canonical({ seq, kind, number, digest, hash, bytes, size });
}

/** What people call an entry: `the batch of window 7`. */
export function nameOf({ kind, number }: Pick<IndexEntry, "kind" | "number">): string {
  return kind === "batch" ? `the batch of window ${number}` : `epoch ${number}`;
}

const HEX = /^[0-9a-f]{64}$/;
const HEAD_SHAPE: { readonly [key in keyof IndexHead]: (value: unknown) => boolean } = {
  genesis: (value) => isMatch(value, /^0x[0-9a-f]{64}$/),
  netuid: (value) => isWhole(value, 65_535),
  validator: (value) => isMatch(value, /^[1-9A-HJ-NP-Za-km-z]{44,52}$/),
  page: (value) => isWhole(value, MAX_PAGES - 1),
  count: (value) => isWhole(value, PAGE_ENTRIES) && value !== 0,
  root: (value) => isMatch(value, HEX),
  previous: (value) => isMatch(value, HEX),
};

/** Checks the shape of an untrusted head. @throws {RecordError} code `index_head`, naming the field. */
export function checkIndexHead(value: unknown): IndexHead {
  if (!isObject(value) || !hasExactly(value, Object.keys(HEAD_SHAPE))) {
    throw refusePage("index_head", null, "its head has missing or unknown fields");
  }
  const wrong = Object.entries(HEAD_SHAPE).find(([key, holds]) => !holds(value[key]));
  if (wrong) throw refusePage("index_head", null, `${wrong[0]} of its head is malformed`);
  if ((value.page === 0) !== (value.previous === NO_PAGE)) {
    throw refusePage("index_head", null, "page 0, and only page 0, has none before it");
  }
  return value as unknown as IndexHead;
}

/** The error of a refused page. */
export function refusePage(code: PageRefusal, head: IndexHead | null, why: string): RecordError {
  return new RecordError(`An index page${head === null ? "" : ` (page ${head.page})`} is refused: ${why}`, { code });
}
