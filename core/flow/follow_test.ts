/** Tests of reading a public copy: few requests, and nothing believed. @module */
import assert from "node:assert/strict";
import { RecordError } from "../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../port/bucket.ts";
import { batchDigest } from "../record/batch.ts";
import { batchLines } from "../record/content.ts";
import { NO_PAGE } from "../record/index_head.ts";
import { sealObject } from "../record/object.ts";
import { testBatch, testEntries, testOwner, testPage, testRecord, testValidator } from "../record/testing.ts";
import { fetchBatch, fetchEpoch, followIndex } from "./follow.ts";

const VALIDATOR = testValidator(1);
const OWNER = testOwner(VALIDATOR);

/** Objects in memory, and what was asked for. */
class Memory implements ObjectSource {
  readonly objects = new Map<string, Uint8Array>();
  readonly asked: string[] = [];
  get(hash: string): Promise<Uint8Array | null> {
    this.asked.push(hash);
    return Promise.resolve(this.objects.get(hash) ?? null);
  }
  /** Publishes an index and returns its head. */
  publish(entries: readonly IndexEntry[]): string {
    let previous = NO_PAGE;
    for (let first = 0; first < entries.length; first += 256) {
      const page = testPage(VALIDATOR, entries.slice(first, first + 256), { previous });
      this.objects.set(page.hash, page.data);
      previous = page.hash;
    }
    return previous;
  }
}

function refuses(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof RecordError && thrown.code === code && /^[A-Z].*[^.]$/.test(thrown.message);
}

Deno.test({
  name: "followIndex() makes one request a page that is not known, none for a head that is",
  permissions: "none",
  async fn() {
    const source = new Memory();
    const head = source.publish(testEntries(0, 600));
    const history = await followIndex(source, head, OWNER);
    assert.deepEqual(history.entries, testEntries(0, 600));
    assert.equal(source.asked.length, 3);
    assert.equal(await followIndex(source, head, OWNER, history), history);
    assert.equal(source.asked.length, 3);
    const page = testPage(VALIDATOR, testEntries(512, 100), { previous: history.pages[1]! });
    source.objects.set(page.hash, page.data);
    const later = await followIndex(source, page.hash, OWNER, history);
    assert.equal(later.entries.length, 612);
    assert.equal(source.asked.length, 4);
  },
});

Deno.test({
  name: "followIndex() refuses a missing page, a changed one, a rewritten index and a chain that does not end",
  permissions: "none",
  async fn() {
    const source = new Memory();
    const head = source.publish(testEntries(0, 600));
    const history = await followIndex(source, head, OWNER);
    const forked = new Memory();
    const fork = forked.publish(testEntries(0, 600, "other"));
    await assert.rejects(followIndex(forked, fork, OWNER, history), refuses("index_fork"));
    const back = forked.publish(testEntries(0, 100));
    await assert.rejects(followIndex(forked, back, OWNER, history), refuses("index_rollback"));
    source.objects.set(history.pages[0]!, source.objects.get(head)!);
    await assert.rejects(followIndex(source, head, OWNER), refuses("object_hash"));
    source.objects.delete(history.pages[0]!);
    await assert.rejects(followIndex(source, head, OWNER), refuses("missing"));
    // A page that names one with a higher number would lead round and round.
    const first = testPage(VALIDATOR, testEntries(256, 256));
    const second = testPage(VALIDATOR, testEntries(256, 256), { previous: first.hash });
    for (const { hash, data } of [first, second]) source.objects.set(hash, data);
    await assert.rejects(followIndex(source, second.hash, OWNER), refuses("index_previous"));
    assert.ok(source.asked.length < 20);
  },
});

Deno.test({
  name: "fetchBatch() gives what the entry promises and refuses everything else",
  permissions: "none",
  async fn() {
    const batch = testBatch(VALIDATOR, [testRecord(VALIDATOR.address)]);
    const { data, hash, bytes, size } = sealObject(batchLines(batch));
    const source = new Memory();
    const digest = batchDigest(batch.head);
    const entry: IndexEntry = { seq: 0, kind: "batch", number: batch.head.window, digest, hash, bytes, size };
    await assert.rejects(fetchBatch(source, entry), refuses("missing"));
    source.objects.set(hash, data);
    assert.deepEqual(await fetchBatch(source, entry), batch);
    await assert.rejects(fetchEpoch(source, entry), refuses("content_kind"));
    source.objects.set(hash, data.subarray(1));
    await assert.rejects(fetchBatch(source, entry), refuses("object_hash"));
  },
});
