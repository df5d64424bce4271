/** What the journal keeps of the published index: only ever the next entry, and journals of earlier versions get the tables. @module */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { AfError } from "../core/base/errors.ts";
import type { PageRow } from "../core/port/store.ts";
import { makeIndexHead, NO_PAGE } from "../core/record/index_head.ts";
import { testEntries, testOwner, testValidator } from "../core/record/testing.ts";
import { Journal } from "../core/store/journal.ts";

const VALIDATOR = testValidator(3);
const OWNER = testOwner(VALIDATOR);
const IDENTITY = { ...OWNER, parameters: "aa".repeat(32) };

async function withJournal(work: (journal: Journal, folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "af-index-" });
  const journal = new Journal(folder);
  try {
    journal.open(IDENTITY);
    work(journal, folder);
  } finally {
    journal.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function conflicts(work: () => void): void {
  throws(work, (thrown: unknown) => thrown instanceof AfError && thrown.code === "conflict");
}

function page(count: number, change: Partial<PageRow> = {}): PageRow {
  const head = makeIndexHead({ ...OWNER, page: 0, previous: NO_PAGE }, testEntries(0, count));
  return { head, signature: "ab".repeat(64), hash: `${count}`.padStart(64, "0"), ...change };
}

Deno.test("putEntry() takes the next entry or the same again, and nothing else", async () => {
  await withJournal((journal, folder) => {
    deepEqual(journal.indexState(), { entries: 0, window: -1, epoch: -1, waiting: 0 });
    const entries = testEntries(0, 5);
    conflicts(() => journal.putEntry(entries[1]!));
    for (const entry of entries) journal.putEntry(entry);
    journal.putEntry(entries[2]!);
    conflicts(() => journal.putEntry({ ...entries[2]!, hash: "ee".repeat(32) }));
    conflicts(() => journal.putEntry({ ...testEntries(5, 1)[0]!, number: 2 }));
    deepEqual(journal.entries(1, 3), entries.slice(1, 4));
    deepEqual(journal.indexState(), { entries: 5, window: 4, epoch: 2, waiting: 0 });
    // Another program cannot take an entry back by accident either.
    const db = new DatabaseSync(join(folder, "journal.db"));
    throws(() => db.exec("DELETE FROM index_entries WHERE seq = 4"), /never change/);
    throws(() => db.exec("UPDATE index_entries SET hash = ''"), /never change/);
    db.close();
  });
});

Deno.test("putPage() keeps one object for each length of a page, and lastPage() gives the longest", async () => {
  await withJournal((journal) => {
    equal(journal.lastPage(), null);
    journal.putPage(page(2));
    journal.putPage(page(5));
    journal.putPage(page(2));
    conflicts(() => journal.putPage(page(5, { hash: "ee".repeat(32) })));
    deepEqual(journal.lastPage(), page(5));
    deepEqual(journal.lastPage(0), page(5));
    equal(journal.lastPage(1), null);
    ok(journal.hasPage(page(2).hash) && !journal.hasPage("ee".repeat(32)));
  });
});

Deno.test("a journal of an earlier version gets the tables when it is written, and is read without them", async () => {
  await withJournal((journal, folder) => {
    journal.putEntry(testEntries(0, 1)[0]!);
    journal.close();
    const db = new DatabaseSync(join(folder, "journal.db"));
    db.exec("DROP TABLE index_entries; DROP TABLE index_pages");
    db.close();
    const reader = new Journal(folder);
    reader.openForReading();
    deepEqual([reader.entries(0, 9), reader.lastPage(), reader.hasPage("")], [[], null, false]);
    reader.close();
    journal.open(IDENTITY);
    deepEqual(journal.indexState(), { entries: 0, window: -1, epoch: -1, waiting: 0 });
    journal.putEntry(testEntries(0, 1)[0]!);
  });
});
