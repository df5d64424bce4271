/** Reading a validator's public copy: from the newest head back to what is known, and the objects that the index names. @module */
import { RecordError } from "../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../port/bucket.ts";
import type { EpochRow } from "../port/store.ts";
import type { Batch } from "../record/batch.ts";
import { openBatch, openEpoch } from "../record/content.ts";
import {
  checkPrevious,
  extendHistory,
  type FoundPage,
  type IndexHistory,
  needsPrevious,
  NO_HISTORY,
} from "../record/history.ts";
import type { IndexOwner } from "../record/index_head.ts";
import { MAX_PAGE_BYTES, openPage } from "../record/page.ts";

/**
 * The index under a head, verified, down to what was seen before: one request for each page in between.
 * @param head hash of the newest page's object, as its validator committed it.
 * @throws {RecordError} `missing` if an object is not there, or a refusal of page, object or history.
 * @throws BucketError if it cannot be read now.
 */
export async function followIndex(
  source: ObjectSource,
  head: string,
  owner: IndexOwner,
  seen: IndexHistory = NO_HISTORY,
): Promise<IndexHistory> {
  if (head === seen.head) return seen;
  const found: FoundPage[] = [];
  for (let hash = head;;) {
    const one = await fetchPage(source, hash, owner);
    // Looked at before the next request: a chain that makes no sense is not followed.
    if (found.length > 0) checkPrevious(one, found.at(-1)!);
    found.push(one);
    if (!needsPrevious(one, seen)) return extendHistory(seen, found);
    hash = one.page.head.previous;
  }
}

/** A page of the index, opened. @throws {RecordError} @throws BucketError */
export async function fetchPage(source: ObjectSource, hash: string, owner: IndexOwner): Promise<FoundPage> {
  return { hash, page: openPage(await fetched(source, hash, MAX_PAGE_BYTES, "a page of the index"), hash, owner) };
}

/** The batch of an entry; see `openBatch` for what is not checked. @throws {RecordError} @throws BucketError */
export async function fetchBatch(source: ObjectSource, entry: IndexEntry): Promise<Batch> {
  return openBatch(await fetched(source, entry.hash, entry.bytes, `the batch of window ${entry.number}`), entry);
}

/** The epoch of an entry. @throws {RecordError} @throws BucketError */
export async function fetchEpoch(source: ObjectSource, entry: IndexEntry): Promise<EpochRow> {
  return openEpoch(await fetched(source, entry.hash, entry.bytes, `epoch ${entry.number}`), entry);
}

async function fetched(source: ObjectSource, hash: string, maxBytes: number, what: string): Promise<Uint8Array> {
  const data = await source.get(hash, maxBytes);
  if (data === null) throw new RecordError(`Object ${hash} (${what}) is not there`, { code: "missing" });
  return data;
}
