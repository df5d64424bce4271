/**
 * Frames between the broker and a runner: u32 length, u8 kind, fields. Lean, since a small case takes about a millisecond; and every
 * frame has a largest size, since a runner may be in the hands of the program that it runs. Pure.
 * @module
 */
import { SandboxError } from "../base/errors.ts";

/** Kinds of frames. To the runner: image, program, case, probe of a right. From the runner: ready, end, probed. */
export const FRAME = { image: 1, program: 2, case: 3, probe: 4, ready: 11, end: 12, probed: 13 } as const;
/** Bytes in front of the fields of a frame: length of what follows, kind. */
export const HEAD_BYTES = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Puts fields into one frame. */
export class FrameWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = HEAD_BYTES;
  /** Starts a new frame; one writer serves for all frames of a process. */
  start(kind: number): this {
    this.#at = HEAD_BYTES;
    this.#bytes[4] = kind;
    return this;
  }
  /** A whole number from 0 to 2^32 - 1. */
  u32(value: number): this {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }
  /** A number. */
  f64(value: number): this {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
    return this;
  }
  /** A text, UTF-8. Lone surrogates become U+FFFD. */
  text(value: string): this {
    this.#room(4 + 3 * value.length);
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(this.#at + 4));
    this.#view.setUint32(this.#at, written, true);
    this.#at += 4 + written;
    return this;
  }
  /** A text or nothing. */
  maybe(value: string | null): this {
    this.u32(value === null ? 0 : 1);
    return value === null ? this : this.text(value);
  }
  /** The frame. It is valid until the next {@linkcode start}. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#view.setUint32(0, this.#at - 4, true);
    return this.#bytes.subarray(0, this.#at);
  }
  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#at + bytes, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Takes fields out of a frame. Every method throws SandboxError (code `bad_frame`) where the frame ends too early. */
export class FrameReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** What kind of frame it is. */
  readonly kind: number;
  /** `body` = kind and fields, without the length. */
  constructor(body: Uint8Array) {
    this.#bytes = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.kind = body[0] ?? 0;
    this.#at = 1;
  }
  /** The counterpart of the writer's. */
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  /** The counterpart of the writer's. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  /** The counterpart of the writer's; bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    const length = this.u32();
    const at = this.#take(length);
    return decoder.decode(this.#bytes.subarray(at, at + length));
  }
  /** The counterpart of the writer's. */
  maybe(): string | null {
    return this.u32() === 0 ? null : this.text();
  }
  /** The rest as bytes, not copied. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#take(this.#bytes.length - this.#at));
  }
  /** @throws {SandboxError} `bad_frame` if something is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw badFrame("has bytes after its last field");
  }
  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#bytes.length) throw badFrame("ends within a field");
    this.#at += bytes;
    return at;
  }
}

/** Cuts a stream of bytes into frames of at most `limit` bytes each. */
export class FrameSplitter {
  #head: Uint8Array = new Uint8Array(0);
  /** What has come of a frame in several chunks: copied, since a chunk of one byte may hold a buffer of 64 KiB alive. */
  #body: Uint8Array = new Uint8Array(0);
  #held = 0;
  #wanted = -1;
  /** Largest frame that is accepted next, in bytes. */
  limit: number;
  /** A splitter of frames of at most `limit` bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }
  /** Takes bytes, gives the frames that they complete (kind and fields). @throws {SandboxError} `bad_frame` if one is too large. */
  push(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let bytes = chunk;
    while (bytes.length > 0 || this.#wanted === 0) {
      if (this.#wanted < 0) {
        bytes = this.#takeHead(bytes);
        if (this.#wanted < 0) break;
      }
      const part = bytes.subarray(0, this.#wanted - this.#held);
      bytes = bytes.subarray(part.length);
      if (this.#held + part.length < this.#wanted) {
        this.#keep(part);
        break;
      }
      // Most frames come in one chunk and are not copied.
      if (this.#held > 0) this.#keep(part);
      frames.push(this.#held > 0 ? this.#body.subarray(0, this.#held) : part);
      this.#forget();
    }
    return frames;
  }
  #takeHead(bytes: Uint8Array): Uint8Array {
    const need = 4 - this.#head.length;
    const head = new Uint8Array(this.#head.length + Math.min(need, bytes.length));
    head.set(this.#head);
    head.set(bytes.subarray(0, need), this.#head.length);
    this.#head = head;
    if (head.length < 4) return bytes.subarray(bytes.length);
    const length = new DataView(head.buffer).getUint32(0, true);
    if (length < 1 || length > this.limit) {
      throw badFrame(`has ${length} bytes where 1 to ${this.limit} are allowed`);
    }
    this.#wanted = length;
    return bytes.subarray(need);
  }
  #keep(part: Uint8Array): void {
    const held = this.#held + part.length;
    if (held > this.#body.length) {
      const larger = new Uint8Array(Math.min(this.#wanted, Math.max(2 * held, 65_536)));
      larger.set(this.#body.subarray(0, this.#held));
      this.#body = larger;
    }
    this.#body.set(part, this.#held);
    this.#held = held;
  }
  #forget(): void {
    this.#body = new Uint8Array(0);
    this.#held = 0;
    this.#wanted = -1;
    this.#head = new Uint8Array(0);
  }
}

/** What is thrown for a frame that cannot be one of ours. */
export function badFrame(how: string): SandboxError {
  return new SandboxError(`A frame ${how}`, { code: "bad_frame" });
}
