/** Writes a row's value as JSON text: integers keep every digit, floats a point or an exponent. @module */
import type { RowValue } from "../../core/port/dataset.ts";

/** The JSON text of a value. A float that JSON has no sign for and a dictionary with other keys than texts become texts. */
export function literalText(value: RowValue): string {
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return floatText(value);
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => {
      const name = typeof key === "string" ? key : literalText(key);
      return `${JSON.stringify(name)}: ${literalText(item)}`;
    });
    return `{${pairs.join(", ")}}`;
  }
  return `[${(value as readonly RowValue[]).map(literalText).join(", ")}]`;
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
