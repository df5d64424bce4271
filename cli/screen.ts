/** stderr as log lines above one status line that is drawn again below them. @module */
import { type Sink, writeText } from "./output.ts";
import { fit } from "./width.ts";

/** Options of {@linkcode Screen}. */
export interface ScreenOptions {
  /** Whether a status line can be drawn over itself. @default {false} */
  readonly terminal?: boolean;
  /** Whether to colour. @default {false} */
  readonly color?: boolean;
  /** Columns of the terminal, asked for at each drawing. @default {() => 80} */
  readonly columns?: () => number;
}

/** The one writer of stderr: the log and the progress bar both go through it. */
export class Screen {
  readonly #sink: Sink;
  readonly #columns: () => number;
  /** Whether a status line can be drawn. */
  readonly terminal: boolean;
  /** Whether to colour. */
  readonly color: boolean;
  #status = "";
  /** Writes to a sink, usually `Deno.stderr`. */
  constructor(sink: Sink, options: ScreenOptions = {}) {
    this.#sink = sink;
    this.terminal = options.terminal ?? false;
    this.color = options.color ?? false;
    this.#columns = options.columns ?? (() => 80);
  }
  /** Writes a line; the status line moves below it. The text must be clean of control characters. */
  line(text: string): void {
    const clear = this.#status ? "\r\x1b[K" : "";
    writeText(this.#sink, `${clear}${text}\n${this.#status}`);
  }
  /** Draws the status line, or takes it away if the text is empty. Does nothing where there is no terminal. */
  status(text: string): void {
    if (!this.terminal) return;
    const next = fit(text, Math.max(1, this.#columns() - 1));
    if (next === this.#status) return;
    writeText(this.#sink, `\r\x1b[K${next}`);
    this.#status = next;
  }
}
