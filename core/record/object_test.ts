/** Tests of objects: the same lines, the same bytes, and nothing else under a hash. @module */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { utf8 } from "../base/bytes.ts";
import { RecordError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { type ExpectedObject, type ObjectRefusal, openObject, sealObject } from "./object.ts";

const LINE = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !text.includes("\n") && text.isWellFormed());

function refused(data: Uint8Array, expected: ExpectedObject, code: ObjectRefusal): void {
  assert.throws(
    () => openObject(data, expected),
    (error: unknown) => error instanceof RecordError && error.code === code && /^[A-Z].*[^.]$/.test(error.message),
    `should be refused with ${code}`,
  );
}

Deno.test({
  name: "openObject() gives the lines that sealObject() was given, whose bytes depend on nothing else",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.array(LINE, { minLength: 1, maxLength: 20 }), (lines) => {
      const { data, ...address } = sealObject(lines);
      assert.deepEqual(sealObject([...lines]).data, data);
      assert.equal(address.hash, sha256Hex(data));
      assert.deepEqual(openObject(data, { ...address, exact: true, lines: lines.length }), lines);
    }));
    // A pinned compressor: whoever changes it makes objects that are up already impossible to make again.
    assert.equal(
      sealObject(["af", "x".repeat(1000), "ü"]).hash,
      "7784d45f9fb4d57fec216ff010e81358cbbbcb240130681ffb3ce8512e250ee0",
    );
  },
});

Deno.test({
  name: "openObject() unpacks nothing of another hash, and never more than was announced",
  permissions: "none",
  fn() {
    const lines = ["one", "two"];
    const { data, ...address } = sealObject(lines);
    const expected = { ...address, exact: true, lines: 2 };
    fc.assert(fc.property(fc.nat(data.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      refused(data.map((byte, i) => i === at ? byte ^ change : byte), expected, "object_hash");
    }));
    refused(data.subarray(1), expected, "object_hash");
    refused(new Uint8Array([...data, 0]), expected, "object_too_large");
    refused(data, { ...expected, bytes: data.length - 1 }, "object_too_large");
    refused(data, { ...expected, bytes: data.length + 1 }, "object_size");
    refused(data, { ...expected, size: address.size - 1 }, "object_too_large");
    refused(data, { ...expected, size: address.size + 1 }, "object_size");
    refused(data, { ...expected, lines: 1 }, "object_text");
    const bomb = gzipSync(new Uint8Array(50_000_000));
    refused(bomb, { hash: sha256Hex(bomb), bytes: 1e6, size: 1000, lines: 1 }, "object_too_large");
    const own = (bytes: Uint8Array): ExpectedObject => ({ hash: sha256Hex(bytes), bytes: 1e6, size: 1e6, lines: 9 });
    refused(utf8("no gzip"), own(utf8("no gzip")), "object_gzip");
    refused(new Uint8Array(), own(new Uint8Array()), "object_gzip");
    for (const text of ["", "no end", "a\n\nb\n", "\n"]) {
      const packed = gzipSync(utf8(text));
      refused(packed, own(packed), "object_text");
    }
    const packed = gzipSync(new Uint8Array([0xff, 10]));
    refused(packed, own(packed), "object_text");
  },
});

Deno.test({
  name: "sealObject() refuses what is no line",
  permissions: "none",
  fn() {
    for (const lines of [[], [""], ["a\nb"], ["a", ""]]) assert.throws(() => sealObject(lines), RangeError);
  },
});
