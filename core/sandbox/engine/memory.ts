/**
 * The guest's memory with its pristine state. Rewritten code notes every page that it writes, so a reset copies only those back;
 * the host notes its own writes here. The memory's size is virtual: a reset gives the pristine one back, though the pages stay,
 * zeroed.
 * @module
 */
import type { PristineContent } from "./content.ts";
import { PAGE_BITS } from "./watch.ts";

const WASM_PAGE = 65_536;

/** Guest memory, watched. */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #content: PristineContent;
  readonly #pristine: number;
  readonly #limit: number;
  #size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  readonly #marks: Uint8Array;
  /** Whether the guest asked for more than its limit since the last reset. */
  refused = false;

  /**
   * A memory that was filled with `content`, and nothing has run on it; `limit` is the most that the guest may have, in bytes.
   * @throws {WebAssembly.LinkError} if something has run on it
   */
  constructor(
    memory: WebAssembly.Memory,
    touched: WebAssembly.Memory,
    content: PristineContent,
    limit: number,
  ) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(memory.buffer as ArrayBuffer);
    this.#marks = new Uint8Array(touched.buffer);
    this.#content = content;
    this.#size = this.#pristine = this.#bytes.length / WASM_PAGE;
    this.#limit = Math.max(Math.floor(limit / WASM_PAGE), this.#pristine);
    if (this.#marks.subarray(0, this.#bytes.length >>> PAGE_BITS).includes(1)) {
      throw new WebAssembly.LinkError("The engine writes to its memory while it is linked");
    }
  }

  /** Its size as the guest sees it, in pages of 64 KiB. */
  get size(): number {
    return this.#size;
  }

  /** What `memory.grow` does for the guest: the old size, or -1 beyond the limit. */
  grow(pages: number): number {
    const wanted = this.#size + (pages >>> 0);
    if (wanted > this.#limit) {
      this.refused = true;
      return -1;
    }
    const missing = wanted - this.#bytes.length / WASM_PAGE;
    if (missing > 0 && !this.#enlarge(missing)) return -1;
    const old = this.#size;
    this.#size = wanted;
    return old;
  }

  #enlarge(pages: number): boolean {
    try {
      this.#memory.grow(pages);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      this.refused = true;
      return false;
    }
    this.#renew();
    return true;
  }

  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
    this.#view = new DataView(this.#memory.buffer as ArrayBuffer);
  }

  /** The bytes from `at`: a view that is valid until the guest runs again. */
  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    // Code that was not rewritten grows the memory by itself.
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes.subarray(at, at + length);
  }

  /** For reading numbers. Writes go through {@linkcode write} and its sisters, which note the page. */
  get view(): DataView<ArrayBuffer> {
    if (this.#bytes.length === 0) this.#renew();
    return this.#view;
  }

  /** Puts bytes at an address that the guest gave. */
  write(at: number, bytes: Uint8Array): void {
    this.#mark(at, bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Puts one byte. */
  setUint8(at: number, value: number): void {
    this.#mark(at, 1);
    this.#view.setUint8(at, value);
  }

  /** Puts 32 bits. */
  setUint32(at: number, value: number): void {
    this.#mark(at, 4);
    this.#view.setUint32(at, value, true);
  }

  /** Puts 64 bits. */
  setUint64(at: number, value: bigint): void {
    this.#mark(at, 8);
    this.#view.setBigUint64(at, value, true);
  }

  #mark(at: number, length: number): void {
    if (this.#bytes.length === 0) this.#renew();
    this.#marks.fill(1, at >>> PAGE_BITS, ((at + length) >>> PAGE_BITS) + 1);
  }

  /** Gives every page that was written its pristine content back, and the memory its size. Returns the number of pages copied. */
  reset(): number {
    const pages = this.#bytes.length >>> PAGE_BITS;
    const marks = this.#marks.subarray(0, pages);
    let copied = 0;
    // Neighbours are copied at once. Searching for their ends is native code: a loop here would cost more than the copying.
    for (let first = marks.indexOf(1); first >= 0;) {
      const clean = marks.indexOf(0, first);
      // A store that begins on the last of them can end on the page behind it.
      const end = clean < 0 ? pages : clean + 1;
      this.#content.restore(this.#bytes, first << PAGE_BITS, end << PAGE_BITS);
      copied += end - first;
      first = clean < 0 ? -1 : marks.indexOf(1, clean);
    }
    marks.fill(0);
    this.#size = this.#pristine;
    this.refused = false;
    return copied;
  }

  /** Addresses of 64-bit words that are not as they were at first, for tests: at most `most`. */
  differences(most = 10): number[] {
    const words = new BigUint64Array(this.#bytes.buffer);
    const pristine = new Uint8Array(this.#bytes.length);
    this.#content.restore(pristine, 0, pristine.length);
    const content = new BigUint64Array(pristine.buffer);
    const found: number[] = [];
    for (let i = 0; i < words.length && found.length < most; i++) {
      if (words[i] !== content[i]) found.push(i * 8);
    }
    return found;
  }
}
