/** Python's built-in functions, as far as tasks use them. @module */
import { call, item, iterate, length, LONGEST, put, sorted } from "./collections.ts";
import { binary, power, sumOf } from "./numbers.ts";
import { readInt } from "./text_methods.ts";
import {
  Dict,
  exact,
  hashKey,
  List,
  order,
  OutsideError,
  PyError,
  repr,
  SetValue,
  str,
  toInt,
  toNumber,
  truth,
  Tuple,
  type Value,
} from "./values.ts";

/** What a running program reads and writes. */
export interface Console {
  /** The next line without its end; undefined at the end of the input. */
  line(): string | undefined;
  write(text: string): void;
}

type Builtin = (args: Value[], named: Readonly<Record<string, Value>>, console: Console) => Value;

/** The usual case: small numbers upwards. */
function upwards(from: number, to: number): Value {
  if (to - from > LONGEST) throw new OutsideError("A range is too long");
  const out: Value[] = [];
  for (let i = from; i < to; i++) out.push(i);
  return new List(out);
}

function range(args: readonly Value[]): Value {
  if (typeof args[0] === "number") {
    if (args.length === 1) return upwards(0, args[0]);
    if (args.length === 2 && typeof args[1] === "number") return upwards(args[0], args[1]);
  }
  const [a, b, c] = args.map(toInt);
  const [from, to, step] = b === undefined ? [0n, a!, 1n] : [a!, b, c ?? 1n];
  if (step === 0n) throw new PyError("ValueError", "range() arg 3 must not be zero");
  const span = step > 0n ? to - from : from - to;
  if (span > BigInt(LONGEST) * (step > 0n ? step : -step)) throw new OutsideError("A range is too long");
  const [first, last, by] = [exact(from), exact(to), exact(step)];
  const out: Value[] = [];
  if (typeof first === "number" && typeof last === "number" && typeof by === "number") {
    for (let i = first; by > 0 ? i < last : i > last; i += by) out.push(i);
  } else {
    for (let i = from; step > 0n ? i < to : i > to; i += step) out.push(exact(i));
  }
  return new List(out);
}

/** The least item for sign 1, the greatest for -1; the first of equals. */
function extreme(args: readonly Value[], named: Readonly<Record<string, Value>>, sign: number): Value {
  const items: readonly Value[] = args.length === 1 ? iterate(args[0]!) : args;
  if (items.length === 0) {
    if (named.default !== undefined) return named.default;
    throw new PyError("ValueError", "arg is an empty sequence");
  }
  const by = (one: Value) => named.key === undefined ? one : call(named.key, [one]);
  let best: Value = items[0]!;
  let key = by(best);
  for (let i = 1; i < items.length; i++) {
    const one = items[i]!;
    const next = by(one);
    if (sign * order(next, key) >= 0) continue;
    best = one;
    key = next;
  }
  return best;
}

function code(value: Value): Value {
  if (typeof value !== "string" || value.length !== 1) throw new PyError("TypeError", "ord() expected a character");
  return (value.charCodeAt(0));
}

function character(value: Value): Value {
  const number = toNumber(value);
  if (number < 0 || number > 0x10ffff) throw new PyError("ValueError", "chr() arg not in range");
  if (number > 0x7f) throw new OutsideError("chr() beyond ASCII");
  return String.fromCharCode(number);
}

function zip(args: readonly Value[]): Value {
  const lists = args.map(iterate);
  const size = Math.min(...lists.map((one) => one.length));
  if (lists.length === 2) {
    const [a, b] = lists as [readonly Value[], readonly Value[]];
    const pairs: Value[] = [];
    for (let i = 0; i < size; i++) pairs.push(new Tuple([a[i]!, b[i]!]));
    return new List(pairs);
  }
  return new List(Array.from({ length: size }, (_, i) => new Tuple(lists.map((one) => one[i]!))));
}

function dict(args: readonly Value[]): Value {
  const out = new Dict();
  for (
    const one of args.length === 0 ? [] : args[0] instanceof Dict ? [...args[0].entries.values()] : iterate(args[0]!)
  ) {
    if (Array.isArray(one)) put(out, one[0]!, one[1]!);
    else put(out, item(one as Value, 0), item(one as Value, 1));
  }
  return out;
}

/** A set of items. */
export function makeSet(items: readonly Value[]): SetValue {
  const out = new SetValue();
  for (const one of items) {
    const key = hashKey(one);
    if (!out.entries.has(key)) out.entries.set(key, one);
  }
  return out;
}

/** Items in any order: for functions whose result does not depend on it. */
function unordered(value: Value): readonly Value[] {
  return value instanceof SetValue ? [...value.entries.values()] : iterate(value);
}

/** The functions by name. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  print(args, named, console) {
    if (args.length === 1 && named.end === undefined) console.write(`${str(args[0]!)}\n`);
    else console.write(args.map(str).join(str(named.sep ?? " ")) + str(named.end ?? "\n"));
    return null;
  },
  input(_args, _named, console) {
    const line = console.line();
    if (line === undefined) throw new PyError("EOFError", "EOF when reading a line");
    return line;
  },
  int: ([value]) => value === undefined ? 0 : readInt(value),
  str: ([value]) => value === undefined ? "" : str(value),
  repr: ([value]) => repr(value!),
  bool: ([value]) => value === undefined ? false : truth(value),
  len: ([value]) => length(value!),
  abs: ([value]) => {
    if (typeof value === "number") return Math.abs(value);
    const number = toInt(value!);
    return exact(number < 0n ? -number : number);
  },
  sum: ([items, start]) => sumOf(unordered(items!), start ?? 0),
  min: (args, named) => extreme(args, named, 1),
  max: (args, named) => extreme(args, named, -1),
  sorted: ([items], named) => new List(sorted(unordered(items!), named.key ?? null, named.reverse ?? false)),
  reversed: ([items]) => {
    if (items instanceof SetValue) throw new PyError("TypeError", "set is not reversible");
    return new List([...iterate(items!)].reverse());
  },
  range,
  enumerate: ([items, start], named) => {
    const first = exact(toInt(start ?? named.start ?? 0));
    return new List(iterate(items!).map((one, i) => new Tuple([binary("+", first, i), one])));
  },
  zip,
  map: ([func, items]) => new List(iterate(items!).map((one) => call(func!, [one]))),
  list: ([items]) => new List(items === undefined ? [] : [...iterate(items)]),
  tuple: ([items]) => new Tuple(items === undefined ? [] : [...iterate(items)]),
  dict,
  set: ([items]) => makeSet(items === undefined ? [] : unordered(items)),
  any: ([items]) => unordered(items!).some(truth),
  all: ([items]) => unordered(items!).every(truth),
  divmod: ([a, b]) => {
    const [x, y] = [toInt(a!), toInt(b!)];
    return new Tuple([exact(power.floorDiv(x, y)), exact(power.floorMod(x, y))]);
  },
  pow: ([a, b, m]) => exact(power.pow(toInt(a!), toInt(b!), m === undefined ? undefined : toInt(m))),
  ord: ([value]) => code(value!),
  chr: ([value]) => character(value!),
};

/** Names that hold a function when they stand without a call, as in `map(int, …)` and `key=len`. */
export const FUNCTION_NAMES = ["int", "str", "len", "abs", "sum", "ord", "sorted", "min", "max"] as const;
