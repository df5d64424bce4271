/** Joining modules: what calls what stays, what cannot change becomes a constant, what is not known ends the build. @module */
import { strict as assert } from "node:assert";
import { link } from "../../core/sandbox/engine/link.ts";
import type { PlanInstance, Ref } from "../../core/sandbox/engine/plan.ts";
import { merge, MERGED } from "./merge.ts";
import { assemble, joined, leb, named } from "./wasm.ts";

const I32 = 0x7f;
const END = 0x0b;

function list(id: number, ...items: (readonly number[])[]) {
  return { id, body: joined([leb(items.length), ...items]) };
}

function code(...bodies: number[][]) {
  return list(10, ...bodies.map((body) => [...leb(body.length + 2), 0, ...body, END]));
}

const exported = (name: string, kind: number, index: number) => [...named(name), kind, index];
const imported = (name: string, ...rest: number[]) => [...named("env"), ...named(name), ...rest];

/**
 * Memory, table and globals as a linker leaves them: `base` = 100 is written by nobody, `sp` by the second module; `far` does
 * nothing but call slot 1 of the table.
 */
const env = assemble([
  list(1, [0x60, 1, I32, 1, I32]),
  list(3, [0]),
  list(4, [0x70, 0, 3]),
  list(5, [0, 1]),
  list(6, [I32, 1, 0x41, 0xe4, 0, END], [I32, 1, 0x41, 7, END]),
  list(
    7,
    ...[exported("memory", 2, 0), exported("table", 1, 0), exported("base", 3, 0), exported("sp", 3, 1)],
    exported("far", 0, 0),
  ),
  code([0x20, 0, 0x41, 1, 0x11, 0, 0]),
  list(11, [0, 0x41, 2, END, 1, 9]),
]);

const MEMORY = imported("memory", 2, 0, 1);
const TABLE = imported("table", 1, 0x70, 0, 3);

/** `run(x)` = far(x) + base, after sp += 1; `dead` writes `base`, and nobody calls it. Types 1 and 0: another order than in env. */
const user = assemble([
  list(1, [0x60, 0, 0], [0x60, 1, I32, 1, I32]),
  list(2, imported("far", 0, 1), MEMORY, TABLE, imported("base", 3, I32, 1), imported("sp", 3, I32, 1)),
  list(3, [1], [0]),
  list(7, exported("run", 0, 1), exported("dead", 0, 2)),
  code([0x23, 1, 0x41, 1, 0x6a, 0x24, 1, 0x20, 0, 0x10, 0, 0x23, 0, 0x6a], [0x41, 5, 0x24, 0]),
]);

/** Puts the host's `twice` and its own `plus`, which stands at base - 99 = 1, into the table. */
const filler = assemble([
  list(1, [0x60, 1, I32, 1, I32]),
  list(2, imported("twice", 0, 0), MEMORY, TABLE, imported("base", 3, I32, 0)),
  list(3, [0]),
  list(9, [0, 0x41, 0, END, 1, 0], [0, 0x23, 0, 0x41, 0x9d, 0x7f, 0x6a, END, 1, 1]),
  code([0x20, 0, 0x10, 0, 0x41, 3, 0x6a]),
]);

const shared: Record<string, Ref> = { memory: [0, "memory"], table: [0, "table"], base: [0, "base"] };
const INSTANCES: readonly PlanInstance[] = [
  { module: 0, imports: {} },
  { module: 1, imports: { env: { ...shared, far: [0, "far"], sp: [0, "sp"] } } },
  { module: 2, imports: { env: { ...shared, twice: "host#twice" } } },
];
const ROOTS = { run: [1, "run"] as Ref, realloc: [1, "run"] as Ref, after: [1, "run"] as Ref };

function linked() {
  const merged = merge([env, user, filler], INSTANCES, ROOTS);
  const own = { memory: [0, MERGED.memory] as Ref, table: [0, MERGED.table] as Ref };
  const plan = {
    instances: [
      { module: 0, imports: {} },
      { module: 1, imports: { [MERGED.own]: own, [MERGED.host]: { "host#twice": "host#twice" } } },
    ],
    ...own,
    globals: merged.globals.map((name): Ref => [1, name]),
    budgets: [],
    touched: own.memory,
    ...{ run: [1, "run"] as Ref, realloc: [1, "realloc"] as Ref, after: [1, "after"] as Ref },
  };
  const modules = [merged.holder, merged.code].map((bytes) => new WebAssembly.Module(bytes));
  return { merged, ...link(plan, modules, () => (x) => 2 * Number(x)) };
}

Deno.test({
  name: "merge() joins modules to one that does the same",
  permissions: "none",
  fn() {
    const { merged, run, globals, memory, table } = linked();
    assert.equal(run(10), 2 * 10 + 3 + 100);
    assert.deepEqual(merged.host, ["host#twice"]);
    assert.equal(new Uint8Array(memory.buffer)[2], 9);
    assert.deepEqual([0, 1, 2].map((slot) => typeof table.get(slot)), ["function", "function", "object"]);
    assert.equal((table.get(1) as (x: number) => number)(4), 11);
    // The stack pointer is the only global that is left, since only dead code writes the other.
    assert.deepEqual(globals.map(({ value }) => value), [8]);
  },
});

Deno.test({
  name: "merge() leaves out what nobody calls, and calls directly what a function behind the table was asked for",
  permissions: "none",
  fn() {
    const { merged } = linked();
    // Kept: run, plus. Dropped: far, dead.
    assert.deepEqual(merged.functions, { kept: 2, dropped: 2 });
  },
});

Deno.test({
  name: "merge() refuses what it does not know",
  permissions: "none",
  fn() {
    const start = assemble([list(1, [0x60, 0, 0]), list(3, [0]), { id: 8, body: new Uint8Array([0]) }, code([])]);
    assert.throws(() => merge([start], [{ module: 0, imports: {} }], {}), /start function/);
    const twice = [...INSTANCES, { module: 1, imports: INSTANCES[1]!.imports }];
    assert.throws(() => merge([env, user, filler, user], twice, ROOTS), /several instances/);
    const passive = assemble([list(1, [0x60, 0, 0]), list(3, [0]), list(9, [1, 0, 1, 0]), code([])]);
    assert.throws(() => merge([passive], [{ module: 0, imports: {} }], {}), /flags 1/);
    const second = [
      { module: 0, imports: {} },
      ...INSTANCES.map(({ module }) => ({ module: module + 1, imports: {} })),
    ];
    assert.throws(() => merge([env, env], second.slice(0, 2), { run: [0, "far"] }), /more than one memory/);
    assert.throws(() => merge([env, user, filler], INSTANCES, { run: [0, "memory"] }), /exports no function memory/);
  },
});
