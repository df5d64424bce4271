/**
 * The memory's pristine content: the data segments of the module that defines it, read where they lie in the image. V8 would keep a
 * copy of its own to fill the memory from, and a snapshot of the filled memory would be a third, the largest. Pure.
 * @module
 */

const DATA_SECTION = 11;
const DATA_COUNT_SECTION = 12;
const HEADER_BYTES = 8;
/** Bytes that are put in place at once, when one of them is first asked for: 2 to this power. */
const CHUNK_BITS = 16;

/** What a memory holds at first. */
export class PristineContent {
  readonly #module: Uint8Array;
  /** Of each segment: its address, where it lies in the module, its length. By rising address. */
  #addresses = new Uint32Array();
  #places = new Uint32Array();
  #lengths = new Uint32Array();
  #at = HEADER_BYTES;
  /** As the memory is, as far as it was asked for; zeros that are not touched cost nothing. */
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #there: Uint8Array;
  /** The module without its data, to be filled by {@linkcode fill} before anything runs on its memory. */
  readonly code: Uint8Array<ArrayBuffer>;

  /** @throws {WebAssembly.CompileError} for data that does not lie at fixed, rising addresses of the one memory */
  constructor(module: Uint8Array) {
    this.#module = module;
    this.code = this.#split();
    const last = this.#addresses.length - 1;
    this.#bytes = new Uint8Array(last < 0 ? 0 : this.#addresses[last]! + this.#lengths[last]!);
    this.#there = new Uint8Array((this.#bytes.length >>> CHUNK_BITS) + 1);
  }

  /** Address behind the last byte that may not be zero. */
  get end(): number {
    return this.#bytes.length;
  }

  /** Fills a fresh memory. */
  fill(memory: Uint8Array): void {
    for (let i = 0; i < this.#addresses.length; i++) this.#put(i, memory);
  }

  /** Puts the content of the addresses from `start` to `end` into `memory`. */
  restore(memory: Uint8Array, start: number, end: number): void {
    const filled = Math.min(end, this.#bytes.length);
    if (start < filled) {
      for (let chunk = start >>> CHUNK_BITS; chunk << CHUNK_BITS < filled; chunk++) {
        if (this.#there[chunk] === 0) this.#fetch(chunk);
      }
      memory.set(this.#bytes.subarray(start, filled), start);
    }
    if (end > filled) memory.fill(0, Math.max(start, filled), end);
  }

  #fetch(chunk: number): void {
    const [start, end] = [chunk << CHUNK_BITS, (chunk + 1) << CHUNK_BITS];
    for (let i = this.#firstBehind(start); i < this.#addresses.length && this.#addresses[i]! < end; i++) {
      this.#put(i, this.#bytes);
    }
    this.#there[chunk] = 1;
  }

  #put(segment: number, target: Uint8Array): void {
    const place = this.#places[segment]!;
    target.set(this.#module.subarray(place, place + this.#lengths[segment]!), this.#addresses[segment]!);
  }

  /** The first segment that ends behind an address. */
  #firstBehind(address: number): number {
    let [low, high] = [0, this.#addresses.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#addresses[middle]! + this.#lengths[middle]! > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #split(): Uint8Array<ArrayBuffer> {
    while (this.#at < this.#module.length) {
      const start = this.#at;
      const id = this.#module[this.#at++]!;
      const length = this.#number();
      if (id === DATA_COUNT_SECTION) throw bad("segments that code may name");
      if (id === DATA_SECTION) {
        const end = this.#at + length;
        this.#readSegments();
        if (this.#at !== end) throw bad("a length that does not fit");
        return joined(this.#module.subarray(0, start), this.#module.subarray(end));
      }
      this.#at += length;
    }
    return joined(this.#module, new Uint8Array());
  }

  #readSegments(): void {
    const count = this.#number();
    if (count > this.#module.length) throw bad("more segments than bytes");
    const fresh = () => new Uint32Array(count);
    [this.#addresses, this.#places, this.#lengths] = [fresh(), fresh(), fresh()];
    for (let i = 0, behind = 0; i < count; i++) {
      // Active, in memory 0, at `i32.const`.
      if (this.#number() !== 0 || this.#module[this.#at++] !== 0x41) throw bad("a segment without a fixed address");
      const address = this.#number();
      // The constant is a signed number.
      if ((this.#module[this.#at - 1]! & 64) !== 0) throw bad("a segment at a negative address");
      if (this.#module[this.#at++] !== 0x0b) throw bad("a segment without a fixed address");
      const length = this.#number();
      if (address < behind || this.#at + length > this.#module.length) throw bad("segments out of order");
      this.#addresses[i] = address;
      this.#places[i] = this.#at;
      this.#lengths[i] = length;
      this.#at += length;
      behind = address + length;
    }
  }

  /** LEB128 of 32 bits. */
  #number(): number {
    for (let value = 0, shift = 0; shift < 35; shift += 7) {
      const byte = this.#module[this.#at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw bad("a number that is too long");
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function bad(what: string): WebAssembly.CompileError {
  return new WebAssembly.CompileError(`The data of the module with the memory has ${what}`);
}
