/** The small module that the rewritten code asks: a table with the three calls to the host, and the memory of touched pages. Pure. @module */
import { assemble, joined, KIND, leb, named, SECTION } from "./wasm.ts";
import { PAGE_BITS, WATCH } from "../../core/sandbox/engine/watch.ts";
export { PAGE_BITS, WATCH };

/** Elements of the table. */
export const CALL = { check: 0, grow: 1, size: 2, count: 3 } as const;

/** Builds it. Its imports are the host's `check`, `grow` and `size`. */
export function watchModule(): Uint8Array<ArrayBuffer> {
  const i32 = 0x7f;
  const types = [[0x60, 0, 0], [0x60, 1, i32, 1, i32], [0x60, 0, 1, i32]];
  const calls = ["check", "grow", "size"];
  const list = (id: number, items: readonly (readonly number[])[]) => ({
    id,
    body: joined([leb(items.length), ...items]),
  });
  return assemble([
    list(SECTION.type, types),
    list(
      SECTION.import,
      calls.map((
        name,
        i,
      ) => [...named(WATCH.host), ...named(name), KIND.function, i]),
    ),
    list(SECTION.table, [[0x70, 0, CALL.count]]),
    list(SECTION.memory, [[0, ...leb(WATCH.wasmPages)]]),
    list(SECTION.export, [
      [...named(WATCH.table), KIND.table, 0],
      [...named(WATCH.pages), KIND.memory, 0],
    ]),
    list(SECTION.element, [[0, 0x41, 0, 0x0b, calls.length, 0, 1, 2]]),
  ]);
}
