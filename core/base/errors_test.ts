/** Tests of errors that cross a room's wall. @module */
import assert from "node:assert/strict";
import * as errors from "./errors.ts";

Deno.test({
  name: "unpackError() gives every kind of error its own class back, and nothing else one of ours",
  permissions: "none",
  fn() {
    for (const kind of errors.ERROR_KINDS) {
      const Kind = errors[kind];
      const back = errors.unpackError(errors.packError(new Kind("What is wrong", { code: "why", retryable: true })));
      assert.ok(back instanceof Kind && back instanceof errors.AfError, kind);
      assert.deepEqual([back.kind, back.name, back.message, back.code, back.retryable], [
        kind,
        kind,
        "What is wrong",
        "why",
        true,
      ]);
    }
    assert.ok(errors.unpackError(errors.packError(new RangeError("x"))) instanceof RangeError);
    for (const kind of ["Odd", "AfError", "constructor", "__proto__"]) {
      const back = errors.unpackError({ kind, message: "x", code: "", retryable: false });
      assert.ok(!(back instanceof errors.AfError) && back.message === "x", kind);
    }
  },
});
