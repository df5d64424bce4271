/** Values in the JSON encoding of core/port/sandbox.ts. @module */
import { type Dict, Func, List, OutsideError, SetValue, Tuple, type Value } from "./values.ts";

/** The JSON text of a value. @throws {OutsideError} for functions. */
export function encode(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof List) return `[${value.items.map(encode).join(",")}]`;
  if (value instanceof Tuple) return `{"$tuple":[${value.items.map(encode).join(",")}]}`;
  if (value instanceof SetValue) return `{"$set":[${[...value.entries.values()].map(encode).sort().join(",")}]}`;
  if (value instanceof Func) throw new OutsideError("A function is no value that can be sent");
  return encodeDict(value);
}

function encodeDict(value: Dict): string {
  const entries = [...value.entries.values()];
  if (entries.every(([key]) => typeof key === "string" && !key.startsWith("$"))) {
    return `{${entries.map(([key, one]) => `${encode(key)}:${encode(one)}`).join(",")}}`;
  }
  return `{"$dict":[${entries.map(([key, one]) => `[${encode(key)},${encode(one)}]`).join(",")}]}`;
}
