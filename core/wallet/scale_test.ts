/** Tests of the SCALE encodings, against values of the SCALE specification and of Substrate's own era tests. @module */
import assert from "node:assert/strict";
import { toHex } from "../base/bytes.ts";
import { compact, mortalEra, uint, vecU16 } from "./scale.ts";

Deno.test({
  name: "compact() takes the shortest mode when the number grows",
  permissions: "none",
  fn() {
    const known: readonly (readonly [number, string])[] = [
      [0, "00"],
      [1, "04"],
      [42, "a8"],
      [63, "fc"],
      [64, "0101"],
      [69, "1501"],
      [16383, "fdff"],
      [16384, "02000100"],
      [65535, "feff0300"],
      [2 ** 30 - 1, "feffffff"],
      [2 ** 30, "0300000040"],
      [2 ** 32 - 1, "03ffffffff"],
    ];
    for (const [value, hex] of known) assert.equal(toHex(compact(value)), hex, `compact ${value}`);
    for (const bad of [-1, 1.5, NaN, 2 ** 32]) assert.throws(() => compact(bad), RangeError);
  },
});

Deno.test({
  name: "uint() writes little-endian and refuses what does not fit",
  permissions: "none",
  fn() {
    assert.equal(toHex(uint(0x1234, 2)), "3412");
    assert.equal(toHex(uint(Number.MAX_SAFE_INTEGER, 8)), "ffffffffffff1f00");
    assert.throws(() => uint(256, 1), RangeError);
    assert.throws(() => uint(65536, 2), RangeError);
    assert.throws(() => uint(2 ** 53, 8), RangeError);
    assert.throws(() => uint(-1, 4), RangeError);
    assert.equal(toHex(vecU16([1, 65535])), "080100ffff");
    assert.equal(toHex(vecU16([])), "00");
  },
});

Deno.test({
  name: "mortalEra() begins at the current block when the period allows it",
  permissions: "none",
  fn() {
    // Substrate's own examples: Era::mortal(64, 42) and Era::mortal(32768, 20000).
    assert.deepEqual([...mortalEra(64, 42)], [5 + 42 % 16 * 16, Math.floor(42 / 16)]);
    assert.deepEqual([...mortalEra(32768, 20000)], [14 + 2500 % 16 * 16, Math.floor(2500 / 16)]);
    assert.deepEqual([...mortalEra(4, 7)], [1 + 3 * 16, 0]);
    assert.throws(() => mortalEra(32768, 20001), /cannot begin at block 20001/);
    for (const bad of [0, 2, 3, 63, 131072, NaN]) assert.throws(() => mortalEra(bad, 1), RangeError);
    assert.throws(() => mortalEra(64, -1), RangeError);
  },
});
