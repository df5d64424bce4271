/** Tests of what a validator commits: at most 128 bytes, and the old form stays readable. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHex, utf8 } from "../base/bytes.ts";
import { parseCommitment } from "./commitment.ts";
import { encodeValidator, urlFault } from "./validator_statement.ts";

const HEX = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex()).filter((hex) =>
  !/^0+$/.test(hex)
);
const URLS = [
  "https://records.example.org/af",
  "https://a.b/objects/x-1",
  "http://127.0.0.1:9000/records",
  "https://a.b:8443",
];

Deno.test({
  name: "parseCommitment() reads what encodeValidator() made, in at most 128 bytes",
  permissions: "none",
  fn() {
    const statements = fc.record({
      end: HEX,
      head: fc.option(HEX),
      url: fc.option(fc.constantFrom(...URLS, `https://a.b/${"x".repeat(48)}`)),
    });
    fc.assert(fc.property(statements, (statement) => {
      const bytes = encodeValidator(statement);
      assert.ok(bytes.length <= 128);
      assert.deepEqual(parseCommitment(bytes), { kind: "validator", ...statement });
    }));
  },
});

Deno.test({
  name: "parseCommitment() reads the form of old, the end alone, and refuses what lies between",
  permissions: "none",
  fn() {
    const end = "5a".repeat(32);
    assert.equal(encodeValidator({ end, head: null, url: null }).length, 36);
    const tagged = (...parts: Uint8Array[]) =>
      parseCommitment(new Uint8Array([...utf8("afv:"), ...parts.flatMap((part) => [...part])]));
    assert.deepEqual(tagged(fromHex(end)), { kind: "validator", end, head: null, url: null });
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
    assert.throws(() => encodeValidator({ end: "5a", head: null, url: null }), TypeError);
    assert.throws(() => encodeValidator({ end, head: "5A".repeat(32), url: null }), TypeError);
    assert.throws(() => encodeValidator({ end, head: null, url: "http://example.org" }), /does not begin with https/);
    assert.throws(
      () => encodeValidator({ end, head: null, url: `https://a.b/${"x".repeat(60)}` }),
      /more than 60 bytes/,
    );
  },
});
