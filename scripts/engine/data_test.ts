/** Memory to data segments and back. */
import { strict as assert } from "node:assert";
import { memoryOf, withMemory } from "./data.ts";
import { assemble } from "./wasm.ts";

const PAGE = 65_536;
const module = assemble([{ id: 5, body: new Uint8Array([1, 1, 1, 9]) }]);

Deno.test({
  name: "withMemory() writes what memoryOf() reads, and V8 fills a memory with it",
  permissions: "none",
  fn() {
    const memory = new Uint8Array(2 * PAGE);
    // Gaps of one, of 64, of 65 zeros; both ends; an address above the signed range of one LEB128 byte.
    for (const at of [0, 2, 67, 133, 64, 200, 8191, 8192, 2 * PAGE - 1]) memory[at] = at % 255 + 1;
    const written = withMemory(module, memory);
    assert.deepEqual(memoryOf(written), memory);
    assert.ok(WebAssembly.validate(written));
    // The limit of the module stays.
    assert.deepEqual([...written.subarray(8, 14)], [5, 4, 1, 1, 2, 9]);
    assert.deepEqual(withMemory(withMemory(module, memory.map((byte) => byte + 1)), memory), written);
  },
});

Deno.test({
  name: "withMemory() has no segment for an empty memory",
  permissions: "none",
  fn() {
    const empty = withMemory(module, new Uint8Array(PAGE));
    assert.deepEqual([...empty.subarray(8)], [5, 4, 1, 1, 1, 9]);
    assert.deepEqual(memoryOf(empty), new Uint8Array(PAGE));
  },
});

Deno.test({
  name: "memoryOf() refuses a module without a memory, and segments without a fixed address",
  permissions: "none",
  fn() {
    assert.throws(() => memoryOf(assemble([])), /does not define one memory/);
    const passive = assemble([{ id: 5, body: new Uint8Array([1, 0, 1]) }, {
      id: 11,
      body: new Uint8Array([1, 1, 1, 7]),
    }]);
    assert.throws(() => memoryOf(passive), /no fixed address/);
  },
});
