/** Tests of what objects hold: exactly what their entry promised. @module */
import assert from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import type { IndexEntry } from "../port/bucket.ts";
import type { EpochRow } from "../port/store.ts";
import { batchDigest, verifyBatch } from "./batch.ts";
import { batchLines, type ContentRefusal, epochDigest, epochLines, openBatch, openEpoch } from "./content.ts";
import { sealObject } from "./object.ts";
import { testBatch, testExpectation, testRecord, testValidator } from "./testing.ts";

const VALIDATOR = testValidator(1);
const BATCH = testBatch(VALIDATOR, ["5A@1", "5B@2"].map((contender) => testRecord(VALIDATOR.address, { contender })));
const EPOCH: EpochRow = {
  epoch: 7,
  block: 900,
  hash: `0x${"cd".repeat(32)}`,
  nextRound: 12,
  input: canonical({ any: ["thing", 1.5] }),
  output: canonical({ state: { ü: 1 } }),
};

function promised(lines: readonly string[], fields: Pick<IndexEntry, "kind" | "number" | "digest">) {
  const { data, hash, bytes, size } = sealObject(lines);
  return { data, entry: { seq: 0, hash, bytes, size, ...fields } };
}

const AS_BATCH = { kind: "batch", number: BATCH.head.window, digest: batchDigest(BATCH.head) } as const;
const AS_EPOCH = { kind: "epoch", number: 7, digest: epochDigest(EPOCH) } as const;

function refused(
  open: typeof openBatch | typeof openEpoch,
  { data, entry }: ReturnType<typeof promised>,
  code: ContentRefusal | string,
): void {
  assert.throws(
    () => open(data, entry),
    (error: unknown) => error instanceof RecordError && error.code === code && /^[A-Z].*[^.]$/.test(error.message),
    `should be refused with ${code}`,
  );
}

Deno.test({
  name: "openBatch() gives a batch that verifies, openEpoch() the epoch to the letter",
  permissions: "none",
  fn() {
    const batch = promised(batchLines(BATCH), AS_BATCH);
    const opened = openBatch(batch.data, batch.entry);
    assert.deepEqual(opened, BATCH);
    assert.equal(verifyBatch(opened, testExpectation(VALIDATOR)).records.length, 2);
    const epoch = promised(epochLines(EPOCH), AS_EPOCH);
    assert.deepEqual(openEpoch(epoch.data, epoch.entry), EPOCH);
  },
});

Deno.test({
  name: "openBatch() and openEpoch() refuse what the entry did not promise",
  permissions: "none",
  fn() {
    const lines = batchLines(BATCH);
    refused(openBatch, promised(lines, { ...AS_BATCH, kind: "epoch" }), "content_kind");
    refused(openBatch, promised(lines, { ...AS_BATCH, number: 6 }), "content_batch");
    refused(openBatch, promised(lines, { ...AS_BATCH, digest: "00".repeat(32) }), "content_digest");
    refused(openBatch, promised(epochLines(EPOCH), AS_BATCH), "content_kind");
    refused(openBatch, promised([` ${lines[0]}`, ...lines.slice(1)], AS_BATCH), "content_kind");
    refused(openBatch, promised(["null"], AS_BATCH), "content_kind");
    refused(openBatch, promised(["no JSON"], AS_BATCH), "content_kind");
    const unsigned = canonical({ kind: "batch", head: BATCH.head, signature: 7 });
    refused(openBatch, promised([unsigned], AS_BATCH), "content_batch");
    const headless = canonical({ kind: "batch", head: { window: 5 }, signature: "" });
    refused(openBatch, promised([headless], AS_BATCH), "head");

    const [first, input, output] = epochLines(EPOCH) as [string, string, string];
    refused(openEpoch, promised([first, input, output], { ...AS_EPOCH, number: 8 }), "content_epoch");
    refused(openEpoch, promised([first, input, canonical({})], AS_EPOCH), "content_digest");
    refused(openEpoch, promised([first, input], AS_EPOCH), "content_epoch");
    refused(openEpoch, promised([first, input, "{"], AS_EPOCH), "content_kind");
    refused(openEpoch, promised([first, input, output, output], AS_EPOCH), "object_text");
    const odd = { kind: "epoch", epoch: 7, block: -1, hash: EPOCH.hash, nextRound: 12 };
    refused(openEpoch, promised([canonical(odd), input, output], AS_EPOCH), "content_epoch");
    refused(
      openEpoch,
      promised([canonical({ ...odd, block: 1, hash: "x" }), input, output], AS_EPOCH),
      "content_epoch",
    );
  },
});
