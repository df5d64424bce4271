/** What was published: the entries of the index and its signed pages. Both only grow. @module */
import { canonical } from "../base/canonical.ts";
import { StoreError } from "../base/errors.ts";
import type { EntryKind, IndexEntry } from "../port/bucket.ts";
import type { IndexHead } from "../port/signer.ts";
import type { IndexState, PageRow } from "../port/store.ts";
import type { Connection, Row } from "./connection.ts";

/** Whether the journal has the tables: one of an earlier version that is only read has not. */
export function hasIndex(db: Connection): boolean {
  return db.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'index_pages'") !== null;
}

/** Adds the next entry, or nothing if the same is there. @throws {StoreError} code `conflict`. */
export function putEntry(db: Connection, entry: IndexEntry): void {
  const { seq, kind, number, digest, hash, bytes, size } = entry;
  db.write(() => {
    const there = readEntries(db, seq, 1)[0];
    if (there && canonical(there) === canonical(entry)) return;
    const { entries, window, epoch } = indexState(db);
    if (seq !== entries || number <= (kind === "batch" ? window : epoch)) {
      throw new StoreError(`Entry ${seq} (${kind} ${number}) is not the next of the index`, { code: "conflict" });
    }
    db.run("INSERT INTO index_entries VALUES (?, ?, ?, ?, ?, ?, ?)", seq, kind, number, digest, hash, bytes, size);
  });
}

/** Entries from this place on, at most `limit`. */
export function readEntries(db: Connection, from: number, limit: number): IndexEntry[] {
  return db.all("SELECT * FROM index_entries WHERE seq >= ? ORDER BY seq LIMIT ?", from, limit).map((row) => ({
    seq: Number(row.seq),
    kind: String(row.kind) as EntryKind,
    number: Number(row.number),
    digest: String(row.digest),
    hash: String(row.hash),
    bytes: Number(row.bytes),
    size: Number(row.size),
  }));
}

/** How far the index has come. */
export function indexState(db: Connection): IndexState {
  const row = db.get(`SELECT
      (SELECT coalesce(max(seq) + 1, 0) FROM index_entries) AS entries,
      (SELECT coalesce(max(number), -1) FROM index_entries WHERE kind = 'batch') AS window,
      (SELECT coalesce(max(number), -1) FROM index_entries WHERE kind = 'epoch') AS epoch`)!;
  const [entries, window, epoch] = [Number(row.entries), Number(row.window), Number(row.epoch)];
  const waiting = db.get(
    `SELECT (SELECT count(*) FROM batches WHERE window > ?) + (SELECT count(*) FROM epochs WHERE epoch > ?) AS waiting`,
    window,
    epoch,
  )!.waiting;
  return { entries, window, epoch, waiting: Number(waiting) };
}

/** Adds a page, or nothing if the same is there. @throws {StoreError} code `conflict` if another of this length is there. */
export function putPage(db: Connection, row: PageRow): void {
  const { page, count } = row.head;
  db.write(() => {
    const there = db.get("SELECT * FROM index_pages WHERE page = ? AND count = ?", page, count);
    if (there && canonical(toPage(there)) === canonical(row)) return;
    if (there) {
      throw new StoreError(`Page ${page} with ${count} entries is in the journal already`, { code: "conflict" });
    }
    db.run("INSERT INTO index_pages VALUES (?, ?, ?, ?, ?)", page, count, canonical(row.head), row.signature, row.hash);
  });
}

/** The newest object of a page, or of all. */
export function lastPage(db: Connection, page?: number): PageRow | null {
  const row = page === undefined
    ? db.get("SELECT * FROM index_pages ORDER BY page DESC, count DESC LIMIT 1")
    : db.get("SELECT * FROM index_pages WHERE page = ? ORDER BY count DESC LIMIT 1", page);
  return row && toPage(row);
}

/** Whether a page with this object was published. */
export function hasPage(db: Connection, hash: string): boolean {
  return db.get("SELECT 1 FROM index_pages WHERE hash = ?", hash) !== null;
}

function toPage(row: Row): PageRow {
  return {
    head: JSON.parse(String(row.head)) as IndexHead,
    signature: String(row.signature),
    hash: String(row.hash),
  };
}
