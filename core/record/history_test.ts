/** Tests of the index as a reader sees it grow: what is not a descendant is refused by the name of the first difference. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RecordError } from "../base/errors.ts";
import type { IndexEntry } from "../port/bucket.ts";
import { extendHistory, type FoundPage, type HistoryRefusal, type IndexHistory, NO_HISTORY } from "./history.ts";
import { NO_PAGE } from "./index_head.ts";
import { testEntries, testPage, testValidator } from "./testing.ts";

const VALIDATOR = testValidator(1);

/** Every page of an index with these entries, the newest first. */
function pagesOf(entries: readonly IndexEntry[]): FoundPage[] {
  const found: FoundPage[] = [];
  for (let first = 0; first < entries.length; first += 256) {
    const made = testPage(VALIDATOR, entries.slice(first, first + 256), { previous: found[0]?.hash ?? NO_PAGE });
    found.unshift({ hash: made.hash, page: made.page });
  }
  return found;
}

/** The pages that a reader fetches who knows this much. */
function news(seen: IndexHistory, pages: readonly FoundPage[]): FoundPage[] {
  const known = pages.findIndex(({ page: { head } }) => head.page > 0 && seen.pages[head.page - 1] === head.previous);
  return pages.slice(0, known < 0 ? undefined : known + 1);
}

function refused(seen: IndexHistory, pages: readonly FoundPage[], code: HistoryRefusal, text = /./): void {
  assert.throws(
    () => extendHistory(seen, pages),
    (error: unknown) => error instanceof RecordError && error.code === code && text.test(error.message),
    `should be refused with ${code}`,
  );
}

Deno.test({
  name: "extendHistory() joins pages whatever was read before, and reads no page twice",
  permissions: "none",
  fn() {
    const all = testEntries(0, 700);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 699 }), { maxLength: 3 }).map((list) =>
      list.sort((a, b) => a - b)
    );
    fc.assert(
      fc.property(cuts, (ends) => {
        let seen = NO_HISTORY;
        // The signatures of two versions of a full page differ, as those of a validator that was killed in between may.
        const whole = pagesOf(all);
        for (const end of [...ends, 700]) {
          const full = whole.filter(({ page }) => (page.head.page + 1) * 256 <= end);
          const rest = all.slice(full.length * 256, end);
          const newest = rest.length === 0
            ? []
            : [testPage(VALIDATOR, rest, { previous: full[0]?.hash ?? NO_PAGE })].map(({ hash, page }) => ({
              hash,
              page,
            }));
          const found = news(seen, [...newest, ...full]);
          assert.ok(found.length <= 3 - seen.pages.length);
          seen = extendHistory(seen, found);
          assert.deepEqual(seen.entries, all.slice(0, end));
        }
        assert.equal(seen.pages.length, 2);
      }),
      { numRuns: 5 },
    );
    assert.equal(extendHistory(NO_HISTORY, []), NO_HISTORY);
  },
});

Deno.test({
  name: "extendHistory() refuses a rewritten, a forked and a shortened index, and names the first object that differs",
  permissions: "none",
  fn() {
    const all = testEntries(0, 400);
    const seen = extendHistory(NO_HISTORY, pagesOf(all));
    fc.assert(
      fc.property(fc.nat(399), (at) => {
        const rewritten = all.map((entry, i) => i === at ? { ...entry, hash: "ee".repeat(32) } : entry);
        const name = at % 3 === 2 ? `epoch ${at}` : `the batch of window ${at}`;
        const text = new RegExp(`${name} \\(object ${all[at]!.hash}, entry ${at}\\).*object e{64}`);
        refused(seen, news(seen, pagesOf(rewritten)), "index_fork", text);
      }),
      { numRuns: 5 },
    );
    const fork = [...all.slice(0, 300), ...testEntries(300, 150, "other")];
    refused(seen, news(seen, pagesOf(fork)), "index_fork", /entry 300\)/);
    for (const end of [399, 300, 257]) {
      refused(seen, news(seen, pagesOf(all.slice(0, end))), "index_rollback", new RegExp(`entry ${end}\\)`));
    }
    refused(seen, pagesOf(all.slice(0, 256)), "index_rollback", /entry 256\)/);
    refused(seen, pagesOf(all.slice(0, 3)), "index_rollback", /the batch of window 3 .*entry 3\)/);
    assert.deepEqual(extendHistory(seen, news(seen, pagesOf(testEntries(0, 401)))).entries.length, 401);
  },
});

Deno.test({
  name: "extendHistory() refuses pages that do not follow each other, and numbers that fall over the border of a page",
  permissions: "none",
  fn() {
    const pages = pagesOf(testEntries(0, 600));
    refused(NO_HISTORY, pages.slice(0, 2), "index_previous", /does not reach/);
    refused(NO_HISTORY, [pages[0]!, pages[2]!], "index_previous");
    refused(NO_HISTORY, [pages[1]!, pages[0]!, pages[2]!], "index_previous");
    const short = testPage(VALIDATOR, testEntries(0, 255));
    const after = testPage(VALIDATOR, testEntries(256, 3), { previous: short.hash });
    refused(NO_HISTORY, [after, short], "index_previous", /not full/);
    const falling = testEntries(0, 257).map((entry, i) => i === 256 ? { ...entry, number: 3 } : entry);
    refused(NO_HISTORY, pagesOf(falling), "index_order");
  },
});
