/** Tests of cli/nearest.ts. @module */
import assert from "node:assert/strict";
import { distance, hint, nearest } from "./nearest.ts";

Deno.test({
  name: "distance() counts inserts, deletes, replacements and swapped neighbours",
  permissions: "none",
  fn() {
    assert.equal(distance("", "abc"), 3);
    assert.equal(distance("set", "set"), 0);
    assert.equal(distance("ste", "set"), 1);
    assert.equal(distance("kitten", "sitting"), 3);
  },
});

Deno.test({
  name: "nearest() finds the near word and stays silent when none is near",
  permissions: "none",
  fn() {
    const known = ["CHUTES_API_KEY", "CHUTE_USER", "HF_TOKEN"];
    assert.equal(nearest("chutes_api_kye", known), "CHUTES_API_KEY");
    assert.equal(nearest("HFTOKEN", known), "HF_TOKEN");
    assert.equal(nearest("weather", known), undefined);
    assert.equal(hint("weather", known), "");
    assert.equal(hint("HF_TOKN", known), " (did you mean HF_TOKEN?)");
  },
});
