/**
 * The memory as it is before CPython starts in it. componentize-py only gives a component whose CPython has started, with secrets
 * of that moment in it; so a library of ours is linked into it that copies the whole memory to its end before any code of others
 * has run. Pure.
 * @module
 */
import { assemble, joined, KIND, leb, named, SECTION, sleb } from "./wasm.ts";

const PAGE = 65_536;
/** Stands at the begin of a page of its own; the memory's length follows, the copy begins on the next page. "afkeep", version 1. */
const MARK = [0x656b6661, 0x00017065] as const;
/** The name under which componentize-py takes a library along. */
export const KEEPER_FILE = "keeper.abi3.so";

/** The linker calls these of every library, in this order: all of the first, then all of the others. */
export const SETUP = { relocate: "__wasm_apply_data_relocs", construct: ["__wasm_call_ctors", "_initialize"] } as const;

/**
 * The library. It copies when it is to relocate its data: everybody's data is in place then, and no constructor has run. Those draw
 * random numbers and look at the clock.
 */
export function keeperModule(): Uint8Array<ArrayBuffer> {
  const local = 0;
  const [get, set, constant, store] = [0x20, 0x21, 0x41, 0x36];
  const [size, grow, copy] = [[0x3f, 0], [0x40, 0], [0xfc, 10, 0, 0]];
  const number = (value: number) => [constant, ...sleb(value)];
  const put = (
    offset: number,
    value: readonly number[],
  ) => [get, local, ...value, store, 2, ...leb(offset)];
  const code = [
    ...[1, 1, 0x7f],
    // end = memory.size * 64 KiB
    ...[...size, ...number(16), 0x74, set, local],
    // A page for the mark and as many as there are; -1 is a trap.
    ...[
      ...size,
      ...number(1),
      0x6a,
      ...grow,
      ...number(-1),
      0x46,
      0x04,
      0x40,
      0x00,
      0x0b,
    ],
    // The copy, then the mark: the copy itself has none.
    ...[get, local, ...number(PAGE), 0x6a, ...number(0), get, local, ...copy],
    ...put(0, number(MARK[0])),
    ...put(4, number(MARK[1])),
    ...put(8, [get, local]),
    0x0b,
  ];
  const one = (id: number, body: readonly number[]) => ({
    id,
    body: new Uint8Array([1, ...body]),
  });
  return assemble([
    one(SECTION.type, [0x60, 0, 0]),
    one(SECTION.import, [
      ...named("env"),
      ...named("memory"),
      KIND.memory,
      0,
      0,
    ]),
    one(SECTION.function, [0]),
    one(SECTION.export, [...named(SETUP.relocate), KIND.function, 0]),
    { id: SECTION.code, body: joined([[1], leb(code.length), code]) },
  ]);
}

/** The copy in a memory. @throws {RangeError} if there is none, or more than one */
export function keptIn(memory: Uint8Array): Uint8Array {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
  const found: Uint8Array[] = [];
  for (let at = PAGE; at + PAGE < memory.length; at += PAGE) {
    const marked = MARK.every((word, i) => view.getUint32(at + i * 4, true) === word);
    // It was the memory's end, so it is as long as it lies high.
    if (marked && view.getUint32(at + 8, true) === at) {
      found.push(memory.subarray(at + PAGE, at + PAGE + at));
    }
  }
  if (found.length !== 1 || found[0]!.length % PAGE !== 0) {
    throw new RangeError(
      `The component keeps ${found.length} copies of its first memory, where one was expected`,
    );
  }
  return found[0]!;
}
