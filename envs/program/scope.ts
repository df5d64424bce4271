/** Where names live while a program runs, and what its parts share. @module */
import type { Console } from "./builtins.ts";
import { OutsideError, type Value } from "./values.ts";

/** Values of the names of one function call; undefined = not bound yet. */
export type Frame = (Value | undefined)[];
/** Computes a value. */
export type Eval = (frame: Frame) => Value;

/** What all parts of one program share while it runs. */
export interface Machine {
  console: Console;
  /** Steps that are left. */
  steps: number;
  /** Values of the module's names. */
  globals: Frame;
}

/** Counts a step. @throws {OutsideError} when none is left. */
export function step(machine: Machine): void {
  if (--machine.steps < 0) throw new OutsideError("The program takes too many steps");
}

/** Places of names: a function's own, and the module's. */
export class Scope {
  readonly #slots = new Map<string, number>();
  readonly outer: Scope | null;
  #size = 0;

  constructor(outer: Scope | null) {
    this.outer = outer;
  }

  /** The place of a name, made if it is new. */
  slot(name: string): number {
    const found = this.#slots.get(name);
    if (found !== undefined) return found;
    this.#slots.set(name, this.#size);
    return this.#size++;
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  /** Runs with fresh places for names that end with the expression: those of comprehensions and lambdas. */
  within<T>(names: readonly string[], work: () => T): T {
    const before = names.map((name) => [name, this.#slots.get(name)] as const);
    for (const name of names) this.#slots.set(name, this.#size++);
    const out = work();
    for (const [name, slot] of before) {
      if (slot === undefined) this.#slots.delete(name);
      else this.#slots.set(name, slot);
    }
    return out;
  }
}
