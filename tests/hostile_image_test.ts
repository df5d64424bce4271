/** A poisoned or exchanged engine image never runs: it is refused in one sentence before anything is compiled. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { SandboxError } from "../core/base/errors.ts";
import { openImage, unpackImage, writeImage } from "../core/sandbox/engine/image.ts";
import { openLocalSandbox } from "../core/sandbox/local.ts";
import { ensureEngine } from "../scripts/engine/ensure.ts";

const engine = await ensureEngine();
const skipped = "missing" in engine ? ` [skipped: ${engine.missing}]` : "";
const packed = "missing" in engine ? new Uint8Array() : Deno.readFileSync(engine.path);

function refused(work: () => unknown, what: string): void {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof SandboxError, `${what}: ${error}`);
    assert.equal(error.code, "bad_image", what);
    assert.match(error.message, /^The Python engine's image [^\n]+; build it again with deno task engine$/, what);
    return true;
  }, what);
}

function flip(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at]! ^= 1 << at % 8;
  return copy;
}

/** The digest at the end made to fit again, as somebody would who exchanges the image on purpose. */
function sealed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy.set(createHash("sha256").update(copy.subarray(0, -32)).digest(), copy.length - 32);
  return copy;
}

Deno.test({
  name: `openImage() refuses an image that was cut off, changed or exchanged${skipped}`,
  ignore: skipped !== "",
  fn() {
    const image = unpackImage(packed);
    const { digest } = openImage(image);
    for (const length of [0, 1, 7, 8, 12, 31, 32, 44, 1000, image.length >> 1, image.length - 32, image.length - 1]) {
      refused(() => openImage(image.subarray(0, length)), `${length} bytes`);
    }
    const larger = new Uint8Array(image.length + 1);
    larger.set(image);
    refused(() => openImage(larger), "a byte more");
    for (let at = 0; at < image.length; at += image.length >> 3) {
      refused(() => openImage(flip(image, at)), `bit in ${at}`);
    }
    refused(() => openImage(flip(image, image.length - 1)), "the digest itself");
    refused(
      () => openImage(image, { expected: digest.replace(/^./, (one) => one === "0" ? "1" : "0") }),
      "another digest",
    );
    refused(() => openImage(new Uint8Array(image.length)), "zeros");
    refused(() => openImage(crypto.getRandomValues(new Uint8Array(1000))), "noise");
    // A sound image, but not the one that was asked for.
    const other = sealed(flip(image, image.length - 100));
    assert.notEqual(openImage(other).digest, digest);
    refused(() => openImage(other, { expected: digest }), "an image of somebody else");
  },
});

Deno.test({
  name: `openImage() refuses a header that lies, even where the digest fits${skipped}`,
  ignore: skipped !== "",
  fn() {
    const image = unpackImage(packed);
    const { modules, ...header } = openImage(image);
    const length = new DataView(image.buffer).getUint32(8, true);
    for (const wrong of [0, 1, length - 1, length + 1, image.length, 0xffff_ffff]) {
      const copy = new Uint8Array(image);
      new DataView(copy.buffer).setUint32(8, wrong, true);
      refused(() => openImage(sealed(copy)), `a header of ${wrong} bytes`);
    }
    const texts = ["", "null", "5", "[]", "{}", '{"sizes":5}', '{"sizes":[-1]}', '{"sizes":[1e9]}', '{"sizes":["a"]}'];
    for (const text of texts) {
      const made = writeImage({ ...header } as never, modules.slice(0, 1));
      const bytes = new TextEncoder().encode(text);
      const copy = new Uint8Array(12 + bytes.length + 32);
      copy.set(made.subarray(0, 8));
      new DataView(copy.buffer).setUint32(8, bytes.length, true);
      copy.set(bytes, 12);
      refused(() => openImage(sealed(copy)), `the header ${text}`);
    }
  },
});

Deno.test({
  name: `unpackImage() refuses what is no packed image, and one that claims too much${skipped}`,
  ignore: skipped !== "",
  fn() {
    for (const length of [0, 5, 11, 12, 100, packed.length >> 1, packed.length - 1_000]) {
      refused(() => unpackImage(packed.subarray(0, length)), `${length} bytes`);
    }
    refused(() => unpackImage(flip(packed, 0)), "another magic");
    refused(() => openImage(unpackImage(flip(packed, packed.length >> 1))), "a flipped bit inside");
    for (const size of [0, 1, 0x7fff_ffff, 0xffff_ffff]) {
      const copy = new Uint8Array(packed);
      new DataView(copy.buffer).setUint32(8, size, true);
      refused(() => openImage(unpackImage(copy)), `claims ${size} bytes`);
    }
  },
});

Deno.test({
  name: `openLocalSandbox() starts nothing with a poisoned image${skipped}`,
  ignore: skipped !== "",
  async fn() {
    const poisoned = flip(packed, packed.length >> 1);
    await assert.rejects(async () => {
      await using _ = await openLocalSandbox({ image: poisoned, layers: false });
    }, { name: "SandboxError", code: "bad_image" });
  },
});
