/** The pieces of code that the pass puts into functions: countdown, noting a store, noting a bulk operation. Pure. @module */
import { type Instruction, OP } from "./instructions.ts";
import { CALL, PAGE_BITS } from "./watch.ts";
import { leb, sleb } from "./wasm.ts";

/** Value types. */
export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

/** Type of the value that each store instruction takes, from the first one on. */
const STORED = [
  ...[TYPE.i32, TYPE.i64, TYPE.f32, TYPE.f64],
  ...[TYPE.i32, TYPE.i32, TYPE.i64, TYPE.i64, TYPE.i64],
];
const WIDEST = 8;

/** Indexes of what the new code uses. */
export interface Indexes {
  readonly left: number;
  readonly table: number;
  readonly memory: number;
  readonly check: number;
  readonly grow: number;
  readonly size: number;
  /** Types that the module lacked. */
  readonly newTypes: readonly (readonly number[])[];
}

/** Locals that a function gets for the new code, made when first asked for. */
export class Scratch {
  readonly #used: number[] = [];
  readonly #slots = new Map<string, number>();
  readonly #first: number;
  constructor(first: number) {
    this.#first = first;
  }
  /** The index of the local with this purpose and type. */
  local(purpose: string, type: number): number[] {
    const key = `${purpose} ${type}`;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#first + this.#used.length;
      this.#slots.set(key, slot);
      this.#used.push(type);
    }
    return leb(slot);
  }
  /** Their declarations: one group each. */
  groups(): number[][] {
    return this.#used.map((type) => [1, type]);
  }
}

/** `left -= amount; if (left < 0) check()`, where `amount` leaves one number on the stack. */
export function countdown(
  indexes: Indexes,
  scratch: Scratch,
  amount: readonly number[],
): number[] {
  const left = leb(indexes.left);
  const rest = scratch.local("address", TYPE.i32);
  const ask = [
    0x41,
    CALL.check,
    0x11,
    ...leb(indexes.check),
    ...leb(indexes.table),
  ];
  return [
    ...[0x23, ...left, ...amount, 0x6b, 0x22, ...rest, 0x24, ...left],
    ...[0x20, ...rest, 0x41, 0, 0x48, 0x04, 0x40, ...ask, 0x0b],
  ];
}

/**
 * Marks the page of a store. The offset counts as whole pages: what remains of it can reach over the end of the page by less
 * than one page, so a reset takes the next page too.
 */
export function noteStore(
  { op, immediate }: Instruction,
  indexes: Indexes,
  scratch: Scratch,
): number[] {
  const value = scratch.local("value", STORED[op - OP.firstStore]!);
  const address = scratch.local("address", TYPE.i32);
  const size = 1 << PAGE_BITS;
  const whole = immediate % size <= size - WIDEST;
  const sum = whole ? [] : [0x41, ...sleb(immediate), 0x6a];
  const pages = whole ? Math.floor(immediate / size) : 0;
  return [
    ...[
      0x21,
      ...value,
      0x22,
      ...address,
      ...sum,
      0x41,
      PAGE_BITS,
      0x76,
      0x41,
      1,
    ],
    ...[
      0x3a,
      0x40,
      ...leb(indexes.memory),
      ...leb(pages),
      0x20,
      ...address,
      0x20,
      ...value,
    ],
  ];
}

/** Marks the pages of a copy or fill, after the countdown by its length. */
export function noteBulk(indexes: Indexes, scratch: Scratch): number[] {
  const length = scratch.local("length", TYPE.i32);
  const source = scratch.local("source", TYPE.i32);
  const target = scratch.local("target", TYPE.i32);
  const pages = (of: readonly number[]) => [0x20, ...of, 0x41, PAGE_BITS, 0x76];
  return [
    ...[0x21, ...length, 0x21, ...source, 0x21, ...target],
    ...countdown(indexes, scratch, [0x20, ...length, 0x41, 6, 0x76]),
    ...pages(target),
    ...[0x41, 1],
    ...[...pages(length), 0x41, 2, 0x6a, 0xfc, 0x0b, ...leb(indexes.memory)],
    ...[0x20, ...target, 0x20, ...source, 0x20, ...length],
  ];
}
