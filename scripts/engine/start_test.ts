/** The order of the linker's own start. */
import { strict as assert } from "node:assert";
import { KEEPER_FILE } from "./keep.ts";
import { setupOf } from "./start.ts";
import { assemble, joined, named } from "./wasm.ts";

const type = { id: 1, body: new Uint8Array([1, 0x60, 0, 0]) };

/** A module that imports functions, as the linker's last one does. */
function importing(names: readonly (readonly [string, string])[]) {
  const items = names.map(([from, name]) => [...named(from), ...named(name), 0, 0]);
  return new WebAssembly.Module(assemble([type, { id: 2, body: joined([[names.length], ...items]) }]));
}

Deno.test({
  name: "setupOf() relocates everybody, then constructs everybody, in the linker's order and without our keeper",
  permissions: "none",
  fn() {
    const names = [
      ["b.so", "__wasm_apply_data_relocs"],
      ["b.so", "_initialize"],
      [`/0/${KEEPER_FILE}`, "__wasm_apply_data_relocs"],
      ["a.so", "other"],
      ["a.so", "__wasm_apply_data_relocs"],
      ["a.so", "__wasm_call_ctors"],
    ] as const;
    const imports: Record<string, Record<string, [number, string]>> = {};
    for (const [i, [from, name]] of names.entries()) (imports[from] ??= {})[name] = [i, name];
    const found = setupOf([{ module: 0, imports }], [importing(names)]);
    assert.deepEqual(found.map(([instance]) => instance), [0, 4, 1, 5]);
  },
});

Deno.test({
  name: "setupOf() ends the build when nobody constructs the libraries",
  permissions: "none",
  fn() {
    const imports = { "a.so": { other: [0, "other"] as const } };
    assert.throws(() => setupOf([{ module: 0, imports }], [importing([["a.so", "other"]])]), /linked in a new way/);
  },
});
