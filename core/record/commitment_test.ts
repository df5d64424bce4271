/** Tests of commitments. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8 } from "../base/bytes.ts";
import { encodeCompact, type OpenCommitment, parseCommitment } from "./commitment.ts";
import { encodeValidator } from "./validator_statement.ts";

const OPEN: OpenCommitment = {
  model: "alice/Affine-5Grw",
  revision: "0123456789abcdef0123456789abcdef01234567",
  chuteId: "7e7d1f4c-0d57-5d46-8f0e-2b1c9a3d4e5f",
};

function json(fields: Record<string, unknown>): Uint8Array {
  const { model, revision, chuteId } = OPEN;
  return utf8(JSON.stringify({ model, revision, chute_id: chuteId, ...fields }));
}

function reason(bytes: Uint8Array): string {
  const parsed = parseCommitment(bytes);
  assert.equal(parsed.kind, "invalid");
  return parsed.kind === "invalid" ? parsed.reason : "";
}

Deno.test({
  name: "parseCommitment() reads JSON and the compact form as the same statement",
  permissions: "none",
  fn() {
    assert.deepEqual(parseCommitment(json({})), { kind: "open", ...OPEN });
    const compact = encodeCompact(OPEN);
    assert.equal(compact.length, 4 + 20 + 16 + OPEN.model.length);
    assert.deepEqual(parseCommitment(compact), { kind: "open", ...OPEN });
  },
});

Deno.test({
  name: "parseCommitment() reads digests and chain ends of exactly 32 bytes",
  permissions: "none",
  fn() {
    const end = "5a".repeat(32);
    const none = { head: null, url: null, read: null };
    assert.deepEqual(parseCommitment(encodeValidator({ end, ...none })), { kind: "validator", end, ...none });
    const digest = new Uint8Array([...utf8("afd:"), ...new Uint8Array(32).fill(7)]);
    assert.deepEqual(parseCommitment(digest), { kind: "digest", digest: "07".repeat(32) });
    assert.match(reason(digest.subarray(0, 35)), /31 bytes after its tag/);
    assert.throws(() => encodeValidator({ end: "5a", ...none }), TypeError);
  },
});

Deno.test({
  name: "parseCommitment() says in one clear sentence what is wrong",
  permissions: "none",
  fn() {
    const wrong: [Uint8Array, RegExp][] = [
      [utf8(""), /empty/],
      [utf8("hello"), /not JSON/],
      [utf8("[]"), /not an object/],
      [utf8("null"), /not an object/],
      [Uint8Array.of(0xff, 0xfe), /not UTF-8/],
      [json({ padding: "x".repeat(10_000) }), /10\d{3} bytes, more than 512/],
      [json({ extra: 1 }), /unknown key "extra"/],
      [json({ chute_id: undefined }), /lacks the key chute_id/],
      [json({ revision: 5 }), /not text/],
      [json({ model: "Affine-5Grw" }), /not owner\/name/],
      [json({ model: "a/b/Affine" }), /not owner\/name/],
      [json({ model: "alice/../Affine" }), /not owner\/name/],
      [json({ model: "alice/affine-5Grw" }), /does not begin with Affine/],
      [json({ model: "Affine/other" }), /does not begin with Affine/],
      [json({ revision: "main" }), /"main" is not 40/],
      [json({ revision: OPEN.revision.toUpperCase() }), /not 40 lower-case/],
      [json({ chute_id: "x\u0007y" }), /not a lower-case UUID/],
      [utf8("af1:short"), /cut short/],
      [new Uint8Array([...encodeCompact(OPEN), 0xff]), /not UTF-8/],
      [new Uint8Array([...encodeCompact(OPEN), ...utf8("x".repeat(80))]), /more than 128 bytes/],
    ];
    for (const [bytes, pattern] of wrong) {
      const sentence = reason(bytes);
      assert.match(sentence, pattern);
      assert.match(sentence, /^[A-Z][\x20-\x7e]*[^.]$/);
      assert.ok(sentence.length < 200);
    }
  },
});

Deno.test({
  name: "parseCommitment() never throws, whatever the bytes are",
  permissions: "none",
  fn() {
    const tags = fc.constantFrom("", "af1:", "afd:", "afv:", "{", '{"model":');
    fc.assert(fc.property(tags, fc.uint8Array({ maxLength: 600 }), (tag, rest) => {
      const parsed = parseCommitment(new Uint8Array([...utf8(tag), ...rest]));
      assert.ok(["invalid", "digest", "validator", "open"].includes(parsed.kind));
    }));
    fc.assert(fc.property(fc.json(), (text) => assert.equal(parseCommitment(utf8(text)).kind, "invalid")));
  },
});

Deno.test({
  name: "encodeCompact() refuses what does not fit or is no statement",
  permissions: "none",
  fn() {
    assert.throws(() => encodeCompact({ ...OPEN, model: "alice/Affine" + "x".repeat(80) }), /shorten the name/);
    assert.throws(() => encodeCompact({ ...OPEN, revision: "main" }), RangeError);
  },
});
