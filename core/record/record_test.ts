/** Tests of answer records. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonical } from "../base/canonical.ts";
import { RecordError } from "../base/errors.ts";
import { type AnswerRecord, RECORD_STATUSES } from "../port/store.ts";
import { checkRecord, MAX_ANSWER_BYTES, MAX_RECORD_CHARS, parseRecord, recordText } from "./record.ts";
import { testRecord } from "./testing.ts";

const RECORD = testRecord("5Validator");
const refused = (word: string) => (error: unknown) =>
  error instanceof RecordError && error.code === "record" && error.message.includes(word);

const text = fc.string({ unit: "binary", maxLength: 300 });
const stamp = fc.maxSafeNat();
const record: fc.Arbitrary<AnswerRecord> = fc.record({
  kind: fc.constantFrom("task", "canary"),
  netuid: fc.integer({ min: 0, max: 65535 }),
  validator: fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{48}$/),
  window: stamp,
  round: stamp,
  env: fc.constantFrom("logic", "math", "program/abduction"),
  version: fc.constantFrom("1", "2.0-rc.1"),
  task: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex()),
  contender: fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{48}@[1-9][0-9]{0,8}$/),
  status: fc.constantFrom(...RECORD_STATUSES.filter((status) => status !== "absent")),
  answer: text,
  score: fc.constantFrom(0 as const, 1 as const),
  tokens: fc.option(fc.nat(1_000_000)),
  attempts: fc.array(
    fc.record({ sent: stamp, ended: stamp, outcome: fc.constantFrom("answered", "http 503", 'odd "é\n') }, {
      noNullPrototype: true,
    }),
    { maxLength: 5 },
  ),
}).map((r) => ({ ...r, score: r.status === "answered" ? r.score : 0 }));

Deno.test({
  name: "recordText() is canonical JSON and parseRecord() undoes it, for any record",
  permissions: "none",
  fn() {
    fc.assert(fc.property(record, (value) => {
      const spelled = recordText(value);
      assert.equal(spelled, canonical(value));
      assert.deepEqual(parseRecord(spelled), value);
    }));
  },
});

Deno.test({
  name: "checkRecord() names the field that is missing, unknown or out of bounds",
  permissions: "none",
  fn() {
    const { tokens: _, ...lacking } = RECORD;
    assert.throws(() => checkRecord(lacking), refused("lacks tokens"));
    assert.throws(() => checkRecord({ ...RECORD, extra: 1 }), refused('unknown field "extra"'));
    const attempt = RECORD.attempts[0]!;
    const wrong: Record<string, unknown[]> = {
      kind: ["tasks", null, 1],
      netuid: [-1, 65536, 1.5, "120", -0],
      validator: ["", "a b", 5],
      window: [-1, 2 ** 53, NaN],
      round: [-1, 0.5, "9"],
      env: ["", "Logic", 'x"', "a".repeat(65)],
      version: ["", '1"', 1],
      task: ["0f", "0F".repeat(32), null],
      contender: ["5Miner", "@1", "5Miner@", 'x"@1'],
      status: ["absent", "ok", null],
      answer: ["\ud800", null, "a".repeat(MAX_ANSWER_BYTES + 1), "€".repeat(MAX_ANSWER_BYTES / 2)],
      score: [2, 0.5, true, "1"],
      tokens: [-1, 1.5, "3", undefined],
      attempts: [
        {},
        Array(201).fill(attempt),
        [{ ...attempt, sent: -1 }],
        [{ ...attempt, ended: 0.5 }],
        [{
          ...attempt,
          outcome: "",
        }],
        [{ ...attempt, more: 1 }],
        [null],
      ],
    };
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        assert.throws(() => checkRecord({ ...RECORD, [field]: value }), refused(field.slice(0, 7)));
      }
    }
    assert.throws(() => checkRecord({ ...RECORD, status: "silent" }), refused("score"));
    for (const value of [null, 1, "x", []]) assert.throws(() => checkRecord(value), refused("object"));
    assert.equal(checkRecord({ ...RECORD, answer: "€".repeat(87_381) }).score, 1, "262,143 bytes are allowed");
    checkRecord({ ...RECORD, attempts: [{ ...attempt, ended: attempt.sent - 1 }] });
  },
});

Deno.test({
  name: "parseRecord() refuses every other spelling of a record",
  permissions: "none",
  fn() {
    const spelled = recordText(RECORD);
    const others = [
      " " + spelled,
      JSON.stringify(RECORD),
      spelled.replace('"x1', '"\\u00781').replace('"answer":"x1', '"answer":"\\u00781'),
      spelled.replace('"round":9', '"round":9.0'),
      spelled.replace('"round":9', '"round":8,"round":9'),
      spelled.slice(0, -1),
      "",
      "a".repeat(MAX_RECORD_CHARS + 1),
    ];
    for (const other of others) {
      assert.notEqual(other, spelled);
      assert.throws(() => parseRecord(other), refused(""));
    }
  },
});
