/**
 * The index of a validator as a reader has it: it only ever grows. Pages are read from the newest back to what is known already, then
 * joined here; a head that is not a descendant of what was seen is refused by the name of the first object that differs.
 * @module
 */
import { RecordError } from "../base/errors.ts";
import type { IndexEntry } from "../port/bucket.ts";
import { entryText, nameOf, NO_PAGE, PAGE_ENTRIES } from "./index_head.ts";
import type { IndexPage } from "./page.ts";

/** An index that was verified. */
export interface IndexHistory {
  /** Hash of the newest page's object; null before the first. */
  readonly head: string | null;
  /** Every entry, in order. */
  readonly entries: readonly IndexEntry[];
  /** Hashes of the objects of the full pages that have a page after them, in order. */
  readonly pages: readonly string[];
}

/** The history of a validator of whom nothing was seen. */
export const NO_HISTORY: IndexHistory = { head: null, entries: [], pages: [] };

/** Reasons for refusing a chain of pages, the `code` of its RecordError. */
export const HISTORY_REFUSALS = ["index_previous", "index_order", "index_rollback", "index_fork"] as const;
/** One of {@linkcode HISTORY_REFUSALS}. */
export type HistoryRefusal = typeof HISTORY_REFUSALS[number];

/** A page and the hash of its object. */
export interface FoundPage {
  readonly hash: string;
  readonly page: IndexPage;
}

/** Whether the page before this one has to be fetched: it is neither known nor is there none. */
export function needsPrevious({ page: { head } }: FoundPage, seen: IndexHistory): boolean {
  return head.page > 0 && seen.pages[head.page - 1] !== head.previous;
}

/** Whether `before` is what `after` names. @throws {RecordError} code `index_previous`. */
export function checkPrevious(before: FoundPage, after: FoundPage): void {
  const { head } = after.page;
  if (head.previous !== before.hash) throw refuse("index_previous", "a page names another one before it");
  if (before.page.head.page !== head.page - 1) {
    throw refuse("index_previous", `page ${head.page} comes after page ${before.page.head.page}`);
  }
  if (before.page.head.count !== PAGE_ENTRIES) {
    throw refuse("index_previous", `page ${before.page.head.page} is not full, but another one follows`);
  }
}

/**
 * What is known after these pages: verified ones, the newest first, down to page 0 or to one whose page before is known.
 * @throws {RecordError} with one of {@linkcode HISTORY_REFUSALS} as its code.
 */
export function extendHistory(seen: IndexHistory, found: readonly FoundPage[]): IndexHistory {
  const newest = found[0];
  const oldest = found.at(-1);
  if (!newest || !oldest) return seen;
  if (needsPrevious(oldest, seen)) throw refuse("index_previous", "the chain of pages does not reach what is known");
  found.slice(1).forEach((before, i) => checkPrevious(before, found[i]!));
  const ascending = found.toReversed();
  const first = oldest.page.head.page;
  const entries = [...seen.entries.slice(0, first * PAGE_ENTRIES), ...ascending.flatMap(({ page }) => page.entries)];
  checkDescent(seen.entries, entries, first * PAGE_ENTRIES);
  checkRise(entries, first * PAGE_ENTRIES);
  const pages = [...seen.pages.slice(0, first), ...ascending.slice(0, -1).map(({ hash }) => hash)];
  return { head: newest.hash, entries, pages };
}

/** Everything that was seen must be there still, the same. */
function checkDescent(seen: readonly IndexEntry[], now: readonly IndexEntry[], from: number): void {
  for (let i = from; i < seen.length; i++) {
    const [before, after] = [seen[i]!, now[i]];
    const was = `${nameOf(before)} (object ${before.hash}, entry ${i})`;
    if (after === undefined) throw refuse("index_rollback", `it ends before ${was}, which it had published`);
    if (entryText(after) !== entryText(before)) {
      throw refuse("index_fork", `${was} was published, and now ${nameOf(after)} (object ${after.hash}) stands there`);
    }
  }
}

/** Numbers of a kind only rise, over the borders of pages too. */
function checkRise(entries: readonly IndexEntry[], from: number): void {
  for (const kind of ["batch", "epoch"] as const) {
    const before = entries.slice(0, from).findLast((entry) => entry.kind === kind);
    let last = before?.number ?? -1;
    for (const entry of entries.slice(from)) {
      if (entry.kind !== kind) continue;
      if (entry.number <= last) throw refuse("index_order", `${nameOf(entry)} comes after ${last}`);
      last = entry.number;
    }
  }
}

function refuse(code: HistoryRefusal, why: string): RecordError {
  return new RecordError(`An index is refused: ${why}`, { code });
}

/** Hash that a page after this history names as the one before it. */
export function previousOf(page: number, pages: readonly string[]): string {
  return page === 0 ? NO_PAGE : pages[page - 1]!;
}
