/**
 * The index of a validator as a reader keeps it for months: hashes of the full pages and the entries of the newest one. Enough to
 * follow a newer head and to tell a history that was rewritten; memory grows by 64 characters a page.
 * @module
 */
import { RecordError } from "../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../port/bucket.ts";
import { checkPrevious, type FoundPage } from "../record/history.ts";
import { entryText, type IndexOwner, nameOf, NO_PAGE } from "../record/index_head.ts";
import { fetchPage } from "./follow.ts";

/** What is kept of an index. */
export interface IndexTail {
  /** Hash of the newest page's object; null before the first. */
  readonly head: string | null;
  /** Hashes of the full pages before the newest one, in order. */
  readonly pages: readonly string[];
  /** Entries of the newest page. */
  readonly entries: readonly IndexEntry[];
  /** Newest numbers of the pages before it, -1 for none: numbers only rise. */
  readonly batch: number;
  readonly epoch: number;
}

/** The index of a validator of whom nothing was seen. */
export const NO_TAIL: IndexTail = { head: null, pages: [], entries: [], batch: -1, epoch: -1 };

/** Most pages between two heads that are followed: eleven years of entries. */
const MAX_BEHIND = 4096;

/** A tail that grew. */
export interface Grown {
  readonly tail: IndexTail;
  /** Entries that came new, in order. */
  readonly fresh: readonly IndexEntry[];
}

/**
 * Follows a newer head down to what is kept.
 * @throws {RecordError} code `index_rollback` or `index_fork` where it does not descend from what is kept, `missing`, or a refusal of
 * a page. @throws BucketError if it cannot be read now.
 */
export async function growTail(
  source: ObjectSource,
  head: string,
  owner: IndexOwner,
  seen: IndexTail = NO_TAIL,
): Promise<Grown> {
  if (head === seen.head) return { tail: seen, fresh: [] };
  const found: FoundPage[] = [];
  for (let hash = head;;) {
    const one = await fetchPage(source, hash, owner);
    if (found.length > 0) checkPrevious(one, found.at(-1)!);
    found.push(one);
    const { page, previous } = one.page.head;
    if (page < seen.pages.length) {
      throw refuse("index_rollback", `it ends before page ${seen.pages.length}, which was seen`);
    }
    if (page === seen.pages.length) {
      const known = seen.pages.at(-1) ?? NO_PAGE;
      if (previous !== known) throw refuse("index_fork", `page ${page - 1} was another one before (object ${known})`);
      return join(seen, found.reverse());
    }
    if (found.length >= MAX_BEHIND) throw refuse("index_fork", `more than ${MAX_BEHIND} pages came at once`);
    hash = previous;
  }
}

/** Joins pages, the oldest first, to what is kept: the first one is the newest kept page again, grown. */
function join(seen: IndexTail, found: readonly FoundPage[]): Grown {
  const [first, ...rest] = found;
  const now = first!.page.entries;
  seen.entries.forEach((before, i) => {
    const after = now[i];
    const was = `${nameOf(before)} (object ${before.hash}, entry ${before.seq})`;
    if (after === undefined) throw refuse("index_rollback", `it ends before ${was}, which it had published`);
    if (entryText(after) !== entryText(before)) {
      throw refuse("index_fork", `${was} was published, and now ${nameOf(after)} (object ${after.hash}) stands there`);
    }
  });
  const fresh = [...now.slice(seen.entries.length), ...rest.flatMap(({ page }) => page.entries)];
  const newest = { batch: seen.batch, epoch: seen.epoch };
  let kept = newest;
  for (const { page } of found) {
    kept = { ...newest };
    for (const { kind, number } of page.entries) {
      if (number <= newest[kind]) {
        throw refuse("index_order", `${nameOf({ kind, number })} comes after ${newest[kind]}`);
      }
      newest[kind] = number;
    }
  }
  const last = found.at(-1)!;
  const pages = [...seen.pages, ...found.slice(0, -1).map(({ hash }) => hash)];
  return { tail: { head: last.hash, pages, entries: last.page.entries, ...kept }, fresh };
}

function refuse(code: "index_rollback" | "index_fork" | "index_order", why: string): RecordError {
  return new RecordError(`An index is refused: ${why}`, { code });
}
