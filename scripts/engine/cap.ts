/** The upper limit of the guest's memory, written into the module that defines it. Pure. @module */
import { assemble, Cursor, leb, SECTION, sections } from "./wasm.ts";

/** The module with a maximum of `pages` (64 KiB each). @throws {RangeError} if it does not define exactly one memory that fits */
export function capMemory(
  module: Uint8Array,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const parts = sections(module);
  const memory = parts.find(({ id }) => id === SECTION.memory);
  if (!memory) throw new RangeError("The module defines no memory");
  const cursor = new Cursor(memory.body);
  const count = cursor.u32();
  const { min } = cursor.limits();
  if (count !== 1) {
    throw new RangeError(`The module defines ${count} memories, not one`);
  }
  if (min > pages) {
    throw new RangeError(
      `The memory begins with ${min} pages, more than its limit of ${pages}`,
    );
  }
  const body = new Uint8Array([1, 1, ...leb(min), ...leb(pages)]);
  return assemble([...parts.filter(({ id }) => id !== SECTION.memory), {
    id: SECTION.memory,
    body,
  }]);
}
