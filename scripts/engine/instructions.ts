/** One instruction of WebAssembly after the other. An opcode that is not listed here ends the build: nothing is passed over. Pure. @module */
import type { Cursor } from "./wasm.ts";

/** Opcodes that our passes look at. Those of the prefix 0xfc are 0xfc00 and the number behind it. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  globalSet: 0x24,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  firstStore: 0x36,
  lastStore: 0x3e,
  memoryInit: 0xfc08,
  dataDrop: 0xfc09,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
} as const;

/** One instruction. The same object is filled again for the next. */
export interface Instruction {
  op: number;
  /** Where it begins. */
  start: number;
  /** Its first number: the index of a global, or the offset of a load or store. */
  immediate: number;
  /** Alignment and flags of a load or store. */
  align: number;
}

/** Reads the instruction at the cursor into `into` and leaves the cursor behind it. @throws {RangeError} for an unknown opcode */
export function nextInstruction(cursor: Cursor, into: Instruction): void {
  into.start = cursor.at;
  const op = cursor.byte();
  into.op = op;
  if (op === 0x02 || op === 0x03 || op === 0x04) blockType(cursor);
  else if (
    op === 0x0c || op === 0x0d || op === 0x10 || (op >= 0x20 && op <= 0x25) ||
    op === 0xd2
  ) {
    into.immediate = cursor.u32();
  } else if (op === 0x0e) {
    for (let left = cursor.u32() + 1; left > 0; left--) cursor.u32();
  } else if (op === 0x11) {
    cursor.u32();
    cursor.u32();
  } else if (op === 0x1c) cursor.take(cursor.u32());
  else if (op >= 0x28 && op <= 0x3e) {
    into.align = cursor.u32();
    // Bit 6 would name another memory than the first.
    if (into.align > 4) throw unknown(into, `with alignment ${into.align}`);
    into.immediate = cursor.u32();
  } else if (op === 0x3f || op === 0x40) onlyZero(cursor, into);
  else if (op === 0x41 || op === 0x42) cursor.skipLeb();
  else if (op === 0x43) cursor.take(4);
  else if (op === 0x44) cursor.take(8);
  else if (op === 0xd0) cursor.byte();
  else if (op === 0xfc) prefixed(cursor, into);
  else if (!isPlain(op)) throw unknown(into, "");
}

/** Opcodes without immediates: control, drop and select, comparisons, arithmetic, conversions, sign extension, ref.is_null. */
function isPlain(op: number): boolean {
  return op === 0x00 || op === 0x01 || op === 0x05 || op === 0x0b ||
    op === 0x0f || op === 0x1a || op === 0x1b ||
    (op >= 0x45 && op <= 0xc4) || op === 0xd1;
}

function blockType(cursor: Cursor): void {
  const first = cursor.bytes[cursor.at]!;
  if (first === 0x40 || (first >= 0x6f && first <= 0x7f)) cursor.byte();
  else cursor.skipLeb();
}

function prefixed(cursor: Cursor, into: Instruction): void {
  const number = cursor.u32();
  into.op = 0xfc00 | number;
  // 0-7 are the conversions that saturate.
  if (number <= 7) return;
  if (number === 8) cursor.u32();
  else if (number === 9) cursor.u32();
  else if (number === 10) onlyZero(cursor, into);
  else if (number !== 11) throw unknown(into, "");
  if (number === 8 || number === 10 || number === 11) onlyZero(cursor, into);
}

function onlyZero(cursor: Cursor, into: Instruction): void {
  if (cursor.byte() !== 0) throw unknown(into, "of another memory");
}

function unknown(found: Instruction, detail: string): RangeError {
  const text = `Opcode 0x${found.op.toString(16)} ${detail}`.trim();
  return new RangeError(
    `${text} at byte ${found.start} of a code section is not known here; teach it to instructions.ts`,
  );
}
