/** Whether what a function returned is what a row expects. Rows come from JSON, so they cannot say everything that Python can. @module */
import { parseLiteral } from "../../core/dataset/literal.ts";
import type { RowValue } from "../../core/port/dataset.ts";
import { literalText } from "./literal_text.ts";

/** Floats are equal within a part in a million: rows hold rounded results and say nothing of how they were rounded. */
const RELATIVE = 1e-6;
const ABSOLUTE = 1e-9;

/**
 * Whether a returned value (in the encoding of core/port/sandbox.ts) is the expected one: a tuple may stand for a list, a number
 * for its text as a dictionary's key, a float for another that is close. Everything else is exact: 1 is not True, "1" is not 1.
 */
export function returns(encoded: string, expected: RowValue): boolean {
  try {
    return same(parseLiteral(encoded), expected);
  } catch (thrown) {
    // A program cannot write this text, but what cannot be read is equal to nothing.
    if (thrown instanceof SyntaxError) return false;
    throw thrown;
  }
}

function same(actual: RowValue, expected: RowValue): boolean {
  const value = unwrapped(actual);
  if (isNumber(expected)) return isNumber(value) && close(value, expected);
  if (isList(expected)) {
    return isList(value) && value.length === expected.length && expected.every((item, i) => same(value[i]!, item));
  }
  if (expected instanceof Map) return value instanceof Map && sameMap(value, expected);
  return value === expected;
}

function sameMap(actual: ReadonlyMap<RowValue, RowValue>, expected: ReadonlyMap<RowValue, RowValue>): boolean {
  if (actual.size !== expected.size) return false;
  const byName = new Map([...actual].map(([key, value]) => [nameOf(key), value]));
  return [...expected].every(([key, value]) => {
    const found = byName.get(nameOf(key));
    return found !== undefined && same(found, value);
  });
}

/** What the encoding says with an object of one key. A text key that begins with `$` never stands alone in it. */
function unwrapped(value: RowValue): RowValue {
  if (!(value instanceof Map) || value.size !== 1) return value;
  const [key, inner] = [...value][0]!;
  if (key === "$tuple") return inner;
  if (key === "$float") return inner === "nan" ? NaN : inner === "inf" ? Infinity : -Infinity;
  if (key !== "$dict" || !isList(inner)) return value;
  const pairs = inner.filter((pair) => isList(pair) && pair.length === 2) as [RowValue, RowValue][];
  return pairs.length === inner.length ? new Map(pairs) : value;
}

function nameOf(key: RowValue): string {
  return typeof key === "string" ? key : literalText(unwrapped(key));
}

function isList(value: RowValue): value is readonly RowValue[] {
  return Array.isArray(value);
}

function isNumber(value: RowValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function close(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === "bigint" && typeof b === "bigint") return a === b;
  const [x, y] = [Number(a), Number(b)];
  if (Object.is(x, y) || x === y) return true;
  return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= ABSOLUTE + RELATIVE * Math.abs(y);
}
