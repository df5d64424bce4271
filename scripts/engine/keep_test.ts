/** The memory of before CPython's start is kept as it was, and found again. */
import { strict as assert } from "node:assert";
import { keeperModule, keptIn, SETUP } from "./keep.ts";

const PAGE = 65_536;

/** A memory of two pages with something in it, kept. */
function keep(memory: WebAssembly.Memory): void {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(keeperModule()), { env: { memory } });
  (exports[SETUP.relocate] as () => void)();
}

Deno.test({
  name: "keeperModule() keeps a copy of the whole memory, which later writes do not change",
  permissions: "none",
  fn() {
    const memory = new WebAssembly.Memory({ initial: 2 });
    const before = new Uint8Array(memory.buffer);
    before.set([1, 2, 3], 5);
    before[2 * PAGE - 1] = 9;
    const expected = before.slice();
    keep(memory);
    const after = new Uint8Array(memory.buffer);
    assert.equal(after.length, 5 * PAGE);
    assert.deepEqual(after.slice(0, 2 * PAGE), expected);
    after.fill(7, 0, 2 * PAGE);
    assert.deepEqual(keptIn(after).slice(), expected);
  },
});

Deno.test({
  name: "keptIn() refuses a memory that keeps nothing, and one that keeps two copies",
  permissions: "none",
  fn() {
    const memory = new WebAssembly.Memory({ initial: 2 });
    assert.throws(() => keptIn(new Uint8Array(memory.buffer)), /keeps 0 copies/);
    keep(memory);
    keep(memory);
    assert.throws(() => keptIn(new Uint8Array(memory.buffer)), /keeps 2 copies/);
  },
});
