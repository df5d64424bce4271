/** Canonical JSON (RFC 8785): one spelling for a value, so that its bytes can be hashed and signed. @module */

/** Values that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The canonical text of a value: keys in UTF-16 order, no white space, numbers as ECMAScript prints them.
 * @throws {TypeError} for what JSON cannot carry: undefined, functions, bigint, NaN, infinities, lone surrogates.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`Canonical JSON cannot carry the number ${value}`);
      return JSON.stringify(value);
    case "string":
      if (!value.isWellFormed()) throw new TypeError("Canonical JSON cannot carry a lone surrogate");
      return JSON.stringify(value);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
      const fields = value as Record<string, unknown>;
      const parts: string[] = [];
      for (const key of Object.keys(fields).sort()) {
        if (fields[key] === undefined) throw new TypeError(`Canonical JSON cannot carry undefined at key ${key}`);
        parts.push(`${canonical(key)}:${canonical(fields[key])}`);
      }
      return `{${parts.join(",")}}`;
    }
    default:
      throw new TypeError(`Canonical JSON cannot carry a ${typeof value}`);
  }
}
