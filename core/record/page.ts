/**
 * Pages of the index: which objects a validator published, in order, under one signature a page. A page names the object of the one
 * before it; only the newest is not full, and is written anew, as another object, whenever something was published.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { errorText } from "../base/errors.ts";
import { ENTRY_KINDS, type IndexEntry } from "../port/bucket.ts";
import type { IndexHead } from "../port/signer.ts";
import {
  checkIndexHead,
  entryText,
  indexBytes,
  type IndexOwner,
  MAX_PAGES,
  nameOf,
  PAGE_ENTRIES,
  refusePage,
} from "./index_head.ts";
import { merkleRoot } from "./merkle.ts";
import { MAX_OBJECT_BYTES, openObject } from "./object.ts";
import { hasExactly, isMatch, isObject, isWhole } from "./shape.ts";
import { isSignedBy } from "./signature.ts";

/** Most bytes of a page's object, compressed or not. */
export const MAX_PAGE_BYTES: number = 256 * 1024;
/** Most characters of an entry's line. */
const MAX_ENTRY_CHARS = 512;

/** A page as it was published. Nothing of it is trusted. */
export interface IndexPage {
  readonly head: IndexHead;
  /** 64 bytes hex. */
  readonly signature: string;
  readonly entries: readonly IndexEntry[];
}

/** Lines of a page's object. */
export function pageLines({ head, signature, entries }: IndexPage): string[] {
  return [canonical({ kind: "index", head, signature }), ...entries.map(entryText)];
}

/**
 * The page in an object that a stranger sent.
 * @throws {RecordError} with one of {@linkcode PAGE_REFUSALS} or of the object's refusals as its code.
 */
export function openPage(data: Uint8Array, hash: string, owner: IndexOwner): IndexPage {
  const limits = { hash, bytes: MAX_PAGE_BYTES, size: MAX_PAGE_BYTES, lines: PAGE_ENTRIES + 1 };
  const [first, ...lines] = openObject(data, limits);
  const page = readFirst(first!);
  const { head } = page;
  if (head.netuid !== owner.netuid) {
    throw refusePage("index_netuid", head, `it is for netuid ${head.netuid}, not ${owner.netuid}`);
  }
  if (head.genesis !== owner.genesis) throw refusePage("index_genesis", head, "it is for another chain");
  if (head.validator !== owner.validator) {
    throw refusePage("index_validator", head, `it is of ${head.validator}, not of ${owner.validator}`);
  }
  if (lines.length !== head.count) {
    throw refusePage("index_count", head, `it has ${lines.length} entries, its head says ${head.count}`);
  }
  if (merkleRoot(lines) !== head.root) {
    throw refusePage("index_root", head, "its entries are not those that were signed");
  }
  if (!isSignedBy(indexBytes(head), page.signature, head.validator)) {
    throw refusePage("index_signature", head, "its signature is not the validator's");
  }
  const entries = lines.map((line) => readEntry(line, head));
  checkOrder(entries, head);
  return { head, signature: page.signature, entries };
}

/** Entries are numbered without gaps, and the numbers of each kind only rise. */
function checkOrder(entries: readonly IndexEntry[], head: IndexHead): void {
  const last: Partial<Record<IndexEntry["kind"], number>> = {};
  entries.forEach((entry, i) => {
    const seq = head.page * PAGE_ENTRIES + i;
    if (entry.seq !== seq) throw refusePage("index_sequence", head, `entry ${entry.seq} stands where ${seq} belongs`);
    if (entry.number <= (last[entry.kind] ?? -1)) {
      throw refusePage("index_order", head, `${nameOf(entry)} comes after ${last[entry.kind]}`);
    }
    last[entry.kind] = entry.number;
  });
}

function readFirst(line: string): { head: IndexHead; signature: string } {
  const value = parseJson(line);
  if (!isObject(value) || !hasExactly(value, ["head", "kind", "signature"]) || value.kind !== "index") {
    throw refusePage("index_head", null, "its first line is no head of an index page");
  }
  const head = checkIndexHead(value.head);
  if (canonical({ kind: "index", head, signature: String(value.signature) }) !== line) {
    throw refusePage("index_head", head, "its first line is not canonical JSON");
  }
  return { head, signature: String(value.signature) };
}

function readEntry(line: string, head: IndexHead): IndexEntry {
  const value = line.length <= MAX_ENTRY_CHARS ? parseJson(line) : undefined;
  const entry = checkEntry(value, head);
  if (entryText(entry) !== line) throw refusePage("index_entry", head, "an entry is not canonical JSON");
  return entry;
}

const HEX = /^[0-9a-f]{64}$/;
const ENTRY_SHAPE: { readonly [key in keyof IndexEntry]: (value: unknown) => boolean } = {
  seq: (value) => isWhole(value, MAX_PAGES * PAGE_ENTRIES - 1),
  kind: (value) => ENTRY_KINDS.some((kind) => kind === value),
  number: (value) => isWhole(value, Number.MAX_SAFE_INTEGER),
  digest: (value) => isMatch(value, HEX),
  hash: (value) => isMatch(value, HEX),
  bytes: (value) => isWhole(value, MAX_OBJECT_BYTES) && value !== 0,
  size: (value) => isWhole(value, MAX_OBJECT_BYTES) && value !== 0,
};

function checkEntry(value: unknown, head: IndexHead): IndexEntry {
  if (!isObject(value) || !hasExactly(value, Object.keys(ENTRY_SHAPE))) {
    throw refusePage("index_entry", head, "an entry has missing or unknown fields");
  }
  const wrong = Object.entries(ENTRY_SHAPE).find(([key, holds]) => !holds(value[key]));
  if (wrong) throw refusePage("index_entry", head, `${wrong[0]} of an entry is malformed`);
  return value as unknown as IndexEntry;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // What is no JSON is no object either, which the caller refuses by its name.
    return { error: errorText(cause) };
  }
}
