/** Tests of what a validator commits: at most 128 bytes, and the old form stays readable. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, utf8 } from "../base/bytes.ts";
import { parseCommitment } from "./commitment.ts";
import {
  attestedBits,
  encodeValidator,
  isAttested,
  isSameEnd,
  urlFault,
  type ValidatorStatement,
} from "./validator_statement.ts";

const HEX = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex()).filter((hex) =>
  !/^0+$/.test(hex)
);
const URLS = [
  "https://records.example.org/af",
  "https://a.b/objects/x-1",
  "http://127.0.0.1:9000/records",
  "https://a.b:8443",
];

const READ = fc.record({
  epoch: fc.nat(0xffff),
  bits: fc.array(fc.boolean(), { maxLength: 64 }).map(attestedBits),
}, { noNullPrototype: true });
const STATEMENTS: fc.Arbitrary<ValidatorStatement> = fc.record({
  end: HEX,
  head: fc.option(HEX),
  url: fc.option(fc.constantFrom(...URLS, `https://a.b/${"x".repeat(48)}`)),
  read: fc.option(READ),
}, { noNullPrototype: true });

Deno.test({
  name:
    "parseCommitment() reads what encodeValidator() made, in at most 128 bytes, the end cut to half beside what was read",
  permissions: "none",
  fn() {
    fc.assert(fc.property(STATEMENTS, (statement) => {
      const bytes = encodeValidator(statement);
      assert.ok(bytes.length <= 128);
      const end = statement.read === null ? statement.end : statement.end.slice(0, 32);
      assert.deepEqual(parseCommitment(bytes), { kind: "validator", ...statement, end });
      assert.ok(isSameEnd(end, statement.end) && isSameEnd(statement.end, end));
      if (statement.read !== null) assert.deepEqual(encodeValidator({ ...statement, end }), bytes);
    }));
  },
});

Deno.test({
  name: "encodeValidator() has room for 64 validators beside the public address of an R2 bucket",
  permissions: "none",
  fn() {
    const url = `https://pub-${"0123456789abcdef".repeat(2)}.r2.dev/af`;
    const read = { epoch: 65535, bits: attestedBits(Array(64).fill(true)) };
    assert.equal(encodeValidator({ end: "5a".repeat(32), head: "11".repeat(32), url, read }).length, 117);
    const longest = `https://a.b/${"x".repeat(48)}`;
    assert.equal(encodeValidator({ end: "5a".repeat(32), head: "11".repeat(32), url: longest, read }).length, 123);
  },
});

Deno.test({
  name: "isAttested() finds the answers that attestedBits() packed, and none behind them",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 64 }), (answers) => {
      const read = { epoch: 1, bits: attestedBits(answers) };
      assert.equal(read.bits.length, 2 * Math.ceil(answers.length / 8));
      for (let i = 0; i < 80; i++) assert.equal(isAttested(read, i), answers[i] ?? false, `${i}`);
    }));
    assert.throws(() => attestedBits(Array(65).fill(true)), RangeError);
  },
});

Deno.test({
  name:
    "parseCommitment() reads any bytes behind afr: as the only statement that they spell, or refuses them in a sentence",
  permissions: "none",
  fn() {
    const tag = utf8("afr:");
    const some = fc.tuple(STATEMENTS, fc.nat(140), fc.nat(255), fc.nat(140)).map(([statement, at, byte, length]) => {
      // Nearly sound: one byte is another, or the end is missing.
      const read = statement.read ?? { epoch: 0, bits: "" };
      const bytes = encodeValidator({ ...statement, read }).slice(4, 4 + length);
      if (at < bytes.length) bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 140 }), some), (body) => {
        const bytes = new Uint8Array([...tag, ...body]);
        const parsed = parseCommitment(bytes);
        if (parsed.kind === "invalid") assert.match(parsed.reason, /^[A-Z][^\n]+[^.]$/);
        else {
          assert.ok(parsed.kind === "validator" && parsed.read !== null);
          assert.deepEqual(encodeValidator(parsed), bytes);
        }
      }),
      { numRuns: 1000 },
    );
    const reason = (...body: number[]) => {
      const parsed = parseCommitment(new Uint8Array([...tag, ...body]));
      return parsed.kind === "invalid" ? parsed.reason : "";
    };
    assert.match(reason(), /0 bytes after its tag, less than 51/);
    assert.match(reason(...Array(50).fill(7)), /50 bytes after its tag, less than 51/);
    assert.match(reason(...Array(50).fill(7), 9, ...Array(9).fill(0)), /announces 9 bytes of bits, more than 8/);
    assert.match(reason(...Array(50).fill(7), 2, 0), /announces 2 bytes of bits and is cut short/);
    assert.match(reason(...Array(50).fill(7), 0, 0xff), /address in the commitment is malformed/);
    assert.match(reason(...Array(125).fill(0)), /more than 128 bytes/);
    // Who knows the form of old only sees no commitment in it, and nobody takes it for a model.
    assert.equal(parseCommitment(new Uint8Array([...utf8("afx:"), ...Array(60).fill(7)])).kind, "invalid");
  },
});

Deno.test({
  name: "parseCommitment() reads the form of old, the end alone, and refuses what lies between",
  permissions: "none",
  fn() {
    const end = "5a".repeat(32);
    assert.equal(encodeValidator({ end, head: null, url: null, read: null }).length, 36);
    const tagged = (...parts: Uint8Array[]) =>
      parseCommitment(new Uint8Array([...utf8("afv:"), ...parts.flatMap((part) => [...part])]));
    assert.deepEqual(tagged(fromHex(end)), { kind: "validator", end, head: null, url: null, read: null });
    for (const length of [0, 1, 31, 33, 63]) assert.equal(tagged(new Uint8Array(length)).kind, "invalid", `${length}`);
    const head = fromHex(end);
    for (
      const url of [
        "ftp://a",
        "https://a.b/",
        "https://A.b",
        "http://a.b",
        "https://u:p@a.b",
        "https://a.b/?q",
        "https://a.b/#",
        "x",
      ]
    ) {
      assert.notEqual(urlFault(url), null, url);
      assert.equal(tagged(head, head, utf8(url)).kind, "invalid", url);
    }
    assert.equal(tagged(head, head, new Uint8Array([0xff, 0xfe])).kind, "invalid");
    assert.equal(tagged(head, head, utf8(`https://a.b/${"x".repeat(49)}`)).kind, "invalid");
  },
});

Deno.test({
  name: "encodeValidator() refuses what cannot be committed",
  permissions: "none",
  fn() {
    const end = "5a".repeat(32);
    const none = { head: null, url: null, read: null };
    assert.throws(() => encodeValidator({ ...none, end: "5a" }), TypeError);
    assert.throws(() => encodeValidator({ ...none, end, head: "5A".repeat(32) }), TypeError);
    assert.throws(() => encodeValidator({ ...none, end, url: "http://example.org" }), /does not begin with https/);
    assert.throws(() => encodeValidator({ ...none, end, url: `https://a.b/${"x".repeat(60)}` }), /more than 60 bytes/);
    // Half an end is a reminder, and stands only beside what was read.
    assert.throws(() => encodeValidator({ ...none, end: end.slice(32) }), TypeError);
    assert.throws(() => encodeValidator({ ...none, end, read: { epoch: 65536, bits: "" } }), RangeError);
    assert.throws(() => encodeValidator({ ...none, end, read: { epoch: 1, bits: "0" } }), TypeError);
    assert.throws(() => encodeValidator({ ...none, end, read: { epoch: 1, bits: "00".repeat(9) } }), TypeError);
  },
});
