/**
 * The engine's image: modules, link plan and versions in one piece of bytes that carries its own digest.
 * Unpacked: magic, length of the header, header (JSON), modules, SHA-256 over all before it. Packed: magic, size, compressed.
 * @module
 */
import { sameBytes, toHex } from "../../base/bytes.ts";
import { errorText, SandboxError } from "../../base/errors.ts";
import type { Plan } from "./plan.ts";

const MAGIC = "afpyimg1";
const PACKED_MAGIC = "afpypak1";
const HASH_BYTES = 32;
const LARGEST = 256 << 20;

/** What stands in front of the modules. */
export interface ImageHeader {
  readonly plan: Plan;
  /** Sizes of the modules, in order. */
  readonly sizes: readonly number[];
  /** Versions of what it was made from, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Names of the modules of the standard library that a program can import. */
  readonly importable: readonly string[];
  /** Upper limit of the guest's memory in bytes. */
  readonly guestBytes: number;
}

/** An image whose digest was checked. */
export interface EngineImage extends ImageHeader {
  /** SHA-256 over the unpacked content, 64 hex digits. */
  readonly digest: string;
  /** The modules' bytes. */
  readonly modules: readonly Uint8Array<ArrayBuffer>[];
}

/** The unpacked bytes of an image. */
export function writeImage(
  header: Omit<ImageHeader, "sizes">,
  modules: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const sizes = modules.map((module) => module.length);
  const text = new TextEncoder().encode(JSON.stringify({ ...header, sizes }));
  const start = MAGIC.length + 4;
  const bytes = new Uint8Array(
    start + text.length + sizes.reduce((sum, size) => sum + size, 0) +
      HASH_BYTES,
  );
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, start);
  let at = start + text.length;
  for (const module of modules) {
    bytes.set(module, at);
    at += module.length;
  }
  bytes.set(hash(bytes.subarray(0, at)), at);
  return bytes;
}

/** Compresses what {@linkcode writeImage} made; `level` 19 takes some ten seconds. */
export function packImage(unpacked: Uint8Array, level = 3): Uint8Array<ArrayBuffer> {
  const { constants, zstdCompressSync } = process.getBuiltinModule("node:zlib");
  const compressed = zstdCompressSync(unpacked, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  const packed = new Uint8Array(PACKED_MAGIC.length + 4 + compressed.length);
  packed.set(new TextEncoder().encode(PACKED_MAGIC));
  new DataView(packed.buffer).setUint32(PACKED_MAGIC.length, unpacked.length, true);
  packed.set(compressed, PACKED_MAGIC.length + 4);
  return packed;
}

/** Decompresses an image. Its content is checked by {@linkcode openImage}. @throws {SandboxError} code `bad_image` */
export function unpackImage(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = PACKED_MAGIC.length + 4;
  if (
    packed.length < start ||
    text(packed.subarray(0, PACKED_MAGIC.length)) !== PACKED_MAGIC
  ) {
    throw bad("is not a packed image");
  }
  const size = view(packed).getUint32(PACKED_MAGIC.length, true);
  if (size > LARGEST) throw bad(`claims ${size} bytes, more than ${LARGEST}`);
  const unpacked = decompress(packed.subarray(start), size);
  if (unpacked.length !== size) {
    throw bad(`has ${unpacked.length} bytes where it claims ${size}`);
  }
  return unpacked;
}

function decompress(
  compressed: Uint8Array,
  size: number,
): Uint8Array<ArrayBuffer> {
  try {
    const { zstdDecompressSync } = process.getBuiltinModule("node:zlib");
    const unpacked = zstdDecompressSync(compressed, {
      maxOutputLength: size + 1,
    });
    return new Uint8Array(
      unpacked.buffer as ArrayBuffer,
      unpacked.byteOffset,
      unpacked.length,
    );
  } catch (cause) {
    throw bad(`cannot be unpacked (${errorText(cause)})`, cause);
  }
}

/** Options of {@linkcode openImage}. */
export interface OpenOptions {
  /** The digest that it must have. */
  readonly expected?: string;
  /** The bytes come from a process of af that has checked them: believe the digest that they carry. @default {false} */
  readonly checked?: boolean;
}

/**
 * Checks the digest and reads the header. The modules are views of `unpacked`, which must not change any more.
 * @throws {SandboxError} code `bad_image` for bytes that are poisoned, cut off or something else, or not the expected image
 */
export function openImage(unpacked: Uint8Array, options: OpenOptions = {}): EngineImage {
  const { expected, checked = false } = options;
  const start = MAGIC.length + 4;
  const end = unpacked.length - HASH_BYTES;
  if (end < start || text(unpacked.subarray(0, MAGIC.length)) !== MAGIC) {
    throw bad("is not an image of this version");
  }
  const found = checked ? unpacked.subarray(end) : hash(unpacked.subarray(0, end));
  if (!sameBytes(found, unpacked.subarray(end))) {
    throw bad("was changed or cut off: its digest does not fit");
  }
  const digest = toHex(found);
  if (expected !== undefined && digest !== expected) {
    throw bad(`is ${digest}, where ${expected} was expected`);
  }
  const length = view(unpacked).getUint32(MAGIC.length, true);
  const header = readHeader(
    unpacked.subarray(start, Math.min(start + length, end)),
  );
  const modules: Uint8Array<ArrayBuffer>[] = [];
  let at = start + length;
  if (at + header.sizes.reduce((sum, size) => sum + size, 0) !== end) {
    throw bad("has modules of another size than its header says");
  }
  for (const size of header.sizes) {
    modules.push(
      new Uint8Array(
        unpacked.buffer as ArrayBuffer,
        unpacked.byteOffset + at,
        size,
      ),
    );
    at += size;
  }
  return { ...header, digest, modules };
}

function readHeader(bytes: Uint8Array): ImageHeader {
  const header = parseHeader(bytes);
  const { plan, sizes, versions, importable, guestBytes } = header;
  const sound = isObject(plan) && isObject(versions) && Array.isArray(importable) && Array.isArray(sizes) &&
    [...sizes, guestBytes].every((size) => Number.isInteger(size) && size >= 0 && size <= 2 ** 32);
  if (!sound) throw bad("has a header without its fields");
  return header;
}

function parseHeader(bytes: Uint8Array): ImageHeader {
  let value: unknown;
  try {
    value = JSON.parse(text(bytes));
  } catch (cause) {
    throw bad("has an unreadable header", cause);
  }
  if (!isObject(value)) throw bad("has a header that is no object");
  return value as unknown as ImageHeader;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hash(bytes: Uint8Array): Uint8Array {
  // Like node:zlib asked for when it is needed: a runner needs neither, and the two take 12 ms to load. The global `process`
  // is there at once, an import of node:process takes another 12 ms.
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest();
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bad(what: string, cause?: unknown): SandboxError {
  return new SandboxError(
    `The Python engine's image ${what}; build it again with deno task engine`,
    {
      code: "bad_image",
      cause,
    },
  );
}
