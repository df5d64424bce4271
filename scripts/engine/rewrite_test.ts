/** The pass over the code: what it adds works, what it does not know ends the build. @module */
import { strict as assert } from "node:assert";
import { link } from "../../core/sandbox/engine/link.ts";
import { WATCH } from "../../core/sandbox/engine/watch.ts";
import { rewrite } from "./rewrite.ts";
import { assemble, joined, leb, named } from "./wasm.ts";
import { watchModule } from "./watch.ts";

const I32 = 0x7f;

/** A module with one memory import and functions `(i32, i32, i32) -> i32` named a, b, … of these bodies. */
function moduleOf(...bodies: number[][]): Uint8Array<ArrayBuffer> {
  const list = (id: number, items: readonly (readonly number[])[]) => ({
    id,
    body: joined([leb(items.length), ...items]),
  });
  return assemble([
    list(1, [[0x60, 3, I32, I32, I32, 1, I32]]),
    list(2, [[...named("env"), ...named("memory"), 2, 1, 1, 8]]),
    list(3, bodies.map(() => [0])),
    list(
      7,
      bodies.map((_, i) => [...named(String.fromCharCode(97 + i)), 0, i]),
    ),
    list(10, bodies.map((body) => [...leb(body.length + 2), 0, ...body, 0x0b])),
  ]);
}

/** A module with the memory. */
function memoryModule(): Uint8Array<ArrayBuffer> {
  return assemble([
    { id: 5, body: new Uint8Array([1, 1, 1, 8]) },
    { id: 7, body: joined([[1], named("memory"), [2, 0]]) },
  ]);
}

/** Links a rewritten module with its watch and returns what a test looks at. */
function running(
  module: Uint8Array<ArrayBuffer>,
  asked: () => void = () => {},
) {
  const compiled = [watchModule(), memoryModule(), module].map((bytes) => new WebAssembly.Module(bytes));
  const calls = Object.fromEntries(
    ["check", "grow", "size"].map((name) => [name, `host#${name}`]),
  );
  const host = (name: string) => name === "host#check" ? asked : name === "host#grow" ? () => -1 : () => 77;
  const linked = link(
    {
      instances: [
        { module: 0, imports: { [WATCH.host]: calls } },
        { module: 1, imports: {} },
        {
          module: 2,
          imports: {
            env: { memory: [1, "memory"] },
            [WATCH.module]: {
              [WATCH.table]: [0, WATCH.table],
              [WATCH.pages]: [0, WATCH.pages],
            },
          },
        },
      ],
      memory: [1, "memory"],
      table: [0, WATCH.table],
      globals: [],
      budgets: [[2, WATCH.left]],
      touched: [0, WATCH.pages],
      realloc: [2, "a"],
      run: [2, "a"],
      after: [2, "a"],
    },
    compiled,
    host,
  );
  const touched = () => marked(new Uint8Array(linked.touched.buffer));
  return { ...linked, touched };
}

Deno.test({
  name: "rewrite() notes the page of a store, offsets over a page's end included",
  permissions: "none",
  fn() {
    const get = (i: number) => [0x20, i];
    // a: i32.store offset=0; b: offset=3070, which may lie on the page after the next.
    const store = (
      offset: number,
    ) => [...get(0), ...get(1), 0x36, 2, ...leb(offset), 0x41, 7];
    const { module, changes } = rewrite(moduleOf(store(0)));
    assert.equal(changes.stores, 1);
    const { run, touched, memory } = running(module);
    assert.equal(run(5000, 42), 7);
    assert.equal(new DataView(memory.buffer).getInt32(5000, true), 42);
    assert.deepEqual(touched(), [4]);
    const far = running(rewrite(moduleOf(store(3070))).module);
    far.run(1023, 1);
    assert.deepEqual(far.touched(), [Math.floor((1023 + 3070) / 1024)]);
    const near = running(rewrite(moduleOf(store(2048))).module);
    near.run(1020, 1);
    assert.deepEqual(near.touched(), [2]);
  },
});

/** Positions of the bytes that are not zero. */
function marked(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) found.push(at);
  return found;
}

Deno.test({
  name: "rewrite() notes every page of a bulk operation and keeps its result",
  permissions: "none",
  fn() {
    const fill = [0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 0x0b, 0, 0x41, 1];
    const { run, touched, memory } = running(rewrite(moduleOf(fill)).module);
    run(3000, 9, 3000);
    const bytes = new Uint8Array(memory.buffer);
    assert.deepEqual([bytes[2999], bytes[3000], bytes[5999], bytes[6000]], [
      0,
      9,
      9,
      0,
    ]);
    for (const page of [2, 3, 4, 5]) {
      assert.ok(touched().includes(page), `page ${page}`);
    }
  },
});

Deno.test({
  name: "rewrite() asks the host in loops, in bulk operations and for the size of the memory",
  permissions: "none",
  fn() {
    // loop: counts the first argument down to zero.
    const loop = [
      0x03,
      0x40,
      0x20,
      0,
      0x41,
      1,
      0x6b,
      0x22,
      0,
      0x0d,
      0,
      0x0b,
      0x20,
      0,
    ];
    const sizes = [0x3f, 0x00, 0x20, 0, 0x40, 0x00, 0x6a];
    let asked = 0;
    const { run, budgets } = running(rewrite(moduleOf(loop)).module, () => {
      asked++;
      budgets[0]!.value = 99;
    });
    budgets[0]!.value = 99;
    assert.equal(run(1000), 0);
    assert.equal(asked, 10);
    assert.equal(running(rewrite(moduleOf(sizes)).module).run(5), 76);
    const bulk = running(
      rewrite(moduleOf([0x20, 0, 0x41, 0, 0x20, 2, 0xfc, 0x0b, 0, 0x41, 1]))
        .module,
      () => asked = -1,
    );
    bulk.budgets[0]!.value = 10;
    bulk.run(0, 0, 64 * 11);
    assert.equal(asked, -1);
  },
});

Deno.test({
  name: "rewrite() refuses an opcode that it does not know, and one that would write to a table",
  permissions: "none",
  fn() {
    for (
      const [name, code] of Object.entries({
        vector: [0xfd, 0x0c],
        "table.set": [0x26, 0],
        atomic: [0xfe, 0x03],
      })
    ) {
      assert.throws(
        () => rewrite(moduleOf([...code, 0x41, 1])),
        /Opcode 0x.* is not known here/,
        name,
      );
    }
    assert.throws(() => rewrite(moduleOf([0xfc, 0x0c, 0, 0])), /0xfc0c/);
    assert.throws(
      () => rewrite(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])),
      /no core module/,
    );
  },
});

Deno.test({
  name: "rewrite() leaves a module alone that neither loops nor stores",
  permissions: "none",
  fn() {
    const plain = moduleOf([0x20, 0]);
    assert.deepEqual(rewrite(plain).module, plain);
  },
});
