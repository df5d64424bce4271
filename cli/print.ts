/** The answer of a command, on stdout: tables for people, JSON for programs. @module */
import { toHex } from "../core/base/bytes.ts";
import { type Sink, writeText } from "./output.ts";
import { clean, fit, pad, width } from "./width.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** The cell's text. It may be anybody's: what a terminal would obey is taken out. */
  cell(row: Row): string;
  /** @default {"left"} */
  readonly align?: "left" | "right";
  /** Whether it may be cut when the terminal is narrow. @default {false} */
  readonly shrink?: boolean;
}

/** Options of {@linkcode Print}. */
export interface PrintOptions {
  /** Whether the answer is JSON. @default {false} */
  readonly json?: boolean;
  /** Columns of the terminal; 0 where there is none, and then nothing is cut. @default {0} */
  readonly columns?: number;
}

/** Writes answers. */
export class Print {
  readonly #sink: Sink;
  readonly #columns: number;
  /** Whether the answer is JSON. */
  readonly json: boolean;
  /** Writes to a sink, usually `Deno.stdout`. */
  constructor(sink: Sink, options: PrintOptions = {}) {
    this.#sink = sink;
    this.#columns = options.columns ?? 0;
    this.json = options.json ?? false;
  }
  /** One answer: `text` for people, `data` for programs. */
  answer(text: string, data: unknown): void {
    if (this.json) this.data(data);
    else this.text(text);
  }
  /** Rows: a table for people; the array itself (or `data` in its place) for programs. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], data: unknown = rows): void {
    if (this.json) this.data(data);
    else writeText(this.#sink, formatTable(columns, rows, this.#columns));
  }
  /** A text of several lines, without what a terminal would obey. Not for `--json`. */
  text(text: string): void {
    writeText(this.#sink, `${clean(text, { lines: true })}\n`);
  }
  /** A value as JSON on one line; bytes as hex, big integers as text. */
  data(value: unknown): void {
    writeText(this.#sink, `${toJson(value)}\n`);
  }
}

/** JSON of a value; bytes become hex, big integers and what JSON has no word for become text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry) => {
    if (typeof entry === "bigint") return String(entry);
    if (entry instanceof Uint8Array) return toHex(entry);
    if (typeof entry === "number" && !Number.isFinite(entry)) return String(entry);
    return entry;
  }) ?? "null";
}

/** A table as text: columns aligned, cut to the terminal's width where that is known. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], columnsOfTerminal = 0): string {
  const body = rows.map((row) => columns.map((column) => clean(column.cell(row))));
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_, i) => Math.max(...[titles, ...body].map((line) => width(line[i]!))));
  if (columnsOfTerminal > 0) shrink(columns, widths, columnsOfTerminal);
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => pad(fit(cell, widths[i]!), widths[i]!, columns[i]!.align)).join("  ").trimEnd();
  return [titles, ...body].map((cells) => `${line(cells)}\n`).join("");
}

/** Takes width from the columns that may shrink, from the widest first, and leaves each at least 8. */
function shrink(columns: readonly Column<never>[], widths: number[], limit: number): void {
  let excess = widths.reduce((sum, one) => sum + one, 0) + 2 * (widths.length - 1) - limit;
  while (excess > 0) {
    let widest = -1;
    for (let i = 0; i < widths.length; i++) {
      if (columns[i]!.shrink && widths[i]! > 8 && (widest < 0 || widths[i]! > widths[widest]!)) widest = i;
    }
    if (widest < 0) return;
    widths[widest]!--;
    excess--;
  }
}
