/** The binary format of WebAssembly, as far as our passes need it: sections, LEB128 numbers, types, imports, exports. Pure. @module */

/** Section ids by name. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** Kinds of imports and exports by name. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

const ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

/** Reads a module from left to right. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  /** The next byte. @throws {RangeError} at the end */
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) {
      throw new RangeError(
        `The module ends at byte ${this.bytes.length}, more was expected`,
      );
    }
    return value;
  }
  /** An unsigned LEB128 number of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`A LEB128 number before byte ${this.at} is too long`);
  }
  /** A signed LEB128 number of 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) {
        return shift < 25 ? (value << (25 - shift)) >> (25 - shift) : value;
      }
    }
    throw new RangeError(`A LEB128 number before byte ${this.at} is too long`);
  }
  /** Passes over one LEB128 number of any size and sign. */
  skipLeb(): void {
    for (let i = 0; i < 10; i++) if (this.byte() < 128) return;
    throw new RangeError(`A LEB128 number before byte ${this.at} is too long`);
  }
  /** The next `length` bytes. */
  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) {
      throw new RangeError(`The module ends before byte ${end}`);
    }
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
  /** A name: length and UTF-8. */
  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
  /** Limits of a table or memory: flags, minimum and maximum. */
  limits(): { readonly min: number; readonly max?: number } {
    const flags = this.byte();
    if (flags > 1) {
      throw new RangeError(`Limits with flags ${flags} are not known here`);
    }
    const min = this.u32();
    return flags === 1 ? { min, max: this.u32() } : { min };
  }
}

/** One section. */
export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value & 127;
    value >>>= 7;
    bytes.push(value ? low | 128 : low);
  } while (value);
  return bytes;
}

/** Signed LEB128 of the lowest 32 bits of a number. */
export function sleb(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value | 0;;) {
    const low = left & 127;
    left >>= 7;
    if ((left === 0 && (low & 64) === 0) || (left === -1 && (low & 64) !== 0)) {
      return [...bytes, low];
    }
    bytes.push(low | 128);
  }
}

/** A name as it stands in a module. */
export function named(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
}

/** One piece of bytes out of many. */
export function joined(
  parts: readonly (Uint8Array | readonly number[])[],
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The sections of a module, custom ones left out. @throws {RangeError} for anything that is no module of version 1 */
export function sections(module: Uint8Array): Section[] {
  const cursor = new Cursor(module);
  if (cursor.take(8).join() !== "0,97,115,109,1,0,0,0") {
    throw new RangeError("These bytes are no core module");
  }
  const found: Section[] = [];
  while (cursor.at < module.length) {
    const id = cursor.byte();
    const body = cursor.take(cursor.u32());
    if (id === SECTION.custom) continue;
    if (!ORDER.includes(id)) {
      throw new RangeError(`Section ${id} is not known here`);
    }
    found.push({ id, body });
  }
  return found;
}

/** A module out of sections, in the order of the format. */
export function assemble(parts: readonly Section[]): Uint8Array<ArrayBuffer> {
  const sorted = parts.toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
  return joined([
    [0, 97, 115, 109, 1, 0, 0, 0],
    ...sorted.flatMap(({ id, body }) => [[id, ...leb(body.length)], body]),
  ]);
}

/** The entries of a section that begins with their number: the number and where the first begins. */
export function entries(
  parts: readonly Section[],
  id: number,
): { readonly count: number; readonly rest: Uint8Array } {
  const section = parts.find((one) => one.id === id);
  if (!section) return { count: 0, rest: new Uint8Array() };
  const cursor = new Cursor(section.body);
  const count = cursor.u32();
  return { count, rest: section.body.subarray(cursor.at) };
}

/** The sections with `added` entries at the end of one of them, which is made where it was missing. */
export function append(
  parts: readonly Section[],
  id: number,
  added: readonly (readonly number[])[],
): Section[] {
  if (added.length === 0) return [...parts];
  const { count, rest } = entries(parts, id);
  const body = joined([leb(count + added.length), rest, ...added]);
  return [...parts.filter((one) => one.id !== id), { id, body }];
}
