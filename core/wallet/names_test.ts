/** Tests of the layout of wallets; the names of variables are what bittensor-wallet 4.1.1 says. @module */
import assert from "node:assert/strict";
import { WalletError } from "../base/errors.ts";
import { coldkeyPath, hotkeyPath, passwordVariable, publicPath } from "./names.ts";

Deno.test({
  name: "hotkeyPath() stays in the wallet's folder when a name is hostile",
  permissions: "none",
  fn() {
    const root = "/home/v/.bittensor/wallets/";
    assert.equal(hotkeyPath(root, "cold", "hot"), "/home/v/.bittensor/wallets/cold/hotkeys/hot");
    assert.equal(coldkeyPath(root, "größe 1.0"), "/home/v/.bittensor/wallets/größe 1.0/coldkey");
    assert.equal(publicPath(coldkeyPath("/w", "c")), "/w/c/coldkeypub.txt");
    assert.equal(publicPath(hotkeyPath("/w", "c", "h")), "/w/c/hotkeys/hpub.txt");
    const hostile = ["", ".", "..", "a/b", "../../etc", "/etc", "a\\b", "a\0", "a\nb", "a\x1b[2J", "x".repeat(201)];
    for (const bad of [...hostile, "a\u202eb", "a\u2028b", "\ud800"]) {
      assert.throws(() => hotkeyPath("/w", bad, "hot"), WalletError, JSON.stringify(bad));
      assert.throws(() => hotkeyPath("/w", "cold", bad), WalletError, JSON.stringify(bad));
      assert.throws(() => coldkeyPath("/w", bad), WalletError, JSON.stringify(bad));
    }
    assert.throws(() => hotkeyPath("/w", "cold", "hotpub.txt"), /ends with pub.txt/);
  },
});

Deno.test({
  name: "passwordVariable() is the name that Bittensor's own package gives",
  permissions: "none",
  fn() {
    const known: readonly (readonly [string, string])[] = [
      ["/home/me/.bittensor/wallets/x/coldkey", "BT_PW__HOME_ME__BITTENSOR_WALLETS_X_COLDKEY"],
      ["/tmp/bwx/w/a.b-c d/é/x", "BT_PW__TMP_BWX_W_A_B-C D_É_X"],
      ["/tmp/bwx/../bwx/w/my-cold/coldkey", "BT_PW__TMP_BWX____BWX_W_MY-COLD_COLDKEY"],
      ["rel/w/x/coldkey", "BT_PW_REL_W_X_COLDKEY"],
    ];
    for (const [path, name] of known) assert.equal(passwordVariable(path), name);
  },
});
