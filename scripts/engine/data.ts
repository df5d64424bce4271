/** A memory and the module that defines it: its data segments as bytes, bytes as its data segments. Pure. @module */
import { assemble, Cursor, joined, leb, SECTION, type Section, sections, sleb } from "./wasm.ts";

const PAGE = 65_536;
/** As many zeros in a row end a segment: fewer would cost less than they take. */
const GAP = 64;

/** What the memory that a module defines holds at first. @throws {RangeError} for segments without a fixed address */
export function memoryOf(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = sections(module);
  const memory = new Uint8Array(limits(parts).min * PAGE);
  const data = parts.find(({ id }) => id === SECTION.data);
  if (!data) return memory;
  const cursor = new Cursor(data.body);
  for (let left = cursor.u32(); left > 0; left--) {
    const fixed = cursor.u32() === 0 && cursor.byte() === 0x41;
    const address = cursor.s32() >>> 0;
    if (!fixed || cursor.byte() !== 0x0b) throw new RangeError("A data segment has no fixed address");
    memory.set(cursor.take(cursor.u32()), address);
  }
  return memory;
}

/** The same module with a memory of this content and size. */
export function withMemory(module: Uint8Array, memory: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = sections(module);
  const { max } = limits(parts);
  const size = max === undefined
    ? [1, 0, ...leb(memory.length / PAGE)]
    : [1, 1, ...leb(memory.length / PAGE), ...leb(max)];
  const replaced: readonly number[] = [SECTION.memory, SECTION.data, SECTION.dataCount];
  const segments = segmentsOf(memory);
  return assemble([
    ...parts.filter(({ id }) => !replaced.includes(id)),
    { id: SECTION.memory, body: new Uint8Array(size) },
    ...(segments.length === 0 ? [] : [{
      id: SECTION.data,
      body: joined([
        leb(segments.length),
        ...segments.flatMap(([start, end]) => [
          [0, 0x41, ...sleb(start), 0x0b, ...leb(end - start)],
          memory.subarray(start, end),
        ]),
      ]),
    }]),
  ]);
}

/** Where there is something else than zeros: starts and ends. */
function segmentsOf(memory: Uint8Array): [start: number, end: number][] {
  const found: [number, number][] = [];
  let [start, last] = [-1, -1];
  for (let at = 0; at < memory.length; at++) {
    if (memory[at] === 0) continue;
    if (start >= 0 && at - last > GAP) {
      found.push([start, last + 1]);
      start = at;
    } else if (start < 0) start = at;
    last = at;
  }
  if (start >= 0) found.push([start, last + 1]);
  return found;
}

function limits(
  parts: readonly Section[],
): { readonly min: number; readonly max?: number } {
  const memory = parts.find(({ id }) => id === SECTION.memory);
  if (!memory || memory.body[0] !== 1) {
    throw new RangeError("The module does not define one memory");
  }
  return new Cursor(memory.body, 1).limits();
}
