/** Runs inside the context of a program, as source text: arguments from JSON, and what a function returned to JSON. @module */

/** JSON, there and back, as core/port/sandbox.ts words it. */
export interface ValueKit {
  /** A value as JSON text; null where it would have more than `limit` UTF-16 units. */
  encode(value: unknown, limit: number): string | null;
  /** The values of a JSON array; integers that a number cannot hold become bigints. */
  parse(text: string): unknown[];
}

/** Makes the kit. */
export function valueKit(): ValueKit {
  const { stringify, parse: parseJson } = JSON;
  const { isArray } = Array;
  const { is, keys, getPrototypeOf } = Object;
  const { isInteger, isSafeInteger } = Number;
  const objectPrototype = Object.prototype;
  const [MapClass, SetClass] = [Map, Set];
  // Deeper ones are no answers, and the stack is finite.
  const deepest = 500;

  class TooLarge extends Error {}

  function encode(value: unknown, limit: number): string | null {
    let left = limit;
    const take = (text: string) => {
      left -= text.length;
      if (left < 0) throw new TooLarge();
      return text;
    };
    const number = (value: number) => {
      if (!isInteger(value)) {
        if (is(value, NaN)) return '{"$float":"nan"}';
        return value === Infinity ? '{"$float":"inf"}' : value === -Infinity ? '{"$float":"-inf"}' : `${value}`;
      }
      return `${BigInt(value)}`;
    };
    const other = (name: string) => `{"$other":${stringify(name)}}`;
    const list = (values: readonly unknown[], depth: number): string => {
      const out: string[] = [];
      for (let i = 0; i < values.length; i++) out[i] = write(values[i], depth);
      return `[${out.join(take(","))}]`;
    };
    const dictionary = (pairs: readonly (readonly [unknown, unknown])[], depth: number) =>
      `{"$dict":[${pairs.map(([k, v]) => `[${write(k, depth)},${write(v, depth)}]`).join(",")}]}`;
    const object = (value: object, depth: number): string => {
      const prototype = getPrototypeOf(value);
      if (isArray(value)) return list(value, depth);
      if (value instanceof MapClass) return dictionary([...value], depth);
      if (value instanceof SetClass) {
        const items = [...value].map((one) => write(one, depth)).sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
        return `{"$set":[${items.join(",")}]}`;
      }
      if (prototype !== objectPrototype && prototype !== null) {
        return other(`${prototype.constructor?.name ?? "object"}`);
      }
      const names = keys(value);
      const at = value as Record<string, unknown>;
      if (names.some((name) => name.startsWith("$"))) return dictionary(names.map((name) => [name, at[name]]), depth);
      return `{${names.map((name) => `${take(stringify(name))}:${write(at[name], depth)}`).join(",")}}`;
    };
    const write = (value: unknown, depth: number): string => {
      if (depth > deepest) return take(other("too deep"));
      switch (typeof value) {
        case "undefined":
          return take("null");
        case "boolean":
          return take(`${value}`);
        case "number":
          return take(number(value));
        case "bigint":
          return take(`${value}`);
        case "string":
          return take(stringify(value));
        case "object":
          if (value === null) return take("null");
          take("[]");
          return object(value, depth + 1);
        default:
          return take(other(typeof value));
      }
    };
    try {
      return write(value, 0);
    } catch (thrown) {
      if (thrown instanceof TooLarge) return null;
      throw thrown;
    }
  }

  function parse(text: string): unknown[] {
    const reviver = (_name: string, value: unknown, context?: { source?: string }): unknown => {
      const source = context?.source;
      const big = typeof value === "number" && !isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source);
      return big ? BigInt(source) : value;
    };
    return parseJson(text, reviver as (name: string, value: unknown) => unknown) as unknown[];
  }

  return { encode, parse };
}
