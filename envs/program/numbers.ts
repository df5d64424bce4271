/** Python's operators on whole numbers, texts and lists. @module */
import type { BinaryOp } from "./ast.ts";
import { LONGEST } from "./collections.ts";
import { asInt, exact, List, OutsideError, PyError, Tuple, typeName, type Value } from "./values.ts";

/** Numbers are kept shorter than this, in bits; Python itself has no limit. */
const MOST_BITS = 4096n;
const LARGEST = 1n << MOST_BITS;

function floorDiv(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new PyError("ZeroDivisionError", "integer division or modulo by zero");
  const quotient = a / b;
  return a % b !== 0n && (a < 0n) !== (b < 0n) ? quotient - 1n : quotient;
}

function floorMod(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new PyError("ZeroDivisionError", "integer division or modulo by zero");
  const rest = a % b;
  return rest !== 0n && (rest < 0n) !== (b < 0n) ? rest + b : rest;
}

function pow(a: bigint, b: bigint, m?: bigint): bigint {
  if (b < 0n) throw new OutsideError("A power with a negative exponent");
  if (m !== undefined) {
    if (m === 0n) throw new PyError("ValueError", "pow() 3rd argument cannot be 0");
    let [out, base, left] = [1n, a, b];
    for (; left > 0n; left >>= 1n) {
      if (left & 1n) out = out * base % m;
      base = base * base % m;
    }
    return floorMod(out, m);
  }
  if (b > 10_000n || (a > 1n || a < -1n) && BigInt(a.toString(2).length) * b > MOST_BITS) {
    throw new OutsideError("A power grows too large");
  }
  return a ** b;
}

/** Division, remainder and power as Python has them. */
export const power = { floorDiv, floorMod, pow };

function small(value: bigint): bigint {
  if (value > LARGEST || value < -LARGEST) throw new OutsideError("A number grows too large");
  return value;
}

/** `a op b`. */
export function binary(op: BinaryOp, a: Value, b: Value): Value {
  if (typeof a === "number" && typeof b === "number") return numbers(op, a, b) ?? exact(ints(op, BigInt(a), BigInt(b)));
  const [x, y] = [asInt(a), asInt(b)];
  if (x !== undefined && y !== undefined) {
    if (typeof a === "boolean" && typeof b === "boolean" && "&|^".includes(op)) {
      throw new OutsideError("Bit operators of booleans");
    }
    return exact(ints(op, x, y));
  }
  if (op === "+") {
    if (typeof a === "string" && typeof b === "string") return text(a + b);
    if (a instanceof List && b instanceof List) return new List(long([...a.items, ...b.items]));
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple(long([...a.items, ...b.items]));
  }
  if (op === "*" && y !== undefined) return times(a, y);
  if (op === "*" && x !== undefined) return times(b, x);
  if (op === "%" && typeof a === "string") throw new OutsideError("Formatting with %");
  throw new PyError("TypeError", `unsupported operand types for ${op}: ${typeName(a)} and ${typeName(b)}`);
}

/** The operators that are exact on numbers; undefined where the result may not be. */
function numbers(op: BinaryOp, a: number, b: number): number | undefined {
  switch (op) {
    case "+":
      return safe(a + b);
    case "-":
      return safe(a - b);
    case "*":
      return safe(a * b);
    case "//":
    case "%": {
      if (b === 0) return undefined;
      // Both steps are exact: the remainder always is, and what is left is a multiple of b.
      const rest = a % b;
      const other = rest !== 0 && (rest < 0) !== (b < 0);
      if (op === "%") return other ? rest + b : rest;
      return safe((a - rest) / b - (other ? 1 : 0));
    }
    default:
      return undefined;
  }
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function ints(op: BinaryOp, a: bigint, b: bigint): bigint {
  switch (op) {
    case "+":
      return small(a + b);
    case "-":
      return small(a - b);
    case "*":
      return small(a * b);
    case "//":
      return floorDiv(a, b);
    case "%":
      return floorMod(a, b);
    case "**":
      return pow(a, b);
    case "^":
      return a ^ b;
    case "&":
      return a & b;
    case "|":
      return a | b;
  }
}

function times(value: Value, count: bigint): Value {
  const n = count < 0n ? 0 : Number(count);
  if (typeof value === "string") {
    if (value.length * n > LONGEST) throw new OutsideError("A text grows too long");
    return value.repeat(n);
  }
  if (!(value instanceof List || value instanceof Tuple)) {
    throw new PyError("TypeError", `unsupported operand type for *: ${typeName(value)}`);
  }
  if (value.items.length * n > LONGEST) throw new OutsideError("A list grows too long");
  const items = Array.from({ length: n }, () => value.items).flat();
  return value instanceof List ? new List(items) : new Tuple(items);
}

function text(value: string): string {
  if (value.length > LONGEST) throw new OutsideError("A text grows too long");
  return value;
}

function long<T>(items: T[]): T[] {
  if (items.length > LONGEST) throw new OutsideError("A list grows too long");
  return items;
}

/** `sum(items, start)`. */
export function sumOf(items: readonly Value[], start: Value): Value {
  if (typeof start === "string") throw new PyError("TypeError", "sum() can't sum strings");
  return items.reduce((total, one) => binary("+", total, one), start);
}
