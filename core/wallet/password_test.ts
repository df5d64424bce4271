/** Tests of passwords in variables; what is hidden in them was hidden by bittensor-wallet 4.1.1. @module */
import assert from "node:assert/strict";
import { fromUtf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { environmentSource, passwordInEnvironment, reveal, variablePasswords } from "./password.ts";

const NAME = "BT_PW__TMP_BWX_W_DEFAULT_HOTKEYS_DEFAULT";

function words(value: string): string[] {
  return [...variablePasswords(NAME, value)].map(fromUtf8);
}

Deno.test({
  name: "variablePasswords() tries what btcli hid first, then the text as it is",
  permissions: "none",
  fn() {
    assert.deepEqual(words("ATstIjI8K3kFPy0xMmk="), ["Correct-Horse1", "ATstIjI8K3kFPy0xMmk="]);
    assert.deepEqual(words("correct horse"), ["correct horse"]);
    assert.deepEqual(words("abcd"), ["abcd"]); // base64, of something that is no text
    assert.deepEqual(words("YWJj"), ["#6<", "YWJj"]);
    assert.equal(reveal(NAME, ""), null);
    assert.equal(reveal(NAME, "ATstIjI8K3kFPy0xMmk"), null); // without its padding
  },
});

Deno.test({
  name: "environmentSource() says which variable is missing, and which one is wrong",
  permissions: { env: ["BT_PW_*"] },
  fn() {
    const path = "/tmp/af-no-wallet/c/coldkey";
    const name = "BT_PW__TMP_AF-NO-WALLET_C_COLDKEY";
    const source = environmentSource(path);
    assert.throws(() => [...source(path) as Iterable<Uint8Array>], (thrown) => {
      assert.ok(thrown instanceof WalletError && thrown.code === "no_password");
      return thrown.message.endsWith(`put its password into the variable ${name}`);
    });
    Deno.env.set(name, "one two three");
    try {
      const got: string[] = [];
      assert.throws(() => {
        for (const password of source(path) as Iterable<Uint8Array>) got.push(fromUtf8(password));
      }, (thrown) => {
        assert.ok(thrown instanceof WalletError && thrown.code === "wrong_password");
        assert.ok(!thrown.message.includes("two"));
        return thrown.message.includes(name);
      });
      assert.deepEqual(got, ["one two three"]);
      assert.equal(passwordInEnvironment(["/a\0b", "/a=b", path])?.name, name);
      assert.throws(() => Deno.env.get("HOME"), Deno.errors.NotCapable);
    } finally {
      Deno.env.delete(name);
    }
  },
});
