/** Values of the evaluator and what Python says of them: truth, equality, order, `str()` and `repr()`. @module */

/** A list. */
export class List {
  items: Value[];
  constructor(items: Value[]) {
    this.items = items;
  }
}

/** A tuple. */
export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** A dictionary, in the order of insertion. */
export class Dict {
  readonly entries = new Map<string, [Value, Value]>();
}

/** A set. Its order is not Python's, so it is never looped over. */
export class SetValue {
  readonly entries = new Map<string, Value>();
}

/** A function of the program; only calls and `key=` take it. */
export class Func {
  readonly call: (args: Value[]) => Value;
  constructor(call: (args: Value[]) => Value) {
    this.call = call;
  }
}

/**
 * A value. Whole numbers are numbers as far as these are exact (`Number.isSafeInteger`) and bigint beyond, so that they never lose a
 * digit; there are no fractions. {@linkcode exact} chooses.
 */
export type Value = null | boolean | number | bigint | string | List | Tuple | Dict | SetValue | Func;

/** An exception that Python would raise. */
export class PyError extends Error {
  /** Name of Python's class, such as `ValueError`. */
  readonly type: string;
  constructor(type: string, message = "") {
    super(`${type}: ${message}`);
    this.type = type;
  }
}

/** The program left the part of Python that the evaluator knows, or its limits: nothing can be said of it here. */
export class OutsideError extends Error {}

/** What Python calls the type. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "str";
    default:
      if (value instanceof List) return "list";
      if (value instanceof Tuple) return "tuple";
      if (value instanceof Dict) return "dict";
      return value instanceof SetValue ? "set" : "function";
  }
}

/** Whether a value counts as true. */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return value !== 0;
    case "bigint":
      return value !== 0n;
    case "string":
      return value !== "";
    default:
      if (value === null) return false;
      if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
      return value instanceof Func || value.entries.size > 0;
  }
}

/** A value as a number, where Python lets it be one. */
export function asInt(value: Value): bigint | undefined {
  if (typeof value === "number") return BigInt(value);
  return typeof value === "bigint" ? value : typeof value === "boolean" ? (value ? 1n : 0n) : undefined;
}

const [LOWEST, HIGHEST] = [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)];

/** A whole number as a value. */
export function exact(number: bigint): number | bigint {
  return number >= LOWEST && number <= HIGHEST ? Number(number) : number;
}

/** Like {@linkcode toInt}, as a number: inexact only far beyond every size. */
export function toNumber(value: Value): number {
  return typeof value === "number" ? value : Number(toInt(value));
}

/** A whole number that an index, a width or a count may be. */
export function toInt(value: Value): bigint {
  const number = asInt(value);
  if (number === undefined) throw new PyError("TypeError", `${typeName(value)} is no integer`);
  return number;
}

/** Whether `a == b`. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") return false;
  const x = asInt(a);
  if (x !== undefined) return x === asInt(b);
  if (typeof a === "string" || typeof b === "string") return false;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    if (a.items.length !== b.items.length) return false;
    for (let i = 0; i < a.items.length; i++) if (!equal(a.items[i]!, b.items[i]!)) return false;
    return true;
  }
  if (a instanceof Dict && b instanceof Dict) {
    return a.entries.size === b.entries.size &&
      [...a.entries].every(([key, [, value]]) => b.entries.has(key) && equal(value, b.entries.get(key)![1]));
  }
  if (a instanceof SetValue && b instanceof SetValue) {
    return a.entries.size === b.entries.size && [...a.entries.keys()].every((key) => b.entries.has(key));
  }
  return false;
}

/** Negative, 0 or positive as `a` stands before, with or after `b`. @throws {PyError} where Python knows no order. */
export function order(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [asInt(a), asInt(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    const length = Math.min(a.items.length, b.items.length);
    for (let i = 0; i < length; i++) if (!equal(a.items[i]!, b.items[i]!)) return order(a.items[i]!, b.items[i]!);
    return a.items.length - b.items.length;
  }
  if (a instanceof SetValue && b instanceof SetValue) throw new OutsideError("Sets are compared by inclusion");
  throw new PyError("TypeError", `${typeName(a)} and ${typeName(b)} have no order`);
}

/** The text that finds a key of a dictionary or set; equal keys have equal texts. @throws {PyError} for what has no hash. */
export function hashKey(value: Value): string {
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "number") return `i${value}`;
  const number = asInt(value);
  if (number !== undefined) return `i${number}`;
  if (value === null) return "n";
  if (value instanceof Tuple) {
    // A text may hold any sign, so it stands in quotes; everything else ends where its number or its parenthesis ends.
    let out = "t(";
    for (const one of value.items) out += `${typeof one === "string" ? JSON.stringify(one) : hashKey(one)},`;
    return `${out})`;
  }
  throw new PyError("TypeError", `${typeName(value)} has no hash`);
}

/** `str(value)`. */
export function str(value: Value): string {
  return typeof value === "string" ? value : repr(value);
}

/** `repr(value)`. */
export function repr(value: Value): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
  }
  if (value === null) return "None";
  if (value instanceof List) return `[${value.items.map(repr).join(", ")}]`;
  if (value instanceof Tuple) return `(${value.items.map(repr).join(", ")}${value.items.length === 1 ? "," : ""})`;
  if (value instanceof Dict) {
    return `{${[...value.entries.values()].map(([key, one]) => `${repr(key)}: ${repr(one)}`).join(", ")}}`;
  }
  if (value instanceof SetValue && value.entries.size < 2) {
    return value.entries.size === 0 ? "set()" : `{${repr([...value.entries.values()][0]!)}}`;
  }
  throw new OutsideError(`The text of a ${typeName(value)} is not fixed`);
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** What stands between quotes as it is. */
const AS_IT_IS = /^[ !#-&(-[\]-~]*$/;

function quote(text: string): string {
  if (AS_IT_IS.test(text)) return `'${text}'`;
  const sign = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = "";
  for (const one of text) {
    const code = one.charCodeAt(0);
    if (one === sign) out += `\\${sign}`;
    else if (SHORT[one] !== undefined) out += SHORT[one];
    else if (code < 32 || code === 127) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code > 126 && !isLetter(one)) {
      throw new OutsideError("Which other characters are printable is not known here");
    } else out += one;
  }
  return sign + out + sign;
}

/** Letters beyond ASCII that the evaluator knows: Latin-1 without the two whose upper case leaves it. */
export function isLetter(one: string): boolean {
  return /[A-Za-z\u00c0-\u00d6\u00d8-\u00de\u00e0-\u00f6\u00f8-\u00fe]/.test(one);
}
