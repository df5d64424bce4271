/**
 * The guest's memory with its pristine state. Rewritten code notes every page that it writes, so a reset copies only those back;
 * the host notes its own writes here. The memory's size is virtual: a reset gives the pristine one back, though the pages stay,
 * zeroed.
 * @module
 */
import { PAGE_BITS } from "./watch.ts";

const PAGE = 1 << PAGE_BITS;
const WASM_PAGE = 65_536;

/** Guest memory, watched. */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  readonly #touched: WebAssembly.Memory;
  /** Where the pristine content of a page begins in `#pages`; -1 = it is all zero. */
  readonly #index: Int32Array;
  readonly #pages: Uint8Array<ArrayBuffer>;
  readonly #pristine: number;
  readonly #limit: number;
  #size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #marks: Uint8Array;
  /** Whether the guest asked for more than its limit since the last reset. */
  refused = false;

  /** Takes the present state as the pristine one; `limit` is the most that the guest may have, in bytes. */
  constructor(
    memory: WebAssembly.Memory,
    touched: WebAssembly.Memory,
    limit: number,
  ) {
    this.#memory = memory;
    this.#touched = touched;
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(memory.buffer as ArrayBuffer);
    this.#marks = new Uint8Array(touched.buffer);
    this.#marks.fill(0);
    this.#size = this.#pristine = this.#bytes.length / WASM_PAGE;
    this.#limit = Math.max(Math.floor(limit / WASM_PAGE), this.#pristine);
    [this.#index, this.#pages] = snapshot(this.#bytes);
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
    this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
    this.#view = new DataView(this.#memory.buffer as ArrayBuffer);
    return true;
  }

  /** The bytes from `at`: a view that is valid until the guest runs again. */
  read(at: number, length: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(at, at + length);
  }

  /** For reading numbers. Writes go through {@linkcode write} and its sisters, which note the page. */
  get view(): DataView<ArrayBuffer> {
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
    this.#marks.fill(1, at >>> PAGE_BITS, ((at + length) >>> PAGE_BITS) + 1);
  }

  /** Gives every page that was written its pristine content back, and the memory its size. Returns the number of pages copied. */
  reset(): number {
    const pages = this.#bytes.length >>> PAGE_BITS;
    const words = new Uint32Array(this.#touched.buffer, 0, (pages >>> 2) + 1);
    let copied = 0;
    // One run of neighbours at a time: from `first` up to `end`, which is not in it.
    let first = 0;
    let end = 0;
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      for (let page = word * 4; page < word * 4 + 4 && page < pages; page++) {
        if (this.#marks[page] === 0) continue;
        if (page > end) {
          copied += this.#restore(first, end);
          first = page;
        }
        // A store that begins on this page can end on the next one.
        end = Math.min(page + 2, pages);
      }
      words[word] = 0;
    }
    copied += this.#restore(first, end);
    this.#size = this.#pristine;
    this.refused = false;
    return copied;
  }

  /** Copies pages back, those whose pristine content lies side by side at once. */
  #restore(first: number, end: number): number {
    for (let page = first; page < end;) {
      const from = this.#content(page);
      let next = page + 1;
      while (
        next < end &&
        this.#content(next) === (from < 0 ? -1 : from + (next - page) * PAGE)
      ) next++;
      if (from < 0) this.#bytes.fill(0, page << PAGE_BITS, next << PAGE_BITS);
      else {this.#bytes.set(
          this.#pages.subarray(from, from + (next - page) * PAGE),
          page << PAGE_BITS,
        );}
      page = next;
    }
    return end - first;
  }

  /** Where the pristine content of a page begins in `#pages`; -1 = it is all zero. */
  #content(page: number): number {
    return page < this.#index.length ? this.#index[page]! : -1;
  }

  /** Addresses of 64-bit words that are not as they were at first, for tests: at most `most`. */
  differences(most = 10): number[] {
    const words = new BigUint64Array(this.#bytes.buffer);
    const content = new BigUint64Array(this.#pages.buffer);
    const found: number[] = [];
    const each = PAGE / 8;
    for (let i = 0; i < words.length && found.length < most; i++) {
      const from = this.#index[Math.floor(i / each)] ?? -1;
      const wanted = from < 0 ? 0n : content[from / 8 + i % each]!;
      if (words[i] !== wanted) found.push(i * 8);
    }
    return found;
  }
}

/** The pages that are not all zero, one behind the other, and where each begins. */
function snapshot(
  bytes: Uint8Array<ArrayBuffer>,
): [Int32Array, Uint8Array<ArrayBuffer>] {
  const index = new Int32Array(bytes.length / PAGE).fill(-1);
  const words = new BigUint64Array(bytes.buffer);
  const each = PAGE / 8;
  let used = 0;
  for (let page = 0; page < index.length; page++) {
    for (let i = page * each; i < (page + 1) * each; i++) {
      if (words[i] === 0n) continue;
      index[page] = used * PAGE;
      used++;
      break;
    }
  }
  const content = new Uint8Array(used * PAGE);
  for (const [page, from] of index.entries()) {
    if (from >= 0) {
      content.set(bytes.subarray(page * PAGE, (page + 1) * PAGE), from);
    }
  }
  return [index, content];
}
