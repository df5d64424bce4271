/** Typed operations that pipelines are composed of. @module */
import type { Random } from "../../../core/base/random.ts";

/** What a step works on; the variable of each kind has one name throughout. */
export type StepKind = "ints" | "text" | "words" | "int" | "grid";

/** The variable that holds a value of each kind. */
export const VARIABLE: Readonly<Record<StepKind, string>> = {
  ints: "numbers",
  text: "text",
  words: "words",
  int: "total",
  grid: "grid",
};

/** A step with its constants. */
export interface Made {
  /** Python statements: from the variable of `from` to the variable of `to`. */
  readonly code: string;
  /** English: one or more full sentences, in the imperative. */
  readonly say: string;
}

/** A kind of step. */
export interface Step {
  readonly id: string;
  /** Two steps of one group do not follow each other: their mix would be silly. */
  readonly group: string;
  readonly from: StepKind;
  readonly to: StepKind;
  /** The first level that has it. */
  readonly level: number;
  make(random: Random): Made;
}

/** `1 number`, `2 numbers`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `first number`, `last 3 numbers`. */
export function some(which: "first" | "last", count: number, noun: string): string {
  return count === 1 ? `${which} ${noun}` : `${which} ${count} ${noun}s`;
}

/** What a move of `count` items leaves alone; nothing needs to be said of one. */
export function unmoved(count: number, what: string): string {
  return count === 1 ? "" : `, in the same order (a ${what} of at most ${count} stays as it is)`;
}
