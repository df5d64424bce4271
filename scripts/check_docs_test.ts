/** Tests of scripts/check_docs.ts. @module */
import assert from "node:assert/strict";
import { undocumented } from "./check_docs.ts";

Deno.test({
  name: "undocumented() names exports and methods that say nothing about themselves",
  permissions: "none",
  fn() {
    const said = { jsDoc: { doc: "It is this." } };
    const methods = [{ kind: "method", name: "a", ...said }, { kind: "method", name: "b" }];
    const symbols = [
      { name: "Good", declarations: [{ kind: "interface", ...said, def: { methods } }] },
      { name: "overloaded", declarations: [{ kind: "function" }, { kind: "function", ...said }] },
      { name: "tagged", declarations: [{ kind: "function", jsDoc: {} }] },
    ];
    assert.deepEqual(undocumented({ nodes: { "mod.ts": { symbols } } }), ["Good.b", "tagged"]);
  },
});
