/** Python's methods of texts. Beyond ASCII only letters of Latin-1 are known, everything else is outside. @module */
import {
  asInt,
  exact,
  isLetter,
  List,
  OutsideError,
  PyError,
  toNumber,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

type Method = (text: string, args: readonly Value[]) => Value;

const SPACES = " \t\n\r\v\f";
const UPPER = /[A-Z\u00c0-\u00d6\u00d8-\u00de]/;
const LOWER = /[a-z\u00e0-\u00f6\u00f8-\u00fe]/;

/** ASCII without the control characters that are no white space. */
const PLAIN = /^[\t-\r\x20-~]*$/;

/** Refuses texts with characters whose class is not known here. */
function known(text: string): string {
  if (PLAIN.test(text)) return text;
  for (const one of text) {
    if (one > "~" && !isLetter(one) || one < " " && !SPACES.includes(one)) {
      throw new OutsideError(`The character ${JSON.stringify(one)} is not known here`);
    }
  }
  return text;
}

function textArg(args: readonly Value[], i: number): string {
  const value = args[i];
  if (typeof value === "string") return value;
  throw new PyError("TypeError", `expected str, not ${value === undefined ? "nothing" : typeName(value)}`);
}

function whole(args: readonly Value[], i: number): number {
  const value = toNumber(args[i]!);
  if (value > 100_000) throw new OutsideError("A text of more than 100,000 characters");
  return Math.max(0, value);
}

/** All characters fit and there is one at least: the expression says so of the whole text. */
function all(test: RegExp): Method {
  return (text) => test.test(known(text));
}

/** Cased characters are all of one case, and there is one at least. */
function cased(own: RegExp, other: RegExp): Method {
  return (text) => own.test(known(text)) && !other.test(text);
}

function strip(text: string, args: readonly Value[], left: boolean, right: boolean): string {
  const signs = args.length === 0 || args[0] === null ? SPACES : textArg(args, 0);
  if (args.length === 0) known(text);
  let [from, to] = [0, text.length];
  while (left && from < to && signs.includes(text[from]!)) from++;
  while (right && to > from && signs.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function split(text: string, args: readonly Value[]): Value {
  const most = args.length > 1 ? toNumber(args[1]!) : -1;
  if (args.length > 0 && args[0] !== null) {
    const sign = textArg(args, 0);
    if (sign === "") throw new PyError("ValueError", "empty separator");
    const parts = text.split(sign);
    if (most < 0 || parts.length <= most + 1) return new List(parts);
    return new List([...parts.slice(0, most), parts.slice(most).join(sign)]);
  }
  if (most >= 0) throw new OutsideError("split() at white space with a limit");
  return new List(known(text).split(/[ \t\n\r\v\f]+/).filter((part) => part !== ""));
}

/** Python's upper case of the first letter of each run of letters, lower case of the rest. */
function title(text: string): string {
  let inside = false;
  return [...known(text)].map((one) => {
    const out = inside ? one.toLowerCase() : one.toUpperCase();
    inside = isLetter(one);
    return out;
  }).join("");
}

function find(text: string, args: readonly Value[], last: boolean): number {
  if (args.length > 1) throw new OutsideError("find() with bounds");
  return last ? text.lastIndexOf(textArg(args, 0)) : text.indexOf(textArg(args, 0));
}

function count(text: string, args: readonly Value[]): number {
  const sign = textArg(args, 0);
  return sign === "" ? text.length + 1 : text.split(sign).length - 1;
}

function fill(text: string, args: readonly Value[]): { pad: number; sign: string } {
  const sign = args.length > 1 ? textArg(args, 1) : " ";
  if (sign.length !== 1) throw new PyError("TypeError", "The fill character must be exactly one character long");
  return { pad: Math.max(0, whole(args, 0) - text.length), sign };
}

function anyOf(args: readonly Value[], test: (part: string) => boolean): boolean {
  const first = args[0];
  return first instanceof Tuple ? first.items.some((_, i) => test(textArg(first.items, i))) : test(textArg(args, 0));
}

/** The methods by name. */
export const TEXT_METHODS: Readonly<Record<string, Method>> = {
  upper: (text) => known(text).toUpperCase(),
  lower: (text) => known(text).toLowerCase(),
  swapcase: (text) => [...known(text)].map((one) => UPPER.test(one) ? one.toLowerCase() : one.toUpperCase()).join(""),
  capitalize: (text) => known(text).slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  title,
  strip: (text, args) => strip(text, args, true, true),
  lstrip: (text, args) => strip(text, args, true, false),
  rstrip: (text, args) => strip(text, args, false, true),
  split,
  replace: (text, args) => {
    if (args.length > 2) throw new OutsideError("replace() with a limit");
    return text.replaceAll(textArg(args, 0), () => textArg(args, 1));
  },
  find: (text, args) => (find(text, args, false)),
  rfind: (text, args) => (find(text, args, true)),
  index: (text, args) => {
    const at = find(text, args, false);
    if (at < 0) throw new PyError("ValueError", "substring not found");
    return at;
  },
  count: (text, args) => (count(text, args)),
  startswith: (text, args) => anyOf(args, (part) => text.startsWith(part)),
  endswith: (text, args) => anyOf(args, (part) => text.endsWith(part)),
  join: (text, args) => {
    const items = args[0];
    if (!(items instanceof List || items instanceof Tuple)) {
      throw new OutsideError("join() of something else than a list");
    }
    return items.items.map((_, i) => textArg(items.items, i)).join(text);
  },
  zfill: (text, args) => {
    const pad = "0".repeat(Math.max(0, whole(args, 0) - text.length));
    return /^[+-]/.test(text) ? text[0] + pad + text.slice(1) : pad + text;
  },
  rjust: (text, args) => {
    const { pad, sign } = fill(text, args);
    return sign.repeat(pad) + text;
  },
  ljust: (text, args) => {
    const { pad, sign } = fill(text, args);
    return text + sign.repeat(pad);
  },
  partition: (text, args) => {
    const sign = textArg(args, 0);
    if (sign === "") throw new PyError("ValueError", "empty separator");
    const at = text.indexOf(sign);
    return new Tuple(at < 0 ? [text, "", ""] : [text.slice(0, at), sign, text.slice(at + sign.length)]);
  },
  isdigit: all(/^\d+$/),
  isalpha: (text) => text !== "" && [...known(text)].every(isLetter),
  isalnum: (text) => text !== "" && [...known(text)].every((one) => isLetter(one) || /^\d$/.test(one)),
  isspace: (text) => text !== "" && [...known(text)].every((one) => SPACES.includes(one)),
  isupper: cased(UPPER, LOWER),
  islower: cased(LOWER, UPPER),
};

const SHORT_INT = /^-?\d{1,15}$/;

/** `int(text)`. */
export function readInt(value: Value): number | bigint {
  const number = asInt(value);
  if (number !== undefined) return exact(number);
  if (typeof value !== "string") throw new PyError("TypeError", `int() of ${typeName(value)}`);
  if (SHORT_INT.test(value)) return Number(value);
  const text = strip(known(value), [], true, true);
  if (!/^[+-]?\d+(?:_\d+)*$/.test(text)) throw new PyError("ValueError", "invalid literal for int()");
  if (text.length > 2000) throw new OutsideError("A number of more than 2,000 characters");
  const digits = BigInt(text.replace(/^[+-]/, "").replaceAll("_", ""));
  return exact(text.startsWith("-") ? -digits : digits);
}
