/** Tests of SS58 addresses. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeAddress, encodeAddress } from "./ss58.ts";

const ALICE = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

Deno.test({
  name: "encodeAddress() and decodeAddress() agree with published addresses of one key",
  permissions: "none",
  fn() {
    const key = Uint8Array.fromHex(ALICE);
    for (
      const [prefix, address] of [
        [42, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"],
        [0, "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"],
        [2, "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"],
      ] as const
    ) {
      assert.equal(encodeAddress(key, prefix), address);
      assert.equal(decodeAddress(address).toHex(), ALICE);
    }
  },
});

Deno.test({
  name: "decodeAddress() undoes encodeAddress() for any key and prefix",
  permissions: "none",
  fn() {
    fc.assert(fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 0, max: 16383 }),
      (key, prefix) => assert.deepEqual(decodeAddress(encodeAddress(key, prefix)), new Uint8Array(key)),
    ));
  },
});

Deno.test({
  name: "decodeAddress() refuses a changed character, another length and huge text",
  permissions: "none",
  fn() {
    const address = encodeAddress(Uint8Array.fromHex(ALICE));
    for (let i = 0; i < address.length; i++) {
      const other = address[i] === "2" ? "3" : "2";
      assert.throws(() => decodeAddress(address.slice(0, i) + other + address.slice(i + 1)), SyntaxError);
    }
    for (const text of ["", address + "1", address.slice(1), "1" + address, "0".repeat(48), "5".repeat(1_000_000)]) {
      assert.throws(() => decodeAddress(text), SyntaxError);
    }
    assert.throws(() => encodeAddress(new Uint8Array(31)), RangeError);
    assert.throws(() => encodeAddress(new Uint8Array(32), 16384), RangeError);
  },
});
