/** Tests of batches: everything that a stranger could change is refused, each with its own reason. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { RecordError } from "../base/errors.ts";
import type { BatchHead } from "../port/signer.ts";
import {
  type Batch,
  batchBytes,
  batchDigest,
  type BatchExpectation,
  type BatchRefusal,
  FIRST_PREVIOUS,
  makeHead,
  nextExpectation,
  verifyBatch,
} from "./batch.ts";
import { recordText } from "./record.ts";
import { NETUID, testBatch, testExpectation, testRecord, testValidator } from "./testing.ts";

const VALIDATOR = testValidator(1);
const OTHER = testValidator(2);
const RECORDS = ["5Alice@1", "5Bob@2", "5Carol@3"].flatMap((contender) =>
  ["logic", "math"].map((env) => testRecord(VALIDATOR.address, { contender, env }))
);
const BATCH = testBatch(VALIDATOR, RECORDS);
const EXPECTATION = testExpectation(VALIDATOR);

function refused(batch: Batch, code: BatchRefusal, expectation: BatchExpectation = EXPECTATION): void {
  assert.throws(
    () => verifyBatch(batch, expectation),
    (error: unknown) => error instanceof RecordError && error.code === code,
    `should be refused with ${code}`,
  );
}

function resigned(head: Partial<BatchHead>, signer = VALIDATOR): Batch {
  return testBatch(signer, RECORDS, head);
}

/** Signed in the order given, whatever it is: what a dishonest validator can do. */
function signedLeaves(leaves: readonly string[]): Batch {
  const { count: _count, root: _root, ...fields } = BATCH.head;
  const head = makeHead(fields, leaves);
  return { head, signature: VALIDATOR.sign(head), leaves };
}

Deno.test({
  name: "verifyBatch() gives the records of a chain of honest batches",
  permissions: "none",
  fn() {
    let expectation = EXPECTATION;
    for (let i = 0; i < 4; i++) {
      const window = 5 + 3 * i;
      const batch = testBatch(VALIDATOR, RECORDS.slice(0, i).map((record) => ({ ...record, window })), {
        window,
        previous: expectation.previous,
        salt: VALIDATOR.salts.saltOf(i),
      });
      const verified = verifyBatch(batch, expectation);
      assert.equal(verified.records.length, i);
      assert.equal(verified.digest, batchDigest(batch.head));
      // Counted from the committed end, the salt stands at the number of batches before.
      verifyBatch(batch, { ...expectation, salt: { end: VALIDATOR.salts.end, position: i } });
      expectation = nextExpectation(expectation, batch.head);
    }
  },
});

Deno.test({
  name: "batchBytes() is one fixed text, longer than a chain signs without hashing",
  permissions: "none",
  fn() {
    const bytes = new TextDecoder().decode(batchBytes(BATCH.head));
    assert.match(bytes, /^af-batch-v1\n\{"blockHash":"0xcd/);
    assert.ok(bytes.length > 256);
    assert.equal(batchDigest(BATCH.head).length, 64);
  },
});

Deno.test({
  name: "verifyBatch() refuses any flipped bit in any record",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.nat(), fc.nat(), (a, b) => {
      const index = a % BATCH.leaves.length;
      const bytes = new TextEncoder().encode(BATCH.leaves[index]!);
      const bit = b % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      refused({ ...BATCH, leaves: BATCH.leaves.with(index, new TextDecoder().decode(bytes)) }, "root");
    }));
  },
});

Deno.test({
  name: "verifyBatch() refuses any flipped bit in the signature",
  permissions: "none",
  fn() {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 511 }), (bit) => {
        const bytes = Uint8Array.fromHex(BATCH.signature);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        refused({ ...BATCH, signature: bytes.toHex() }, "signature");
      }),
      { numRuns: 60 },
    );
    for (
      const signature of ["", "00".repeat(64), "ff".repeat(64), BATCH.signature + "00", BATCH.signature.toUpperCase()]
    ) {
      refused({ ...BATCH, signature }, "signature");
    }
  },
});

Deno.test({
  name: "verifyBatch() refuses any changed character in any field of the head",
  permissions: "none",
  fn() {
    const fields = Object.keys(BATCH.head) as (keyof BatchHead)[];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.nat(), fc.integer({ min: 1, max: 9 }), (field, at, by) => {
        const value = BATCH.head[field];
        let changed: string | number;
        if (typeof value === "number") changed = value + by;
        else {
          const i = at % value.length;
          changed = value.slice(0, i) + String.fromCharCode(value.charCodeAt(i) ^ by) + value.slice(i + 1);
        }
        const batch = { ...BATCH, head: { ...BATCH.head, [field]: changed } as BatchHead };
        assert.throws(() => verifyBatch(batch, { ...EXPECTATION, permitted: () => true }), RecordError);
      }),
      { numRuns: 200 },
    );
  },
});

Deno.test({
  name: "verifyBatch() refuses a swapped miner, and swapped answers of two miners",
  permissions: "none",
  fn() {
    const [first, second] = BATCH.leaves as [string, string];
    refused({ ...BATCH, leaves: BATCH.leaves.with(0, first.replace("5Alice", "5Mallory")) }, "root");
    const loser = testRecord(VALIDATOR.address, { contender: "5Bob@2", score: 0, answer: "no" });
    const batch = testBatch(VALIDATOR, [RECORDS[0]!, loser]);
    const swapped = [
      recordText({ ...RECORDS[0]!, score: 0, answer: "no" }),
      recordText({ ...loser, score: 1, answer: RECORDS[0]!.answer }),
    ];
    refused({ ...batch, leaves: swapped }, "root");
    refused({ ...BATCH, leaves: BATCH.leaves.with(0, second).with(1, first) }, "root");
  },
});

Deno.test({
  name: "verifyBatch() refuses what is for another netuid or chain, or from a signer without permit",
  permissions: "none",
  fn() {
    refused(BATCH, "netuid", { ...EXPECTATION, netuid: NETUID + 1 });
    refused(BATCH, "genesis", { ...EXPECTATION, genesis: "0x" + "00".repeat(32) });
    refused(BATCH, "permit", { ...EXPECTATION, permitted: () => false });
    refused(resigned({ validator: OTHER.address }, OTHER), "permit");
    refused({ ...BATCH, signature: OTHER.sign(BATCH.head) }, "signature");
  },
});

Deno.test({
  name: "verifyBatch() refuses a replayed, a reordered and an unchained batch",
  permissions: "none",
  fn() {
    const after = nextExpectation(EXPECTATION, BATCH.head);
    refused(BATCH, "replayed", after);
    const second = testBatch(VALIDATOR, [], { window: 6, previous: after.previous, salt: VALIDATOR.salts.saltOf(1) });
    const third = nextExpectation(after, second.head);
    refused(BATCH, "order", third);
    refused(BATCH, "replayed", { ...third, seen: (digest) => digest === batchDigest(BATCH.head) });
    refused(second, "previous", EXPECTATION);
    refused(resigned({ previous: "11".repeat(32) }), "previous");
    refused(resigned({ window: 7, previous: FIRST_PREVIOUS }), "previous", after);
  },
});

Deno.test({
  name: "verifyBatch() refuses a salt that is not the next of the committed chain",
  permissions: "none",
  fn() {
    refused(resigned({ salt: VALIDATOR.salts.saltOf(1) }), "salt");
    refused(resigned({ salt: OTHER.salts.saltOf(0) }), "salt");
    refused(BATCH, "salt", { ...EXPECTATION, salt: { end: VALIDATOR.salts.end, position: 1 } });
  },
});

Deno.test({
  name: "verifyBatch() refuses wrong counts and malformed heads",
  permissions: "none",
  fn() {
    refused({ ...BATCH, leaves: BATCH.leaves.slice(1) }, "count");
    refused({ ...BATCH, leaves: [...BATCH.leaves, BATCH.leaves[0]!] }, "count");
    refused(resigned({ count: 5 }), "count");
    const { salt: _, ...lacking } = BATCH.head;
    refused({ ...BATCH, head: lacking as BatchHead }, "head");
    refused({ ...BATCH, head: { ...BATCH.head, more: 1 } as BatchHead }, "head");
    refused({ ...BATCH, head: null as unknown as BatchHead }, "head");
    assert.throws(() => batchBytes({ ...BATCH.head, root: "x" }), RecordError);
  },
});

Deno.test({
  name: "verifyBatch() refuses foreign, malformed, repeated and unsorted records that the validator itself signed",
  permissions: "none",
  fn() {
    for (const foreign of [{ window: 6 }, { validator: OTHER.address }, { netuid: 1 }]) {
      refused(testBatch(VALIDATOR, [testRecord(VALIDATOR.address, foreign)]), "foreign_record");
    }
    refused(signedLeaves(["{}"]), "record");
    refused(signedLeaves([BATCH.leaves[0]! + " "]), "record");
    refused(signedLeaves([BATCH.leaves[0]!, BATCH.leaves[0]!]), "duplicate");
    refused(signedLeaves(BATCH.leaves.toReversed()), "order");
  },
});
