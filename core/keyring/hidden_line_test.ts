/** Tests of lines that are typed without being shown. @module */
import assert from "node:assert/strict";
import { concat, fromUtf8, utf8 } from "../base/bytes.ts";
import { HiddenLine, type LineState } from "./hidden_line.ts";

function typed(input: string | Uint8Array, max = 64): { text: string; state: LineState } {
  const line = new HiddenLine(max);
  let state: LineState = "open";
  for (const byte of typeof input === "string" ? utf8(input) : input) {
    state = line.push(byte);
    if (state !== "open") break;
  }
  return { text: fromUtf8(line.take()), state };
}

Deno.test({
  name: "HiddenLine takes text up to the end of the line",
  permissions: "none",
  fn() {
    assert.deepEqual(typed("pass wörd\n"), { text: "pass wörd", state: "done" });
    assert.deepEqual(typed("x\r\n"), { text: "x", state: "done" });
    assert.deepEqual(typed("\n"), { text: "", state: "done" });
    assert.deepEqual(typed("x\x04"), { text: "x", state: "done" });
    assert.deepEqual(typed("\x04"), { text: "", state: "cancelled" });
    assert.equal(typed("abc\x03").state, "cancelled");
    assert.equal(typed("abc").state, "open");
    assert.deepEqual(typed("abcd", 3), { text: "abc", state: "too_long" });
  },
});

Deno.test({
  name: "HiddenLine corrects whole characters and leaves out what keys and pasting add",
  permissions: "none",
  fn() {
    assert.equal(typed("aé€😀\x7f\x7f\x7fb\n").text, "ab");
    assert.equal(typed("\x7f\x7fa\n").text, "a");
    assert.equal(typed("wrong\x15right\n").text, "right");
    assert.equal(typed("a\x1b[Db\x1b[1;5Cc\x1bOAd\n").text, "abcd");
    assert.equal(typed("\x1b[200~one two\x1b[201~\n").text, "one two");
    assert.equal(typed("a\tb\x01c\n").text, "abc");
  },
});

Deno.test({
  name: "HiddenLine overwrites what it held once it is taken",
  permissions: "none",
  fn() {
    const line = new HiddenLine(16);
    for (const byte of utf8("secret")) line.push(byte);
    const copy = line.take();
    assert.equal(fromUtf8(copy), "secret");
    assert.equal(line.take().length, 0);
    for (const byte of utf8("x")) line.push(byte);
    assert.deepEqual(concat(line.take()), utf8("x"));
  },
});
