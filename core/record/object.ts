/**
 * Objects of the public copy: texts in lines, compressed, named by the hash of their bytes. The compressor is a fixed version of a
 * library of JavaScript, so the same lines give the same bytes on every machine and under every version of the runtime.
 * @module
 */
import type { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { gzipSync } from "fflate";
import { utf8 } from "../base/bytes.ts";
import { errorText, RecordError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { ObjectAddress } from "../port/bucket.ts";

/** Most bytes of an object, compressed or not: a reader has them in memory. */
export const MAX_OBJECT_BYTES: number = 2 ** 30;

/** Reasons for refusing an object, the `code` of its RecordError. */
export const OBJECT_REFUSALS = [
  "object_too_large",
  "object_hash",
  "object_gzip",
  "object_size",
  "object_text",
] as const;
/** One of {@linkcode OBJECT_REFUSALS}. */
export type ObjectRefusal = typeof OBJECT_REFUSALS[number];

/** An object as it is stored. */
export interface SealedObject extends ObjectAddress {
  readonly data: Uint8Array;
}

/** The object of these lines. @throws {RangeError} if a line is no line, or the object would be too large for a reader. */
export function sealObject(lines: readonly string[]): SealedObject {
  if (lines.length === 0 || lines.some((line) => line === "" || line.includes("\n"))) {
    throw new RangeError("An object is made of lines that are not empty");
  }
  const parts = lines.map((line) => utf8(`${line}\n`));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size > MAX_OBJECT_BYTES) throw new RangeError(`An object has at most ${MAX_OBJECT_BYTES} bytes, not ${size}`);
  const text = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    text.set(part, at);
    at += part.length;
  }
  // Level and time stamp are in the bytes, and so in the hash.
  const data = gzipSync(text, { level: 6, mtime: 0 });
  return { hash: sha256Hex(data), bytes: data.length, size, data };
}

/** What a reader knows of an object before it has read it. */
export interface ExpectedObject {
  /** 64 hex digits. */
  readonly hash: string;
  /** Compressed bytes: exactly (from an index entry) or at most. */
  readonly bytes: number;
  /** Bytes after decompression: exactly, or at most. */
  readonly size: number;
  /** Whether both are exact. @default {false} */
  readonly exact?: boolean;
  /** Most lines. */
  readonly lines: number;
}

/**
 * The lines of an object that a stranger sent. Nothing is decompressed before the hash is right, and never more than was announced.
 * @throws {RecordError} with one of {@linkcode OBJECT_REFUSALS} as its code.
 */
export function openObject(data: Uint8Array, expected: ExpectedObject): string[] {
  const { hash, bytes, size, exact = false, lines } = expected;
  const most = Math.min(bytes, MAX_OBJECT_BYTES);
  if (data.length > most) throw refuse("object_too_large", hash, `it has more than ${most} bytes`);
  if (sha256Hex(data) !== hash) throw refuse("object_hash", hash, "its bytes have another hash");
  if (exact && data.length !== bytes) throw refuse("object_size", hash, `it has ${data.length} bytes, not ${bytes}`);
  const text = unpack(data, hash, Math.min(size, MAX_OBJECT_BYTES));
  if (exact && text.length !== size) {
    throw refuse("object_size", hash, `it unpacks to ${text.length} bytes, not ${size}`);
  }
  return splitLines(text, hash, lines);
}

function unpack(data: Uint8Array, hash: string, size: number): Buffer {
  try {
    return gunzipSync(data, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw refuse("object_too_large", hash, `it unpacks to more than ${size} bytes`);
    }
    throw refuse("object_gzip", hash, `it is not gzip (${errorText(cause).slice(0, 80)})`);
  }
}

function splitLines(text: Buffer, hash: string, most: number): string[] {
  if (text.at(-1) !== 10) throw refuse("object_text", hash, "it does not end with a line feed");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(10, at);
    if (end === at) throw refuse("object_text", hash, "it has an empty line");
    if (lines.length === most) throw refuse("object_text", hash, `it has more than ${most} lines`);
    try {
      lines.push(decoder.decode(text.subarray(at, end)));
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw refuse("object_text", hash, "it is not UTF-8");
    }
    at = end + 1;
  }
  return lines;
}

function refuse(code: ObjectRefusal, hash: string, why: string): RecordError {
  return new RecordError(`Object ${hash.slice(0, 16)} is refused: ${why}`, { code });
}
