/** Rows of a dataset from text: JSON lines, or one JSON array. What is broken is said in one sentence and costs nothing else. @module */
import type { DatasetRow, RowValue } from "../port/dataset.ts";
import { errorText } from "../base/errors.ts";
import { literalElements, parseLiteral } from "./literal.ts";

/** Caps of {@linkcode readTextRows}, in bytes. */
export interface TextRowsOptions {
  /** What stands before a place, such as `train.jsonl `. @default {""} */
  readonly prefix?: string;
  /** Longest line; a longer one is passed over. @default {33554432} */
  readonly lineBytes?: number;
  /** Largest JSON array: it is held in memory, lines are not. @default {268435456} */
  readonly arrayBytes?: number;
}

const LINE_FEED = 10;

/** Reads rows from the bytes of a file. An array is recognised by its first character. */
export async function* readTextRows(
  chunks: AsyncIterable<Uint8Array>,
  options: TextRowsOptions = {},
): AsyncGenerator<DatasetRow> {
  const prefix = options.prefix ?? "";
  const lineBytes = options.lineBytes ?? 32 << 20;
  const lines = splitLines(chunks, lineBytes);
  let number = 0;
  for await (const line of lines) {
    const at = `${prefix}line ${++number}`;
    if (line === null) {
      yield { at, problem: `The line is longer than ${lineBytes} bytes` };
      continue;
    }
    const text = decode(line);
    if (text === null) yield { at, problem: "The line is no UTF-8" };
    else if (text.trim() === "") continue;
    else if (text.trimStart().startsWith("[")) {
      yield* readArray(text, lines, options);
      return;
    } else yield parsed(at, text);
  }
}

async function* readArray(
  first: string,
  lines: AsyncIterable<Uint8Array | null>,
  options: TextRowsOptions,
): AsyncGenerator<DatasetRow> {
  const prefix = options.prefix ?? "";
  const arrayBytes = options.arrayBytes ?? 256 << 20;
  const parts = [first];
  let size = first.length;
  for await (const line of lines) {
    const text = line === null ? null : decode(line);
    if (text === null) {
      return yield { at: `${prefix}array`, problem: "The array holds a line that is too long or no UTF-8" };
    }
    size += text.length + 1;
    if (size > arrayBytes) {
      const problem = `The array is larger than ${arrayBytes} bytes; store one row a line instead`;
      return yield { at: `${prefix}array`, problem };
    }
    parts.push(text);
  }
  let index = 0;
  try {
    for (const value of literalElements(parts.join("\n"))) {
      yield checked(`${prefix}row ${++index}`, value);
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    yield { at: `${prefix}row ${index + 1}`, problem: `${errorText(thrown)}; nothing behind it can be read` };
  }
}

function parsed(at: string, text: string): DatasetRow {
  try {
    return checked(at, parseLiteral(text));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return { at, problem: errorText(thrown) };
  }
}

function checked(at: string, value: RowValue): DatasetRow {
  return value instanceof Map ? { at, row: value } : { at, problem: "The row is no object" };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

/** Lines without their ends; null for one that is longer than the cap, of which nothing is kept. */
async function* splitLines(chunks: AsyncIterable<Uint8Array>, cap: number): AsyncGenerator<Uint8Array | null> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const take = (part: Uint8Array) => {
    size += part.length;
    if (size <= cap) parts.push(part);
    else parts = [];
  };
  const line = () => {
    const whole = size > cap ? null : joined(parts, size);
    parts = [];
    size = 0;
    return whole;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      take(chunk.subarray(from, end));
      yield line();
      from = end + 1;
    }
    // A chunk may be a buffer that is used again.
    take(chunk.slice(from));
  }
  if (size > 0) yield line();
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
