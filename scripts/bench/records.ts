/** What it costs to read and verify a signed batch of records of 2 KB. @module */
import process from "node:process";
import { verifyBatch } from "../../core/record/batch.ts";
import { testBatch, testExpectation, testRecord, testValidator } from "../../core/record/testing.ts";
import type { Figure } from "../bench.ts";

const COUNT = 20_000;

/** CPU time of one record: parse, canonical form, Merkle tree, one signature for all. */
export function readRecords(): Promise<Figure[]> {
  const validator = testValidator(1);
  const answer = "The quick brown fox jumps over the lazy dog. ".repeat(34);
  const records = Array.from({ length: COUNT }, (_, round) => testRecord(validator.address, { round, answer }));
  const batch = testBatch(validator, records);
  const bytes = batch.leaves[0]!.length;
  const expectation = testExpectation(validator);
  verifyBatch(testBatch(validator, records.slice(0, 500)), expectation);
  const before = process.cpuUsage();
  const { records: read } = verifyBatch(batch, expectation);
  const passed = read.reduce((sum, record) => sum + record.score, 0);
  const { user, system } = process.cpuUsage(before);
  const each = (user + system) / COUNT;
  return Promise.resolve([{
    what: `read, verify and tally a record of ${bytes} bytes`,
    value: `${each.toFixed(1)} µs CPU, ${Math.round(1e6 / each)} per CPU second (${COUNT} records, ${passed} passed)`,
    goal: "at most 30 µs",
  }]);
}
