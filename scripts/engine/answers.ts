/** What a host hands to its guest: values at the addresses that WebAssembly's component model gives them. @module */

/** The guest: its memory, and its function for new room in it. */
export interface Receiver {
  readonly memory: WebAssembly.Memory;
  readonly realloc: (old: number, oldSize: number, align: number, size: number) => number;
}

/** Writes values. The guest may grow its memory whenever room is asked for, so nothing here keeps a view. */
export class Answers {
  readonly #receiver: Receiver;
  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  /** For numbers of any size, until the guest runs again. */
  get view(): DataView {
    return new DataView(this.#receiver.memory.buffer);
  }

  /** The text that the guest has at an address. */
  read(at: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.#receiver.memory.buffer, at, length));
  }

  /** Room for `size` bytes. */
  room(size: number, align = 4): number {
    return this.#receiver.realloc(0, 0, align, size) >>> 0;
  }

  /** A byte. */
  byte(at: number, value: number): void {
    this.view.setUint8(at, value);
  }

  /** The first field of a result that went well. */
  fine(result: number): void {
    this.byte(result, 0);
  }

  /** A result that did not go well, with the number of its error where that stands. */
  failed(result: number, offset: number, error: number): void {
    this.byte(result, 1);
    this.byte(result + offset, error);
  }

  /** A list of bytes. */
  bytes(at: number, bytes: Uint8Array): void {
    this.list(at, bytes.length, 1, () => {}, 1);
    new Uint8Array(this.#receiver.memory.buffer).set(bytes, this.view.getUint32(at, true));
  }

  /** A string. */
  text(at: number, value: string): void {
    this.bytes(at, new TextEncoder().encode(value));
  }

  /** A list whose items take `size` bytes each and are put by `put`. */
  list(at: number, count: number, size: number, put: (item: number, i: number) => void, align = 4): void {
    // Of an empty one nobody looks where it is, but it must be aligned.
    const first = count === 0 ? align : this.room(count * size, align);
    this.view.setUint32(at, first, true);
    this.view.setUint32(at + 4, count, true);
    for (let i = 0; i < count; i++) put(first + i * size, i);
  }
}
