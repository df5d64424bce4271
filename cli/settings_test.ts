/** Tests of cli/settings.ts. @module */
import assert from "node:assert/strict";
import { ConfigError } from "../core/base/errors.ts";
import { checkValue, mask, setting, SETTING_KEYS, settingKey } from "./settings.ts";

function refused(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    assert.ok(thrown instanceof ConfigError);
    assert.equal(thrown.code, "usage");
    return thrown.message;
  }
  return assert.fail("It was not refused");
}

Deno.test({
  name: "settingKey() refuses an unknown key and names the nearest one",
  permissions: "none",
  fn() {
    assert.equal(settingKey("HF_TOKEN"), "HF_TOKEN");
    assert.match(refused(() => settingKey("HF_TOKE")), /"HF_TOKE" \(did you mean HF_TOKEN\?\)/);
    assert.match(refused(() => settingKey("__proto__")), /Unknown setting/);
    assert.match(refused(() => settingKey("\x1b[2J\n")), /"\\u001b\[2J\\n"/);
  },
});

Deno.test({
  name: "checkValue() takes every default",
  permissions: "none",
  fn() {
    for (const key of SETTING_KEYS) {
      const value = setting(key).default;
      if (value !== undefined) assert.equal(checkValue(key, value), value);
    }
  },
});

Deno.test({
  name: "checkValue() refuses what a setting cannot be, without repeating a secret",
  permissions: "none",
  fn() {
    assert.equal(checkValue("HF_TOKEN", " hf_abc\n"), "hf_abc");
    const message = refused(() => checkValue("HF_TOKEN", "hf_one hf_two"));
    assert.doesNotMatch(message, /hf_/);
    refused(() => checkValue("HF_USER", "two\nlines"));
    refused(() => checkValue("HF_USER", "bell\x07"));
    refused(() => checkValue("HF_USER", "x".repeat(5000)));
    for (const url of ["nonsense", "ftp://host", "https://me:pass@host", "https://host/?q=1", "https://host/#x"]) {
      refused(() => checkValue("HF_URL", url));
    }
    for (const netuid of ["-1", "65536", "1.5", "0x10", "twelve"]) refused(() => checkValue("AF_NETUID", netuid));
    for (const network of ["finey", "https://host"]) refused(() => checkValue("AF_NETWORK", network));
    assert.equal(checkValue("AF_NETWORK", "wss://host:443"), "wss://host:443");
  },
});

Deno.test({
  name: "mask() shows four characters of a long secret and nothing of a short one",
  permissions: "none",
  fn() {
    assert.equal(mask("cpk_0123456789abcdefgh"), "****efgh");
    assert.equal(mask("short"), "****");
  },
});
