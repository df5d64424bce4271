/** A line that is typed without being shown, from the bytes of a terminal. Pure. @module */

/** What became of a line. */
export type LineState = "open" | "done" | "cancelled" | "too_long";

const [INTERRUPT, END, BACKSPACE, LINE_FEED, RETURN, KILL, ESCAPE, DELETE] = [3, 4, 8, 10, 13, 21, 27, 127];

/** Collects a line. What was typed is overwritten by {@linkcode HiddenLine.wipe}. */
export class HiddenLine {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #escape: "none" | "begun" | "sequence" = "none";
  /** Holds at most so many bytes. */
  constructor(maxBytes: number) {
    this.#bytes = new Uint8Array(maxBytes);
  }
  /** Takes one byte from the terminal. */
  push(byte: number): LineState {
    if (this.#escape !== "none") return this.#inEscape(byte);
    switch (byte) {
      case LINE_FEED:
      case RETURN:
        return "done";
      case INTERRUPT:
        return "cancelled";
      case END:
        return this.#length === 0 ? "cancelled" : "done";
      case KILL:
        this.wipe();
        return "open";
      case BACKSPACE:
      case DELETE:
        this.#eraseCharacter();
        return "open";
      case ESCAPE:
        this.#escape = "begun";
        return "open";
    }
    if (byte < 32) return "open";
    if (this.#length === this.#bytes.length) return "too_long";
    this.#bytes[this.#length++] = byte;
    return "open";
  }
  /** A copy of the line, for whoever wipes it. */
  take(): Uint8Array<ArrayBuffer> {
    const line = this.#bytes.slice(0, this.#length);
    this.wipe();
    return line;
  }
  /** Forgets what was typed. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }
  /** Arrow keys and the marks around a pasted text are no part of it. */
  #inEscape(byte: number): LineState {
    if (this.#escape === "begun") this.#escape = byte === 0x5b || byte === 0x4f ? "sequence" : "none";
    else if (byte >= 0x40 && byte <= 0x7e) this.#escape = "none";
    return "open";
  }
  /** The last character, which in UTF-8 may have several bytes. */
  #eraseCharacter(): void {
    while (this.#length > 0) {
      const byte = this.#bytes[--this.#length]!;
      this.#bytes[this.#length] = 0;
      if ((byte & 0xc0) !== 0x80) return;
    }
  }
}
