/** The image's container: what was changed, cut off or exchanged is refused in one sentence. @module */
import { strict as assert } from "node:assert";
import { SandboxError } from "../../base/errors.ts";
import { openImage, packImage, unpackImage, writeImage } from "./image.ts";
import type { Plan } from "./plan.ts";

const plan: Plan = {
  instances: [{ module: 0, imports: {} }],
  memory: [0, "memory"],
  table: [0, "table"],
  globals: [],
  budgets: [],
  touched: [0, "pages"],
  realloc: [0, "r"],
  run: [0, "run"],
  after: [0, "after"],
};
const modules = [new Uint8Array([1, 2, 3]), new Uint8Array(500).fill(7)];

function image(
  versions: Record<string, string> = { python: "3.14" },
): Uint8Array<ArrayBuffer> {
  return writeImage({
    plan,
    versions,
    importable: ["math"],
    guestBytes: 1 << 20,
  }, modules);
}

function refused(work: () => unknown, text: RegExp): void {
  assert.throws(work, (thrown) => {
    assert.ok(thrown instanceof SandboxError);
    assert.equal(thrown.code, "bad_image");
    assert.match(thrown.message, text);
    return true;
  });
}

Deno.test({
  name: "openImage() reads what writeImage() and packImage() made",
  permissions: "none",
  fn() {
    const unpacked = unpackImage(packImage(image()));
    assert.deepEqual(unpacked, image());
    const opened = openImage(unpacked);
    assert.deepEqual(opened.plan, plan);
    assert.deepEqual(
      opened.modules.map((bytes) => [...bytes]),
      modules.map((bytes) => [...bytes]),
    );
    assert.match(opened.digest, /^[0-9a-f]{64}$/);
    assert.notEqual(openImage(image({ python: "3.15" })).digest, opened.digest);
  },
});

Deno.test({
  name: "openImage() refuses an image when any byte was changed, or it was cut off or exchanged",
  permissions: "none",
  fn() {
    const good = image();
    for (let at = 0; at < good.length; at += 13) {
      const poisoned = good.slice();
      poisoned[at]! ^= 1;
      refused(() => openImage(poisoned), /image/);
    }
    for (const length of [0, 7, 12, 40, good.length - 1]) {
      refused(() => openImage(good.subarray(0, length)), /image/);
    }
    refused(
      () => openImage(image({ python: "other" }), { expected: openImage(good).digest }),
      /where [0-9a-f]{64} was expected/,
    );
  },
});

Deno.test({
  name: "unpackImage() refuses bytes that are no packed image, and one that claims another size",
  permissions: "none",
  fn() {
    const packed = packImage(image());
    refused(() => unpackImage(new Uint8Array(100)), /not a packed image/);
    refused(
      () => unpackImage(packed.subarray(0, packed.length - 5)),
      /cannot be unpacked|bytes where it claims/,
    );
    for (const claimed of [10, 0xffff_ffff]) {
      const wrong = packed.slice();
      new DataView(wrong.buffer).setUint32(8, claimed, true);
      refused(() => unpackImage(wrong), /unpacked|claims/);
    }
  },
});
