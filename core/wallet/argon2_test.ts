/** Tests of Argon2i, against a value that bittensor-wallet 4.1.1 and hash-wasm 4.13.0 agree on. @module */
import assert from "node:assert/strict";
import { toHex, utf8 } from "../base/bytes.ts";
import { nativeKey, passwordKey, slowKey } from "./argon2.ts";

Deno.test({
  name: "passwordKey() derives what Bittensor's own package derives",
  permissions: "none",
  async fn() {
    const key = await passwordKey(utf8("secret pw"));
    assert.equal(toHex(key), "7e70f1ab5d4a794a0db7d42a8031903aab7786a59a80bf6629409985ad2781d2");
  },
});

Deno.test({
  name: "slowKey() and nativeKey() give the same key",
  permissions: "none",
  async fn() {
    for (const cost of [{ passes: 1, memoryKiB: 8 }, { passes: 3, memoryKiB: 1024 }]) {
      for (const password of ["a", "pass wörd", "x".repeat(1024)]) {
        const native = await nativeKey(utf8(password), cost);
        // Deno 2.9 has it; without it the derivation would take half a minute, and nobody would know why.
        assert.ok(native, "this Deno has no Argon2");
        assert.equal(toHex(await slowKey(utf8(password), cost)), toHex(native));
      }
    }
    assert.notDeepEqual(
      await slowKey(utf8("a"), { passes: 1, memoryKiB: 8 }),
      await slowKey(utf8("b"), { passes: 1, memoryKiB: 8 }),
    );
  },
});
