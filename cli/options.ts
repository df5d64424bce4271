/** Options and parsers of values that several commands share. @module */
import { type Command as Parser, InvalidArgumentError } from "commander";

/** Adds `--json`: the answer for programs. */
export function jsonOption(parser: Parser): Parser {
  return parser.option("--json", "answer as JSON");
}

/** A parser for whole numbers from `low` to `high`. */
export function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < low || value > high) {
      throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}`);
    }
    return value;
  };
}
