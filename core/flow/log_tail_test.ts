import { deepEqual, equal, rejects } from "node:assert/strict";
import type { IndexEntry } from "../port/bucket.ts";
import { PAGE_ENTRIES } from "../record/index_head.ts";
import { testEntries, testOwner, testPage, testValidator } from "../record/testing.ts";
import { growTail, NO_TAIL } from "./log_tail.ts";

const VALIDATOR = testValidator(1);
const OWNER = testOwner(VALIDATOR);

/** A source that pages are added to. */
class Pages {
  readonly objects = new Map<string, Uint8Array>();
  requests = 0;
  get(hash: string): Promise<Uint8Array | null> {
    this.requests++;
    return Promise.resolve(this.objects.get(hash) ?? null);
  }
  /** Publishes a history of so many entries; returns its head. */
  publish(entries: readonly IndexEntry[]): string {
    let previous: string | undefined;
    for (let at = 0; at < entries.length; at += PAGE_ENTRIES) {
      const { hash, data } = testPage(VALIDATOR, entries.slice(at, at + PAGE_ENTRIES), previous ? { previous } : {});
      this.objects.set(hash, data);
      previous = hash;
    }
    return previous!;
  }
}

Deno.test({
  name: "growTail() follows newer heads with one request a page and keeps only the newest one's entries",
  permissions: "none",
  async fn() {
    const pages = new Pages();
    const first = await growTail(pages, pages.publish(testEntries(0, 100)), OWNER);
    deepEqual(first.fresh, testEntries(0, 100));
    // Signatures are random, so what stays must be the same object: publishing anew would be another page.
    const more = await growTail(pages, pages.publish(testEntries(0, 2 * PAGE_ENTRIES + 3)), OWNER, first.tail);
    deepEqual(more.fresh, testEntries(100, 2 * PAGE_ENTRIES - 97));
    equal(more.tail.pages.length, 2);
    deepEqual(more.tail.entries, testEntries(2 * PAGE_ENTRIES, 3));
    equal(pages.requests, 4);
    deepEqual(await growTail(pages, more.tail.head!, OWNER, more.tail), { tail: more.tail, fresh: [] });
  },
});

Deno.test({
  name: "growTail() names the first entry that was rewritten or taken back",
  permissions: "none",
  async fn() {
    const pages = new Pages();
    const { tail } = await growTail(pages, pages.publish(testEntries(0, 100)), OWNER);
    const other = [...testEntries(0, 50), ...testEntries(50, 60, "other")];
    await rejects(() => growTail(pages, pages.publish(other), OWNER, tail), {
      code: "index_fork",
      message: /epoch 50|window 50/,
    });
    await rejects(() => growTail(pages, pages.publish(testEntries(0, 99)), OWNER, tail), { code: "index_rollback" });
    await rejects(() => growTail(pages, "77".repeat(32), OWNER, tail), { code: "missing" });
    const long = await growTail(pages, pages.publish(testEntries(0, PAGE_ENTRIES + 1)), OWNER);
    await rejects(() => growTail(pages, pages.publish(testEntries(0, PAGE_ENTRIES + 2)), OWNER, long.tail), {
      code: "index_fork",
    });
    await rejects(() => growTail(pages, pages.publish(testEntries(0, 90)), OWNER, long.tail), {
      code: "index_rollback",
    });
    deepEqual((await growTail(pages, tail.head!, OWNER, NO_TAIL)).tail, tail);
  },
});
