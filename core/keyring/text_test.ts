/** Tests of what a person's key may sign. @module */
import assert from "node:assert/strict";
import { WalletError } from "../base/errors.ts";
import { BATCH_TAG } from "../record/batch.ts";
import { INDEX_TAG } from "../record/index_head.ts";
import { checkText, MAX_TEXT } from "./text.ts";

Deno.test({
  name: "checkText() takes text and refuses what a machine could take for its own",
  permissions: "none",
  fn() {
    for (
      const text of [
        "x",
        "Grüße, 世界 😀",
        "two\nlines\tand\r\nmore",
        "0xdeadbeef",
        `about ${BATCH_TAG}`,
        "<Bytes>x</Bytes>",
      ]
    ) {
      checkText(text);
    }
    const refused = (text: string, sentence: RegExp) =>
      assert.throws(() => checkText(text), (thrown) => thrown instanceof WalletError && sentence.test(thrown.message));
    refused("", /empty/);
    refused("x".repeat(MAX_TEXT + 1), /longer/);
    refused("\ud800", /no Unicode/);
    refused("a\0b", /control characters/);
    refused("\x07\x00", /control characters/);
    refused(`${BATCH_TAG}\n{}`, /only its signer signs/);
    refused(`${INDEX_TAG}\n{}`, /only its signer signs/);
  },
});
