/** What strangers may publish to harm whoever audits it: every case ends, in bounded time, as a difference. */
import { equal, match, ok } from "node:assert/strict";
import { canonical } from "../../base/canonical.ts";
import type { IndexEntry } from "../../port/bucket.ts";
import type { EpochRow } from "../../port/store.ts";
import { batchDigest, FIRST_PREVIOUS } from "../../record/batch.ts";
import { batchLines } from "../../record/content.ts";
import { sealObject } from "../../record/object.ts";
import { testBatch, testOwner, testRecord, testValidator } from "../../record/testing.ts";
import { numberEnv } from "../fake_test.ts";
import { checkBatch } from "./batch.ts";
import { outcomesOf } from "./outcomes.ts";
import { envsIn, firstDifference, readInput } from "./shape.ts";
import type { BatchJob, BatchResult } from "./types.ts";

const PERMISSIONS = "none";
const VALIDATOR = testValidator(3);
const ENVS = ["logic", "math"].map((id) => ({ id, version: "1" }));

function job(batch: ReturnType<typeof testBatch>, change: Partial<IndexEntry> = {}): BatchJob {
  const { data, ...address } = sealObject(batchLines(batch));
  const digest = batchDigest(batch.head);
  return {
    owner: testOwner(VALIDATOR),
    entry: { seq: 0, kind: "batch", number: batch.head.window, digest, ...address, ...change },
    data,
    previous: FIRST_PREVIOUS,
    lastWindow: null,
    envs: ["logic", "math"],
    sample: { envs: [], share: 1, seed: "" },
  };
}

function check(one: BatchJob): BatchResult {
  return checkBatch(one, ({ id }) => numberEnv(id));
}

Deno.test({
  name: "checkBatch() refuses rounds that no window has, and says so instead of counting them",
  permissions: PERMISSIONS,
  fn() {
    const far = testBatch(VALIDATOR, [
      testRecord(VALIDATOR.address, { round: 1 }),
      testRecord(VALIDATOR.address, { round: Number.MAX_SAFE_INTEGER }),
    ]);
    const result = check(job(far));
    ok("refused" in result);
    equal(result.refused.rule, "rounds");
  },
});

Deno.test({
  name: "checkBatch() takes an empty batch: a window may have been opened for nothing",
  permissions: PERMISSIONS,
  fn() {
    const result = check(job(testBatch(VALIDATOR, [])));
    ok("content" in result);
    equal(result.content.outcomes.rounds, 0);
    equal(result.content.found.length, 0);
  },
});

Deno.test({
  name:
    "checkBatch() names an environment that the log does not have, a version that changes, and answers without an attempt",
  permissions: PERMISSIONS,
  fn() {
    const foreign = testBatch(VALIDATOR, [
      testRecord(VALIDATOR.address, { env: "logic" }),
      testRecord(VALIDATOR.address, { env: "poetry", contender: "5Other@1" }),
      testRecord(VALIDATOR.address, { env: "math", version: "2" }),
      testRecord(VALIDATOR.address, { env: "math", version: "3", contender: "5Other@1" }),
    ]);
    const result = check(job(foreign));
    ok("content" in result);
    const rules = result.content.found.map(({ rule, count }) => `${rule} ${count}`).sort();
    ok(rules.includes("environments 2"), rules.join());
    ok(rules.some((rule) => rule.startsWith("task")), rules.join());
  },
});

Deno.test({
  name: "checkBatch() refuses a batch of somebody else, of another size or hash, or with a signature of nobody",
  permissions: PERMISSIONS,
  fn() {
    const batch = testBatch(VALIDATOR, [testRecord(VALIDATOR.address)]);
    const whole = job(batch);
    const refused = (one: BatchJob, text: RegExp) => {
      const result = check(one);
      ok("refused" in result);
      match(result.refused.text, text);
      match(result.refused.text, /^The batch of window 5 \(object [0-9a-f]{64}\) does not verify: /);
    };
    refused({ ...whole, data: whole.data.slice(0, -1) }, /hash/);
    refused({ ...whole, entry: { ...whole.entry, size: 10 } }, /unpacks to more/);
    refused({ ...whole, owner: { ...whole.owner, validator: testValidator(4).address } }, /no validator permit/);
    refused({ ...whole, owner: { ...whole.owner, netuid: 3 } }, /netuid/);
    refused({ ...whole, previous: "11".repeat(32) }, /does not follow/);
    refused({ ...whole, lastWindow: 5 }, /not after/);
    refused(job({ ...batch, signature: "00".repeat(64) }), /signature/);
  },
});

Deno.test({
  name: "outcomesOf() is whole or says what is missing, for any subset of the records of a round",
  permissions: PERMISSIONS,
  fn() {
    const all = ["5A@1", "5B@2"].flatMap((contender) => [
      testRecord(VALIDATOR.address, { kind: "canary", env: "math", contender, score: 0, answer: "" }),
      ...ENVS.map(({ id }) => testRecord(VALIDATOR.address, { env: id, contender })),
    ]);
    for (let subset = 1; subset < 2 ** all.length; subset++) {
      const records = all.filter((_, i) => (subset >> i) & 1);
      const { outcomes, found } = outcomesOf(records, ENVS)!;
      const perContender = ["5A@1", "5B@2"].map((id) => records.filter(({ contender }) => contender === id));
      const isWhole = (mine: typeof records) =>
        mine.length === 0 || mine.length === 3 || (mine.length === 1 && mine[0]!.kind === "canary");
      const tasks = records.some(({ kind }) => kind === "task");
      const lonely = tasks && perContender.some((mine) => mine.length === 1 && mine[0]!.kind === "canary");
      equal(
        found.length > 0,
        !perContender.every(isWhole) || lonely,
        JSON.stringify(records.map((r) => [r.kind, r.env])),
      );
      for (const cell of outcomes.cells) ok(cell <= 2 || cell === 255);
    }
  },
});

Deno.test({
  name: "readInput() refuses what is no input of an epoch, however deep or large, and firstDifference() ends on it",
  permissions: PERMISSIONS,
  fn() {
    const input = {
      epoch: 1,
      block: 2,
      hash: `0x${"0".repeat(64)}`,
      validators: [{ validator: VALIDATOR.address, nextRound: 0, drawn: 0 }],
      contenders: [],
      ownerUid: null,
      canaries: [],
    };
    const row = (text: string, output = "{}"): EpochRow => ({
      ...{ epoch: 1, block: 2, hash: input.hash, nextRound: 0 },
      input: text,
      output,
    });
    equal(typeof readInput(row(canonical(input))), "object");
    const check = { contender: "5A@1", counts: [{ w: 1, l: 1, n: 2 }] };
    const logs = [{ validator: "5A", head: 7, counts: null }];
    const checked = { ...input, logs, hosts: ["5A"], hosted: [{ ...check, validator: "5A" }], checked: [check] };
    equal(typeof readInput(row(canonical(checked))), "object");
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const bad = [
      "7",
      "null",
      "[]",
      "{}",
      deep,
      canonical(input).replace("{", `{"a":${deep},`),
      canonical(input).replace('"epoch":1', '"epoch":1.5'),
      canonical(input).replace('"epoch":1', '"epoch":"1"'),
      canonical(input).replace('"block":2', '"block":3'),
      canonical({ ...input, canaries: [{ contender: "x", sent: 1, answered: -1 }] }),
      canonical({ ...input, validators: [{ ...input.validators[0], nextRound: 1e300 }] }),
      canonical({ ...input, validators: [{ ...input.validators[0], extra: 1 }] }),
      canonical({ ...input, hosted: [{ contender: "5A@1", counts: [{ w: 1, l: 1 }] }] }),
      canonical({ ...input, hosted: [{ contender: "5A@1", counts: [{ w: 1, l: 1, n: 1 }] }] }),
      canonical({
        ...input,
        hosted: [1, 2].map((k) => ({ contender: `5A@${k}`, counts: Array(k).fill({ w: 0, l: 0, n: 1 }) })),
      }),
      canonical({ ...input, hosts: [{}] }),
      canonical({ ...input, logs: {} }),
      canonical({ ...input, logs: [{ validator: "5A", head: 1 }] }),
      canonical({ ...input, logs: [{ validator: "5A", head: -1, counts: null }] }),
      canonical({ ...input, logs: [{ validator: "", head: null, counts: null }] }),
      canonical({ ...input, checked: 7 }),
      ` ${canonical(input)}`,
    ];
    for (const text of bad) {
      const read = readInput(row(text));
      equal(typeof read, "string", text.slice(0, 200));
      match(read as string, /^(The input of epoch|Epoch) 1 .*[^.]$/);
    }
    for (const output of ["7", "{}", '{"state":{"envs":[1]}}', '{"state":{"envs":["a","a"]}}', `{"state":${deep}}`]) {
      equal(envsIn(row("{}", output)), null);
      ok(firstDifference(JSON.parse(output), { state: { envs: ["a"] } }) !== null);
    }
    match(
      firstDifference({ a: [1, { b: "x\u001b[31m" }] }, { a: [1, { b: "y" }] })!,
      /^a\.1\.b is "x\\u001b\[31m", it should/,
    );
  },
});
