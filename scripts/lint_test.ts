/** The lint plugin, shown failing. `deno lint` runs it on everything. @module */
import assert from "node:assert/strict";
import plugin from "./house/lint.ts";

function found(source: string, file = "a.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map(({ id }) => id.replace("af/", ""));
}

Deno.test({
  name: "the lint plugin refuses private members, odd error messages and top-level arrow functions",
  permissions: "none",
  fn() {
    assert.deepEqual(found("class A { private x = 1; protected y() {} }"), ["hash-private", "hash-private"]);
    assert.deepEqual(found('throw new ChainError("the node is gone");'), ["error-message"]);
    assert.deepEqual(found("throw new RangeError(`Too long: ${n}.`);"), ["error-message"]);
    assert.deepEqual(found("export const f = () => { return 1; };"), ["top-level-function"]);
  },
});

Deno.test({
  name: "the lint plugin lets sound code pass",
  permissions: "none",
  fn() {
    assert.deepEqual(found("class A { #x = 1; private constructor() {} }"), []);
    assert.deepEqual(found("throw new ChainError(`${what} is gone`);"), []);
    assert.deepEqual(found('throw new ConfigError("af needs a home");'), []);
    assert.deepEqual(found('throw new Error("boom");', "a_test.ts"), []);
    assert.deepEqual(found("const yes = (x: boolean) => x ? 1 : 0;"), []);
  },
});
