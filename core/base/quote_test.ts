import { equal, match, ok } from "node:assert/strict";
import { quote } from "./quote.ts";

Deno.test({
  name: "quote() keeps a stranger's text short, on one line and harmless",
  permissions: "none",
  fn() {
    equal(quote("lab/Affine-one"), '"lab/Affine-one"');
    const hostile = 'a"\n\r\x1b]0;x\x07\u202e\u2028\ud800é' + "x".repeat(1_000_000);
    match(quote(hostile), /^"[\x20-\x7e]*"$/);
    ok(quote("\0".repeat(100)).length <= 362);
  },
});
