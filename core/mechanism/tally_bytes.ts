/**
 * A tally as bytes: magic and version, SHA-256 of all that follows, length of the header, header (JSON), words in little-endian.
 * It is only a cache, so whatever is wrong with the bytes has one answer: they are refused and the tally is made anew.
 * @module
 */
import { concat, fromUtf8, sameBytes, utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";
import { sha256 } from "../base/hash.ts";
import { Planes } from "./bits.ts";

/** Changes with anything in the layout. */
const MAGIC = utf8("AFTALLY2");
const HASH_BYTES = 32;

/** All of a tally. */
export interface TallyParts {
  /** Whatever must be equal on reading. */
  readonly owner: string;
  readonly envs: readonly string[];
  readonly first: number;
  readonly end: number;
  /** Planes of each row. */
  readonly planes: number;
  /** Words of each plane that are in use. */
  readonly words: number;
  readonly rows: ReadonlyMap<string, Planes>;
}

/** Bytes of a tally. Rows without a bit are left out and the rest is sorted: the bytes do not tell how it was filled. */
export function writeTally(parts: TallyParts): Uint8Array<ArrayBuffer> {
  const { owner, envs, first, end, planes, words } = parts;
  const contenders = [...parts.rows.keys()].filter((contender) => !parts.rows.get(contender)!.isEmpty()).sort();
  const header = utf8(canonical({ owner, envs, first, end, planes, words, contenders }));
  const data = new DataView(new ArrayBuffer(contenders.length * planes * words * 4));
  let at = 0;
  for (const contender of contenders) {
    const row = parts.rows.get(contender)!;
    for (let plane = 0; plane < planes; plane++) {
      for (let k = 0; k < words; k++, at += 4) data.setUint32(at, row.get(plane, k), true);
    }
  }
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, header.length, true);
  const body = concat(length, header, new Uint8Array(data.buffer));
  return concat(MAGIC, sha256(body), body);
}

/** What {@linkcode writeTally} wrote, or null if the bytes are damaged, of another version or of another owner. */
export function readTally(bytes: Uint8Array, owner: string): TallyParts | null {
  const start = MAGIC.length + HASH_BYTES;
  if (bytes.length < start + 4 || !sameBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return null;
  const body = bytes.subarray(start);
  if (!sameBytes(bytes.subarray(MAGIC.length, start), sha256(body))) return null;
  // The hash fits: from here on the bytes are what writeTally() wrote, maybe for somebody else.
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const headerEnd = 4 + view.getUint32(0, true);
  const header = JSON.parse(fromUtf8(body.subarray(4, headerEnd))) as
    & Omit<TallyParts, "rows">
    & { readonly contenders: readonly string[] };
  if (header.owner !== owner) return null;
  const { planes, words } = header;
  const rows = new Map<string, Planes>();
  let at = headerEnd;
  for (const contender of header.contenders) {
    const row = new Planes(planes, Math.max(1, words));
    for (let plane = 0; plane < planes; plane++) {
      for (let k = 0; k < words; k++, at += 4) row.or(plane, k, view.getUint32(at, true));
    }
    rows.set(contender, row);
  }
  return { ...header, rows };
}
