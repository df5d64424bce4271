/**
 * Reads data written as JSON or as a Python literal (what `repr` prints): public datasets hold both, some both in one row.
 * Nothing is evaluated. Integers keep every digit, and `1.0` stays a float.
 * @module
 */
import type { RowValue } from "../port/dataset.ts";

/** Deeper nesting is refused: no row needs it, and it would be the reader's stack. */
const MAX_DEPTH = 100;
/** Longer numbers are refused: turning decimal digits into a number takes time that grows with their square. */
const MAX_DIGITS = 10_000;

const WORDS: ReadonlyMap<string, RowValue> = new Map<string, RowValue>([
  ["null", null],
  ["None", null],
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["NaN", NaN],
  ["nan", NaN],
  ["Infinity", Infinity],
  ["inf", Infinity],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
  "0": "\0",
  "\\": "\\",
  "/": "/",
  '"': '"',
  "'": "'",
};

/** The value that a text writes down. @throws {SyntaxError} that says where the text stops making sense. */
export function parseLiteral(text: string): RowValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** The elements of a text that is one list, read one by one. @throws {SyntaxError} where the text stops making sense. */
export function* literalElements(text: string): Generator<RowValue> {
  const reader = new Reader(text);
  reader.open("[");
  while (!reader.closes("]")) {
    yield reader.value(1);
    reader.separate("]");
  }
  reader.end();
}

class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): RowValue {
    if (depth > MAX_DEPTH) throw this.#wrong(`nests deeper than ${MAX_DEPTH}`);
    const sign = this.#peek();
    if (sign === "[") return this.#list("[", "]", depth);
    if (sign === "(") return this.#tuple(depth);
    if (sign === "{") return this.#map(depth);
    if (sign === '"' || sign === "'") return this.#string();
    if (/[-+\d.]/.test(sign)) return this.#number();
    return this.#word();
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#peek() !== "") throw this.#wrong("goes on where it should end");
  }

  open(sign: string): void {
    if (this.#peek() !== sign) throw this.#wrong(`has no ${sign}`);
    this.#at++;
  }

  closes(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at++;
    return true;
  }

  /** After an element: a comma, or the sign that closes. A comma before the closing sign is Python's and is let pass. */
  separate(closing: string): void {
    const sign = this.#peek();
    if (sign === ",") this.#at++;
    else if (sign !== closing) throw this.#wrong(`has neither a comma nor ${closing}`);
  }

  #list(opening: string, closing: string, depth: number): RowValue[] {
    this.open(opening);
    const list: RowValue[] = [];
    while (!this.closes(closing)) {
      list.push(this.value(depth + 1));
      this.separate(closing);
    }
    return list;
  }

  /** Tuples count as lists; one element in parentheses without a comma is that element. */
  #tuple(depth: number): RowValue {
    const list = this.#list("(", ")", depth);
    const [only] = list;
    return list.length === 1 && !/,\s*\)$/.test(this.#text.slice(0, this.#at).slice(-20)) ? only! : list;
  }

  #map(depth: number): RowValue {
    this.open("{");
    const map = new Map<RowValue, RowValue>();
    while (!this.closes("}")) {
      const key = this.value(depth + 1);
      if (this.#peek() !== ":") throw this.#wrong("has no colon after a key");
      this.#at++;
      map.set(key, this.value(depth + 1));
      this.separate("}");
    }
    return map;
  }

  #string(): string {
    const quote = this.#text[this.#at++]!;
    let result = "";
    for (let from = this.#at;;) {
      const sign = this.#text[this.#at];
      if (sign === undefined) throw this.#wrong("ends inside a text");
      if (sign !== quote && sign !== "\\") {
        this.#at++;
        continue;
      }
      result += this.#text.slice(from, this.#at++);
      if (sign === quote) return result;
      result += this.#escape();
      from = this.#at;
    }
  }

  #escape(): string {
    const sign = this.#text[this.#at++] ?? "";
    const digits = ({ x: 2, u: 4, U: 8 } as Record<string, number>)[sign];
    if (digits === undefined) {
      const known = ESCAPES[sign];
      if (known === undefined) throw this.#wrong("holds an unknown escape");
      return known;
    }
    const hex = this.#text.slice(this.#at, this.#at + digits);
    const code = parseInt(hex, 16);
    if (hex.length !== digits || !/^[\da-fA-F]+$/.test(hex) || code > 0x10ffff) {
      throw this.#wrong("holds a broken escape");
    }
    this.#at += digits;
    // Two escapes of one surrogate pair join by themselves.
    return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
  }

  #number(): RowValue {
    const pattern = /([-+]?)(?:(inf|nan|Infinity)|(\d+)?(\.\d*)?([eE][-+]?\d+)?)/y;
    pattern.lastIndex = this.#at;
    const [all = "", sign, word, whole = "", fraction, exponent] = pattern.exec(this.#text) ?? [];
    const digits = whole.length + (fraction?.length ?? 1) - 1;
    if (word === undefined && digits === 0) throw this.#wrong("holds something that is no number");
    if (digits > MAX_DIGITS) throw this.#wrong(`holds a number of more than ${MAX_DIGITS} digits`);
    this.#at += all.length;
    if (word !== undefined) return (sign === "-" ? -1 : 1) * (WORDS.get(word) as number);
    if (fraction !== undefined || exponent !== undefined) return Number(all);
    return sign === "-" ? -BigInt(whole) : BigInt(whole);
  }

  #word(): RowValue {
    const pattern = /[A-Za-z]{1,10}/y;
    pattern.lastIndex = this.#at;
    const word = pattern.exec(this.#text)?.[0] ?? "";
    const value = WORDS.get(word);
    if (value === undefined) throw this.#wrong(this.#at >= this.#text.length ? "ends too early" : "holds no value");
    this.#at += word.length;
    return value;
  }

  /** The next character that is no white space, without taking it; empty at the end. */
  #peek(): string {
    while (this.#at < this.#text.length && " \t\r\n".includes(this.#text[this.#at]!)) this.#at++;
    return this.#text[this.#at] ?? "";
  }

  #wrong(what: string): SyntaxError {
    return new SyntaxError(`The text ${what} at character ${this.#at + 1}`);
  }
}
