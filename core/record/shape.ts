/** Shapes of untrusted values. @module */

/** An object that is no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an object has these keys and no others. */
export function hasExactly(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

/** A text of this shape. */
export function isMatch(value: unknown, shape: RegExp): boolean {
  return typeof value === "string" && shape.test(value);
}

/** A whole number from 0 to `most`; -0 is none, since it would be spelled 0. */
export function isWhole(value: unknown, most: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most && !Object.is(value, -0);
}
