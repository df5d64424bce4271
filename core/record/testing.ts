/** Makers of records and signed batches for tests. @module */
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { toHex } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { encodeAddress } from "../base/ss58.ts";
import type { IndexEntry } from "../port/bucket.ts";
import type { BatchHead, IndexHead } from "../port/signer.ts";
import type { AnswerRecord } from "../port/store.ts";
import { type Batch, batchBytes, type BatchExpectation, compareRecords, FIRST_PREVIOUS, makeHead } from "./batch.ts";
import { indexBytes, type IndexOwner, makeIndexHead, NO_PAGE, PAGE_ENTRIES } from "./index_head.ts";
import { type SealedObject, sealObject } from "./object.ts";
import { type IndexPage, pageLines } from "./page.ts";
import { recordText } from "./record.ts";
import { type SaltChain, saltChain } from "./seed.ts";

/** Netuid of the test batches. */
export const NETUID = 120;
/** Genesis of the test batches. */
export const GENESIS: string = "0x" + "ab".repeat(32);

/** A validator of a test: a key and a salt chain. */
export interface TestValidator {
  readonly address: string;
  readonly salts: SaltChain;
  sign(head: BatchHead): string;
  signIndex(head: IndexHead): string;
}

/** A validator whose key and salts come from one byte. */
export function testValidator(byte: number): TestValidator {
  const secret = secretFromSeed(new Uint8Array(32).fill(byte));
  return {
    address: encodeAddress(getPublicKey(secret)),
    salts: saltChain(new Uint8Array(32).fill(byte), 100),
    sign: (head) => toHex(sign(secret, batchBytes(head))),
    signIndex: (head) => toHex(sign(secret, indexBytes(head))),
  };
}

/** A record of a validator; `fields` replaces what differs. */
export function testRecord(validator: string, fields: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    kind: "task",
    netuid: NETUID,
    validator,
    window: 5,
    round: 9,
    env: "logic",
    version: "1",
    task: "0f".repeat(32),
    contender: "5Miner@100",
    status: "answered",
    answer: 'x1=True, "x2"=False\n',
    score: 1,
    tokens: 17,
    attempts: [{ sent: 1_700_000_000_000, ended: 1_700_000_000_900, outcome: "answered" }],
    ...fields,
  };
}

/** A signed batch of records, sorted as they must be. */
export function testBatch(
  validator: TestValidator,
  records: readonly AnswerRecord[],
  head: Partial<BatchHead> = {},
): Batch {
  const leaves = [...records].sort(compareRecords).map(recordText);
  const full: BatchHead = {
    ...makeHead({
      genesis: GENESIS,
      netuid: NETUID,
      validator: validator.address,
      window: 5,
      blockHash: "0x" + "cd".repeat(32),
      previous: FIRST_PREVIOUS,
      salt: validator.salts.saltOf(0),
    }, leaves),
    ...head,
  };
  return { head: full, signature: validator.sign(full), leaves };
}

/** What a reader expects before the first batch of a validator. */
export function testExpectation(validator: TestValidator): BatchExpectation {
  return {
    netuid: NETUID,
    genesis: GENESIS,
    previous: FIRST_PREVIOUS,
    lastWindow: null,
    salt: { end: validator.salts.end, position: 0 },
    permitted: (hotkey) => hotkey === validator.address,
  };
}

/** Whose index the tests make. */
export function testOwner(validator: TestValidator): IndexOwner {
  return { genesis: GENESIS, netuid: NETUID, validator: validator.address };
}

/** Entries as they follow each other: two batches, then an epoch, and so on. `salt` tells two histories apart. */
export function testEntries(first: number, count: number, salt = ""): IndexEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = first + i;
    const hash = sha256Hex(`object ${seq} ${salt}`);
    const kind = seq % 3 === 2 ? "epoch" : "batch";
    return { seq, kind, number: seq, digest: sha256Hex(`digest ${seq} ${salt}`), hash, bytes: 100 + seq, size: 900 };
  });
}

/** A signed page and its object. */
export function testPage(
  validator: TestValidator,
  entries: readonly IndexEntry[],
  head: Partial<IndexHead> = {},
): SealedObject & { readonly page: IndexPage } {
  const page = Math.floor((entries[0]?.seq ?? 0) / PAGE_ENTRIES);
  const previous = page === 0 ? NO_PAGE : "77".repeat(32);
  const full = { ...makeIndexHead({ ...testOwner(validator), page, previous, ...head }, entries), ...head };
  const signed = { head: full, signature: validator.signIndex(full), entries };
  return { page: signed, ...sealObject(pageLines(signed)) };
}
