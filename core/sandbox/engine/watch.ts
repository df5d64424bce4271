/** Names that the rewritten code and the run time agree on. Pure. @module */

/** A page of the memory, as a reset copies it, has 2 to this power bytes. */
export const PAGE_BITS = 10;

/** The module beside the guest, its exports, and the global of each rewritten module. */
export const WATCH = {
  /** Under this name rewritten modules import the table and the memory. */
  module: "af",
  /** Under this name the small module imports the host's functions. */
  host: "af:engine/watch",
  table: "calls",
  /** One byte for each page of the guest's memory: 1 = written since the last reset. */
  pages: "pages",
  /** What is left until the host is asked again. */
  left: "af:left",
  /** Size of `pages` in WebAssembly's pages: enough for an address of 32 bits and an offset of 32 bits. */
  wasmPages: 129,
} as const;
