/** What is told of two builds that differ. */
import { strict as assert } from "node:assert";
import { openImage, writeImage } from "../../core/sandbox/engine/image.ts";
import type { Plan } from "../../core/sandbox/engine/plan.ts";
import { firstDifference } from "./compare.ts";
import { withMemory } from "./data.ts";
import { stranger } from "./known.ts";
import { assemble } from "./wasm.ts";

const plan = { instances: [], realloc: [0, "a"] } as unknown as Plan;
const holder = assemble([{ id: 5, body: new Uint8Array([1, 0, 1]) }]);

function image(bytes: readonly number[], change: { versions?: string; plan?: Plan; code?: number } = {}) {
  const memory = new Uint8Array(65_536);
  memory.set(bytes, 5000);
  const code = assemble([{ id: 3, body: new Uint8Array([1, change.code ?? 0]) }]);
  const header = {
    plan: change.plan ?? plan,
    versions: { v: change.versions ?? "1" },
    importable: [],
    guestBytes: 65_536,
  };
  return openImage(writeImage(header, [code, withMemory(holder, memory)]));
}

Deno.test({
  name: "firstDifference() names the part and the place",
  permissions: "none",
  fn() {
    const one = image([1, 2, 3]);
    assert.equal(firstDifference(one, image([1, 2, 3])), undefined);
    assert.equal(firstDifference(one, image([1, 9, 3])), "module 1, memory at 5001");
    assert.equal(firstDifference(one, image([1])), "module 1, memory at 5001");
    assert.equal(firstDifference(one, image([1, 2, 3], { code: 1 })), "module 0, byte 11");
    assert.equal(firstDifference(one, image([1, 2, 3], { versions: "2" })), "the header");
    assert.equal(firstDifference(one, image([1, 2, 3], { plan: { ...plan, realloc: [0, "b"] } })), "the link plan");
  },
});

Deno.test({
  name: "stranger() warns of another digest of the same inputs on the same system only",
  permissions: "none",
  fn() {
    const known = { inputs: "i", digests: { linux: "d" } };
    assert.equal(stranger(known, { inputs: "i", digest: "d" }, "linux"), undefined);
    assert.match(
      stranger(known, { inputs: "i", digest: "e" }, "linux")!,
      /has the digest e, where this commit gives d/,
    );
    assert.equal(stranger(known, { inputs: "j", digest: "e" }, "linux"), undefined);
    assert.equal(stranger(known, { inputs: "i", digest: "e" }, "darwin"), undefined);
  },
});
