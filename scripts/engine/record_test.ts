/** The recorder: stubs of WASI go, what is needed stays, an import of unknown origin ends the build. @module */
import { strict as assert } from "node:assert";
import { type Instantiate, record } from "./record.ts";
import { capMemory } from "./cap.ts";
import { assemble, joined, named } from "./wasm.ts";

/** Exports `f`, a function that returns nothing. */
const stub = assemble([
  { id: 1, body: new Uint8Array([1, 0x60, 0, 0]) },
  { id: 3, body: new Uint8Array([1, 0]) },
  { id: 7, body: joined([[1], named("f"), [0, 0]]) },
  { id: 10, body: new Uint8Array([1, 2, 0, 0x0b]) },
]);

/** Imports a function and exports it again, with a memory. */
function user(from: string): Uint8Array<ArrayBuffer> {
  return assemble([
    { id: 1, body: new Uint8Array([1, 0x60, 0, 0]) },
    { id: 2, body: joined([[1], named(from), named("f"), [0, 0]]) },
    { id: 5, body: new Uint8Array([1, 0, 1]) },
    { id: 7, body: joined([[2], named("g"), [0, 0], named("memory"), [2, 0]]) },
  ]);
}

const read = (file: string) => file === "stub" ? stub : user(file);

Deno.test({
  name: "record() puts the host where a stub stood for WASI, and leaves the stub out",
  permissions: "none",
  fn() {
    const linked: Instantiate = (load, _, make) => {
      const a = make(load("stub")).exports;
      return make(load("wasi:cli/exit@0.2.0"), { "wasi:cli/exit@0.2.0": { f: a.f! } });
    };
    const { files, instances } = record(linked, read);
    assert.deepEqual(files, ["wasi:cli/exit@0.2.0"]);
    assert.deepEqual(instances[0]!.imports, { "wasi:cli/exit@0.2.0": { f: "wasi:cli/exit#f" } });
  },
});

Deno.test({
  name: "record() keeps a stub that is no stub of WASI, and names exports by identity",
  permissions: "none",
  fn() {
    const linked: Instantiate = (load, _, make) => {
      const a = make(load("stub")).exports;
      const b = make(load("env"), { env: { f: a.f! } }).exports;
      make(load("env"), { env: { f: b.g! } });
      return {};
    };
    const { files, instances } = record(linked, read);
    assert.deepEqual(files, ["stub", "env", "env"]);
    // The second user got the function through the first; it is the stub's all the same.
    assert.deepEqual(instances.map(({ imports }) => imports), [{}, { env: { f: [0, "f"] } }, { env: { f: [0, "f"] } }]);
  },
});

Deno.test({
  name: "record() ends the build when an import comes from the generated code",
  permissions: "none",
  fn() {
    const linked: Instantiate = (load, _, make) => make(load("env"), { env: { f: () => {} } });
    assert.throws(() => record(linked, read), /env f is no export of an earlier module/);
  },
});

Deno.test({
  name: "capMemory() writes the limit, and refuses one that is too small or a module without a memory",
  permissions: "none",
  fn() {
    const capped = new WebAssembly.Instance(new WebAssembly.Module(capMemory(user("env"), 3)), { env: { f() {} } });
    const memory = capped.exports.memory as WebAssembly.Memory;
    memory.grow(2);
    assert.throws(() => memory.grow(1), RangeError);
    assert.throws(() => capMemory(user("env"), 0), /more than its limit/);
    assert.throws(() => capMemory(stub, 3), /no memory/);
  },
});
