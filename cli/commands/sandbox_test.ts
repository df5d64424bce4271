/** Tests of cli/commands/sandbox.ts: what programs print is shown, not obeyed. @module */
import { equal } from "node:assert/strict";
import { visible } from "./sandbox.ts";

Deno.test({
  name: "visible() leaves text as it is and shows what a terminal would obey",
  permissions: "none",
  fn() {
    equal(visible("a\tb\r\nc é \u{1f600}\n"), "a\tb\nc é \u{1f600}\n");
    equal(visible("\x1b]0;x\x07\x1b[2J\x00\b\r\x9b1m\x7f"), "\\x1b]0;x\\x07\\x1b[2J\\x00\\x08\\x0d\\x9b1m\\x7f");
  },
});
