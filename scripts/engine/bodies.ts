/** Bodies of functions: whom they call, which globals they write, and the same code with other numbers. Pure. @module */
import { type Instruction, nextInstruction, OP } from "./instructions.ts";
import { Cursor, joined, leb } from "./wasm.ts";

const CALL = 0x10;
const CALL_INDIRECT = 0x11;
const GLOBAL_GET = 0x23;
const REF_FUNC = 0xd2;

/** New numbers for old ones. */
export interface Renumbering {
  /** A function that is called. */
  readonly call: (index: number) => number;
  /** A function whose reference is taken. */
  readonly reference: (index: number) => number;
  readonly type: (index: number) => number;
  /** A global: its number, or the constant instruction that takes the place of reading it. */
  readonly global: (index: number) => number | Uint8Array;
}

/** A function that a body names: called, or (where `direct` is false) taken as a reference. */
export interface Callee {
  readonly index: number;
  readonly direct: boolean;
}

/** Whom a body names, and the globals that it writes. */
export function callees(
  bytes: Uint8Array,
): { readonly calls: readonly Callee[]; readonly writes: ReadonlySet<number> } {
  const [called, taken, writes] = [new Set<number>(), new Set<number>(), new Set<number>()];
  walk(bytes, ({ op, immediate }) => {
    if (op === CALL) called.add(immediate);
    else if (op === REF_FUNC) taken.add(immediate);
    else if (op === OP.globalSet) writes.add(immediate);
  });
  const all = (indexes: ReadonlySet<number>, direct: boolean) => [...indexes].map((index) => ({ index, direct }));
  return { calls: [...all(called, true), ...all(taken, false)], writes };
}

/** The slot of the table that a body calls with its own parameters, if it does nothing else. */
export function indirectSlot(bytes: Uint8Array, params: number): number | undefined {
  if (bytes.length > 64) return undefined;
  const cursor = new Cursor(bytes);
  if (cursor.u32() !== 0) return undefined;
  for (let i = 0; i < params; i++) {
    if (cursor.byte() !== 0x20 || cursor.u32() !== i) return undefined;
  }
  if (cursor.byte() !== 0x41) return undefined;
  const slot = cursor.s32();
  if (cursor.byte() !== CALL_INDIRECT) return undefined;
  cursor.u32();
  return cursor.u32() === 0 && cursor.byte() === 0x0b &&
      cursor.at === bytes.length
    ? slot
    : undefined;
}

/** The same body with other numbers. @throws {RangeError} if it writes a global that became a constant */
export function body(bytes: Uint8Array, to: Renumbering): Uint8Array<ArrayBuffer> {
  const pieces: (Uint8Array | number[])[] = [];
  let copied = 0;
  const put = (start: number, end: number, piece: number[] | Uint8Array) => {
    pieces.push(bytes.subarray(copied, start), piece);
    copied = end;
  };
  walk(bytes, ({ op, start, immediate }, end) => {
    if (op === CALL) put(start, end, [op, ...leb(to.call(immediate))]);
    else if (op === REF_FUNC) {
      put(start, end, [op, ...leb(to.reference(immediate))]);
    } else if (op === CALL_INDIRECT) {
      const cursor = new Cursor(bytes, start + 1);
      put(start, end, [
        op,
        ...leb(to.type(cursor.u32())),
        ...leb(only(cursor.u32())),
      ]);
    } else if (op === GLOBAL_GET || op === OP.globalSet) {
      const found = to.global(immediate);
      if (typeof found === "number") put(start, end, [op, ...leb(found)]);
      else if (op === GLOBAL_GET) put(start, end, found);
      else {throw new RangeError(
          `A body writes global ${immediate}, which was taken for a constant`,
        );}
    } else if (op === OP.block || op === OP.loop || op === OP.if) {
      const first = bytes[start + 1]!;
      // Negative numbers are value types; others are numbers of function types.
      if ((first & 0xc0) !== 0x40) {
        put(start, end, [
          op,
          ...positive(to.type(new Cursor(bytes, start + 1).u32())),
        ]);
      }
    }
  });
  return joined([...pieces, bytes.subarray(copied)]);
}

/** Calls `look` with every instruction and where it ends. */
function walk(bytes: Uint8Array, look: (found: Instruction, end: number) => void): void {
  const cursor = new Cursor(bytes);
  for (let groups = cursor.u32(); groups > 0; groups--) {
    cursor.u32();
    cursor.byte();
  }
  const found: Instruction = { op: 0, start: 0, immediate: 0, align: 0 };
  while (cursor.at < bytes.length) {
    nextInstruction(cursor, found);
    look(found, cursor.at);
  }
}

function only(table: number): number {
  if (table !== 0) {
    throw new RangeError(
      `A call goes through table ${table}, where only one is known`,
    );
  }
  return table;
}

/** LEB128 of a number that is read as a signed one. */
function positive(value: number): number[] {
  const bytes = leb(value);
  const last = bytes.at(-1)!;
  return last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes;
}
