/** The pristine content against V8's own filling of a memory, and what is refused. @module */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { PristineContent } from "./content.ts";
import { link } from "./link.ts";
import { builtImage, engineTest } from "./testing.ts";

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** A memory of two pages, exported as `m`. */
const MEMORY = [5, 3, 1, 0, 2, 7, 5, 1, 1, 0x6d, 2, 0];

function moduleWith(...segments: number[][]): Uint8Array<ArrayBuffer> {
  const body = [segments.length, ...segments.flat()];
  return new Uint8Array([...HEAD, ...MEMORY, 11, body.length, ...body]);
}

function memoryOf(module: Uint8Array<ArrayBuffer>): Uint8Array {
  const { m } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  return new Uint8Array((m as WebAssembly.Memory).buffer);
}

Deno.test({
  name: "PristineContent is what V8 fills a memory with, and its code is the module without it",
  permissions: "none",
  fn() {
    // At 3, at 65,534 over the border of a chunk, and at 70,000.
    const module = moduleWith([0, 0x41, 3, 0x0b, 2, 7, 8], [0, 0x41, 0xfe, 0xff, 3, 0x0b, 4, 1, 2, 3, 4], [
      ...[0, 0x41, 0xf0, 0xa2, 4, 0x0b, 1, 9],
    ]);
    const wanted = memoryOf(module);
    const content = new PristineContent(module);
    assert.equal(content.end, 70_001);
    assert.ok(memoryOf(content.code).every((byte) => byte === 0));
    const filled = new Uint8Array(wanted.length);
    content.fill(filled);
    assert.deepEqual(filled, wanted);
    for (const [start, end] of [[65_536, 65_537], [0, 5], [4, 70_100], [70_001, 131_072], [0, 131_072]] as const) {
      const dirty = new Uint8Array(wanted.length).fill(0xaa);
      content.restore(dirty, start, end);
      assert.deepEqual(dirty.subarray(start, end), wanted.subarray(start, end));
      assert.ok(dirty.every((byte, at) => at >= start && at < end || byte === 0xaa));
    }
  },
});

Deno.test({
  name: "PristineContent refuses data that it cannot place",
  permissions: "none",
  fn() {
    const refused = (module: Uint8Array, why: RegExp) => assert.throws(() => new PristineContent(module), why);
    refused(moduleWith([0, 0x41, 5, 0x0b, 1, 1], [0, 0x41, 4, 0x0b, 1, 1]), /out of order/);
    refused(moduleWith([0, 0x41, 5, 0x0b, 2, 1, 1], [0, 0x41, 6, 0x0b, 1, 1]), /out of order/);
    refused(moduleWith([0, 0x41, 0x7f, 0x0b, 1, 1]), /negative/);
    refused(moduleWith([1, 1, 1]), /without a fixed address/);
    refused(moduleWith([0, 0x23, 0, 0x0b, 1, 1]), /without a fixed address/);
    refused(moduleWith([0, 0x41, 5, 0x0b, 100, 1]), /out of order/);
    refused(new Uint8Array([...HEAD, 12, 1, 1]), /may name/);
    assert.equal(new PristineContent(new Uint8Array([...HEAD, ...MEMORY])).end, 0);
  },
});

engineTest("PristineContent of the built engine is what V8 fills its memory with", () => {
  const image = builtImage();
  const { plan } = image;
  const modules = image.modules.map((bytes) => new WebAssembly.Module(bytes));
  const { memory } = link(plan, modules, () => () => {});
  const wanted = new Uint8Array(memory.buffer);
  const content = new PristineContent(image.modules[plan.instances[plan.memory[0]]!.module]!);
  const filled = new Uint8Array(wanted.length);
  content.fill(filled);
  assert.equal(Buffer.compare(filled, wanted), 0);
  content.restore(filled.fill(1), 0, filled.length);
  assert.equal(Buffer.compare(filled, wanted), 0);
});
