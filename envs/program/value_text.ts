/**
 * Reads the JSON encoding of Python values (core/port/sandbox.ts) into a text that is equal for equal values: integers keep every
 * digit, the order of dictionaries and sets is gone, the order of lists stays.
 * @module
 */

/** Deeper values are not read: no task has them, and reading must not exhaust the stack. */
const DEEPEST = 200;

/** How values compare. */
export interface ValueOptions {
  /** Whether a tuple equals a list of the same items: for expected values from plain JSON, which has no tuples. @default {false} */
  readonly tuplesAreLists?: boolean;
}

/**
 * The text of a value. Equal for values that a person calls equal: `3` and `3.0` are, `1` and `true` are not, `0.0` and `-0.0` are,
 * a set and a frozenset are, two dictionaries in another order are, a list and a tuple are not (unless {@linkcode ValueOptions} says so).
 * @throws {SyntaxError} if the text is no such encoding, or a value has no equal (`{"$other": …}`).
 */
export function valueKey(text: string, options: ValueOptions = {}): string {
  const reader = new Reader(text, options.tuplesAreLists ?? false);
  const key = reader.value(0);
  reader.end();
  return key;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

class Reader {
  readonly #text: string;
  readonly #tuplesAreLists: boolean;
  #at = 0;

  constructor(text: string, tuplesAreLists: boolean) {
    this.#text = text;
    this.#tuplesAreLists = tuplesAreLists;
  }

  end(): void {
    this.#match(SPACE);
    if (this.#at !== this.#text.length) throw new SyntaxError("The text of the value goes on after its end");
  }

  value(depth: number): string {
    if (depth > DEEPEST) throw new SyntaxError(`The value is nested deeper than ${DEEPEST}`);
    this.#match(SPACE);
    const sign = this.#text[this.#at];
    if (sign === "[") return `[${this.#items(depth).join(",")}]`;
    if (sign === "{") return this.#object(depth);
    if (sign === '"') return JSON.stringify(this.#string());
    return this.#match(WORD)?.[0] ?? this.#number();
  }

  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    if (found !== null) this.#at = expression.lastIndex;
    return found;
  }

  #takes(sign: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #needs(sign: string): void {
    if (!this.#takes(sign)) throw new SyntaxError(`The text of the value has no ${sign} at ${this.#at}`);
  }

  #string(): string {
    this.#match(SPACE);
    const start = this.#at;
    if (this.#text[start] !== '"') throw new SyntaxError(`The text of the value has no text at ${start}`);
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #number(): string {
    const found = this.#match(NUMBER);
    if (found === null) throw new SyntaxError(`The text of the value is no JSON at ${this.#at}`);
    if (found[1] === undefined && found[2] === undefined) return found[0] === "-0" ? "0" : found[0];
    return floatKey(Number(found[0]));
  }

  #items(depth: number): string[] {
    this.#needs("[");
    const items: string[] = [];
    if (this.#takes("]")) return items;
    do items.push(this.value(depth + 1)); while (this.#takes(","));
    this.#needs("]");
    return items;
  }

  #object(depth: number): string {
    this.#needs("{");
    const entries: [string, string][] = [];
    if (this.#takes("}")) return dictKey(entries);
    do {
      const key = this.#string();
      this.#needs(":");
      if (entries.length === 0 && key.startsWith("$")) return this.#special(key, depth);
      entries.push([JSON.stringify(key), this.value(depth + 1)]);
    } while (this.#takes(","));
    this.#needs("}");
    return dictKey(entries);
  }

  #special(name: string, depth: number): string {
    const key = this.#specialKey(name, depth);
    this.#needs("}");
    return key;
  }

  #specialKey(name: string, depth: number): string {
    switch (name) {
      case "$tuple": {
        const items = this.#items(depth).join(",");
        return this.#tuplesAreLists ? `[${items}]` : `(${items})`;
      }
      case "$set":
      case "$frozenset":
        return `set{${this.#items(depth).sort().join(",")}}`;
      case "$dict":
        return dictKey(this.#pairs(depth));
      case "$float": {
        const value = this.#string();
        if (!["nan", "inf", "-inf"].includes(value)) throw new SyntaxError("A $float is nan, inf or -inf");
        return value;
      }
      case "$bytes":
        return `bytes ${this.#string().toLowerCase()}`;
      default:
        throw new SyntaxError(`A value of the type ${name.slice(0, 40)} equals no other`);
    }
  }

  #pairs(depth: number): [string, string][] {
    this.#needs("[");
    const pairs: [string, string][] = [];
    if (this.#takes("]")) return pairs;
    do {
      this.#needs("[");
      const key = this.value(depth + 1);
      this.#needs(",");
      pairs.push([key, this.value(depth + 1)]);
      this.#needs("]");
    } while (this.#takes(","));
    this.#needs("]");
    return pairs;
  }
}

/** A float with a whole value has the key of that integer, as the two are equal in Python. */
function floatKey(value: number): string {
  if (!Number.isFinite(value)) throw new SyntaxError("A number of the value is too large for a float");
  return Number.isInteger(value) ? String(BigInt(value)) : `float ${value}`;
}

function dictKey(entries: readonly (readonly [string, string])[]): string {
  const sorted = entries.map(([key, value]) => `${key}:${value}`).sort();
  return `{${sorted.join(",")}}`;
}
