/** Python's lists, dictionaries and sets: indexing, slicing, methods. @module */
import {
  Dict,
  equal,
  Func,
  hashKey,
  List,
  order,
  OutsideError,
  PyError,
  SetValue,
  toNumber,
  truth,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

/** No list and no text grows longer. */
export const LONGEST = 100_000;

/** The values that a loop goes through. */
export function iterate(value: Value): readonly Value[] {
  if (typeof value === "string") return [...value];
  if (value instanceof List || value instanceof Tuple) return value.items;
  if (value instanceof Dict) return Array.from(value.entries.values(), ([key]) => key);
  if (value instanceof SetValue && value.entries.size < 2) return [...value.entries.values()];
  if (value instanceof SetValue) throw new OutsideError("The order of a set is not fixed");
  throw new PyError("TypeError", `${typeName(value)} is not iterable`);
}

/** Number of items. */
export function length(value: Value): number {
  if (typeof value === "string") return value.length;
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict || value instanceof SetValue) return value.entries.size;
  throw new PyError("TypeError", `${typeName(value)} has no len()`);
}

/** `value[index]`. */
export function item(value: Value, index: Value): Value {
  if (typeof value === "string") return value[position(index, value.length)]!;
  if (value instanceof Dict) {
    const entry = value.entries.get(hashKey(index));
    if (entry === undefined) throw new PyError("KeyError");
    return entry[1];
  }
  if (!(value instanceof List || value instanceof Tuple)) {
    throw new PyError("TypeError", `${typeName(value)} has no items`);
  }
  return value.items[position(index, value.items.length)]!;
}

/** `value[index] = what`. */
export function setItem(value: Value, index: Value, what: Value): void {
  if (value instanceof Dict) return put(value, index, what);
  if (!(value instanceof List)) throw new PyError("TypeError", `Items of ${typeName(value)} cannot be set`);
  value.items[position(index, value.items.length)] = what;
}

/** Puts an entry; an existing key keeps its place and its first spelling. */
export function put(dict: Dict, key: Value, value: Value): void {
  const name = hashKey(key);
  const entry = dict.entries.get(name);
  if (entry === undefined) dict.entries.set(name, [key, value]);
  else entry[1] = value;
}

function position(index: Value, size: number): number {
  const number = toNumber(index);
  const at = number < 0 ? number + size : number;
  if (at < 0 || at >= size) throw new PyError("IndexError", "index out of range");
  return at;
}

/** `value[from:to:step]`. */
export function slice(value: Value, from: Value, to: Value, step: Value): Value {
  if (!(typeof value === "string" || value instanceof List || value instanceof Tuple)) {
    throw new PyError("TypeError", `${typeName(value)} cannot be sliced`);
  }
  const size = length(value);
  const stride = step === null ? 1 : clamp(toNumber(step), size + 1);
  if (stride === 0) throw new PyError("ValueError", "slice step cannot be zero");
  const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
  const bound = (one: Value, none: number): number => {
    if (one === null) return none;
    const number = clamp(toNumber(one), size + 1);
    return Math.min(high, Math.max(low, number < 0 ? number + size : number));
  };
  const [start, stop] = [bound(from, stride > 0 ? low : high), bound(to, stride > 0 ? high : low)];
  if (stride === 1) {
    if (typeof value === "string") return value.slice(start, Math.max(start, stop));
    const items = value.items.slice(start, Math.max(start, stop));
    return value instanceof List ? new List(items) : new Tuple(items);
  }
  const indexes: number[] = [];
  for (let i = start; stride > 0 ? i < stop : i > stop; i += stride) indexes.push(i);
  if (typeof value === "string") return indexes.map((i) => value[i]!).join("");
  const items = indexes.map((i) => value.items[i]!);
  return value instanceof List ? new List(items) : new Tuple(items);
}

function clamp(number: number, most: number): number {
  return Math.min(most, Math.max(-most, number));
}

/** `what in value`. */
export function contains(value: Value, what: Value): boolean {
  if (typeof value === "string") {
    if (typeof what !== "string") throw new PyError("TypeError", "in <string> requires string");
    return value.includes(what);
  }
  if (value instanceof Dict || value instanceof SetValue) return value.entries.has(hashKey(what));
  const items = iterate(value);
  for (let i = 0; i < items.length; i++) if (equal(items[i]!, what)) return true;
  return false;
}

/** `sorted(items, key=…, reverse=…)`: equal ones keep their order, in reverse too. */
export function sorted(items: readonly Value[], key: Value, reverse: Value): Value[] {
  const sign = truth(reverse) ? -1 : 1;
  if (key === null) return [...items].sort((a, b) => sign * order(a, b));
  const keyed = items.map((one) => ({ one, by: call(key, [one]) }));
  return keyed.sort((a, b) => sign * order(a.by, b.by)).map(({ one }) => one);
}

/** Calls a function of the program. */
export function call(func: Value, args: Value[]): Value {
  if (!(func instanceof Func)) throw new PyError("TypeError", `${typeName(func)} is not callable`);
  return func.call(args);
}

type Named = Readonly<Record<string, Value>>;

/** A method of a list. */
export function listMethod(list: List, name: string, args: Value[], named: Named): Value {
  const { items } = list;
  switch (name) {
    case "append":
      if (items.length >= LONGEST) throw new OutsideError("A list grows too long");
      items.push(args[0]!);
      return null;
    case "extend":
      items.push(...iterate(args[0]!));
      if (items.length >= LONGEST) throw new OutsideError("A list grows too long");
      return null;
    case "insert": {
      const at = clamp(toNumber(args[0]!), items.length);
      items.splice(at < 0 ? at + items.length : at, 0, args[1]!);
      return null;
    }
    case "pop": {
      if (items.length === 0) throw new PyError("IndexError", "pop from empty list");
      return items.splice(position(args[0] ?? -1, items.length), 1)[0]!;
    }
    case "remove": {
      const at = items.findIndex((one) => equal(one, args[0]!));
      if (at < 0) throw new PyError("ValueError", "list.remove(x): x not in list");
      items.splice(at, 1);
      return null;
    }
    case "index": {
      const at = items.findIndex((one) => equal(one, args[0]!));
      if (at < 0) throw new PyError("ValueError", "not in list");
      return at;
    }
    case "count":
      return (items.filter((one) => equal(one, args[0]!)).length);
    case "reverse":
      items.reverse();
      return null;
    case "sort":
      list.items = sorted(items, named.key ?? null, named.reverse ?? false);
      return null;
    case "clear":
      items.length = 0;
      return null;
    case "copy":
      return new List([...items]);
    default:
      throw new OutsideError(`Unknown method ${name} of a list`);
  }
}

/** A method of a dictionary. */
export function dictMethod(dict: Dict, name: string, args: Value[]): Value {
  switch (name) {
    case "get": {
      const entry = dict.entries.get(hashKey(args[0]!));
      return entry === undefined ? args[1] ?? null : entry[1];
    }
    case "setdefault":
      if (!dict.entries.has(hashKey(args[0]!))) put(dict, args[0]!, args[1] ?? null);
      return item(dict, args[0]!);
    case "keys":
      return new List(Array.from(dict.entries.values(), ([key]) => key));
    case "values":
      return new List(Array.from(dict.entries.values(), ([, value]) => value));
    case "items":
      return new List(Array.from(dict.entries.values(), ([key, value]) => new Tuple([key, value])));
    case "pop": {
      const key = hashKey(args[0]!);
      const entry = dict.entries.get(key);
      if (entry === undefined && args.length < 2) throw new PyError("KeyError");
      dict.entries.delete(key);
      return entry === undefined ? args[1]! : entry[1];
    }
    default:
      throw new OutsideError(`Unknown method ${name} of a dictionary`);
  }
}

/** A method of a set. */
export function setMethod(set: SetValue, name: string, args: Value[]): Value {
  switch (name) {
    case "add": {
      const key = hashKey(args[0]!);
      if (!set.entries.has(key)) set.entries.set(key, args[0]!);
      return null;
    }
    case "discard":
      set.entries.delete(hashKey(args[0]!));
      return null;
    default:
      throw new OutsideError(`Unknown method ${name} of a set`);
  }
}
