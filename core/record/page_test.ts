/** Tests of index pages: whatever a stranger changes is refused, each with its own reason. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import { batchBytes } from "./batch.ts";
import { entryText, indexBytes, indexDigest, indexEnd, NO_PAGE, type PageRefusal } from "./index_head.ts";
import { merkleRoot } from "./merkle.ts";
import { sealObject } from "./object.ts";
import { type IndexPage, openPage, pageLines } from "./page.ts";
import { testBatch, testEntries, testOwner, testPage, testValidator } from "./testing.ts";

const VALIDATOR = testValidator(1);
const OTHER = testValidator(2);
const OWNER = testOwner(VALIDATOR);
const PAGE = testPage(VALIDATOR, testEntries(0, 7));

function refused(lines: readonly string[], code: PageRefusal | string, owner = OWNER): void {
  const { data, hash } = sealObject(lines);
  assert.throws(
    () => openPage(data, hash, owner),
    (error: unknown) => error instanceof RecordError && error.code === code && /^[A-Z].*[^.]$/.test(error.message),
    `should be refused with ${code}`,
  );
}

/** Signed as it is, whatever it is: what a dishonest validator can do. */
function signedLines(lines: readonly string[], change: Partial<IndexPage["head"]> = {}): string[] {
  const head = { ...PAGE.page.head, count: lines.length, root: merkleRoot(lines), ...change };
  return [canonical({ kind: "index", head, signature: VALIDATOR.signIndex(head) }), ...lines];
}

Deno.test({
  name: "openPage() gives back what was signed, for pages of every length",
  permissions: "none",
  fn() {
    fc.assert(
      fc.property(fc.nat(3), fc.integer({ min: 1, max: 256 }), (page, count) => {
        const made = testPage(VALIDATOR, testEntries(page * 256, count));
        assert.deepEqual(openPage(made.data, made.hash, OWNER), made.page);
        assert.equal(indexEnd(made.page.head), page * 256 + count);
      }),
      { numRuns: 10 },
    );
  },
});

Deno.test({
  name:
    "openPage() refuses a page of somebody else, another chain or another subnet, and any change to what was signed",
  permissions: "none",
  fn() {
    const lines = pageLines(PAGE.page);
    refused(lines, "index_netuid", { ...OWNER, netuid: 1 });
    refused(lines, "index_genesis", { ...OWNER, genesis: `0x${"00".repeat(32)}` });
    refused(lines, "index_validator", testOwner(OTHER));
    const { head, entries } = PAGE.page;
    refused(pageLines({ head, entries, signature: OTHER.signIndex(head) }), "index_signature");
    refused(pageLines({ head, entries, signature: "" }), "index_signature");
    // A signature for a batch is none for a page, whatever it says.
    refused(pageLines({ head, entries, signature: testBatch(VALIDATOR, []).signature }), "index_signature");
    refused(pageLines({ head: { ...head, count: 6 }, entries, signature: PAGE.page.signature }), "index_count");
    refused(
      pageLines({ head: { ...head, root: "00".repeat(32) }, entries, signature: PAGE.page.signature }),
      "index_root",
    );
    refused(lines.slice(0, -1), "index_count");
    refused([...lines, lines[1]!], "index_count");
    refused([lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)], "index_root");
    fc.assert(
      fc.property(fc.nat(6), fc.constantFrom("digest", "hash"), (i, field) => {
        const changed = entries.map((entry, k) => k === i ? { ...entry, [field]: "ee".repeat(32) } : entry);
        refused(pageLines({ ...PAGE.page, entries: changed }), "index_root");
      }),
      { numRuns: 10 },
    );
  },
});

Deno.test({
  name: "openPage() refuses gaps, repetitions, wrong order and malformed entries, though they are signed",
  permissions: "none",
  fn() {
    const entries = testEntries(0, 7);
    const texts = entries.map(entryText);
    refused(signedLines(texts.slice(1)), "index_sequence");
    refused(signedLines([...texts.slice(0, 3), ...texts.slice(4)]), "index_sequence");
    refused(signedLines([...texts, entryText({ ...entries[6]!, seq: 8 })]), "index_sequence");
    refused(signedLines(texts, { page: 1, previous: "11".repeat(32) }), "index_sequence");
    refused(signedLines([texts[0]!, entryText({ ...entries[1]!, number: 0 })]), "index_order");
    const first = entries[0]!;
    const odd: Record<string, unknown>[] = [
      { ...first, kind: "other" },
      { ...first, bytes: 0 },
      { ...first, size: 2 ** 40 },
      { ...first, number: -1 },
      { ...first, hash: "AB".repeat(32) },
      { ...first, digest: "ab" },
      { ...first, more: 1 },
      { seq: 0, kind: "batch" },
    ];
    for (const entry of odd) refused(signedLines([canonical(entry)]), "index_entry");
    for (const line of ["{}", "[]", "null", "x", `${texts[0]} `, "9".repeat(600)]) {
      refused(signedLines([line]), "index_entry");
    }
  },
});

Deno.test({
  name: "openPage() refuses a first line that is no head",
  permissions: "none",
  fn() {
    const { head, signature } = PAGE.page;
    const texts = PAGE.page.entries.map(entryText);
    const line = (change: object) => canonical({ kind: "index", head: { ...head, ...change }, signature });
    for (
      const change of [
        { count: 0 },
        { count: 257 },
        { page: -1 },
        { page: 1.5 },
        { page: 1 },
        { previous: "11".repeat(32) },
        { genesis: "" },
        { netuid: 70000 },
        { validator: "0OIl" },
        { root: "" },
        { extra: 1 },
      ]
    ) refused([line(change), ...texts], "index_head");
    for (const first of ["x", "null", "[]", canonical({ kind: "batch", head, signature }), ` ${line({})}`]) {
      refused([first, ...texts], "index_head");
    }
    const many = testEntries(0, 257).map(entryText);
    refused([line({}), ...many], "object_text");
  },
});

Deno.test({
  name: "indexBytes() are longer than 256 bytes and begin with a tag of their own",
  permissions: "none",
  fn() {
    const bytes = indexBytes({ ...PAGE.page.head, netuid: 0, count: 1, previous: NO_PAGE });
    assert.ok(bytes.length > 256);
    assert.ok(new TextDecoder().decode(bytes).startsWith("af-index-v1\n{"));
    assert.notDeepEqual(bytes.subarray(0, 12), batchBytes(testBatch(VALIDATOR, []).head).subarray(0, 12));
    assert.notEqual(indexDigest(PAGE.page.head), indexDigest({ ...PAGE.page.head, count: 6 }));
  },
});
