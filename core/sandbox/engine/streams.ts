/** Standard input, output and error of one case. Output beyond the limit is cut, so that the host's memory stays flat. @module */

/** The three streams. Bytes in, bytes out. */
export class Streams {
  #input: Uint8Array = new Uint8Array();
  #read = 0;
  #limit = 0;
  #outputs: Uint8Array[][] = [[], []];
  #lengths = [0, 0];
  /** Whether something was cut. */
  truncated = false;

  /** Begins a case: what it can read, and how many bytes each output keeps. */
  begin(input: Uint8Array, limit: number): void {
    this.#input = input;
    this.#read = 0;
    this.#limit = limit;
    this.#outputs = [[], []];
    this.#lengths = [0, 0];
    this.truncated = false;
  }

  /** The next bytes of the input, at most `most`; empty at its end. */
  read(most: number): Uint8Array {
    const part = this.#input.subarray(this.#read, this.#read + most);
    this.#read += part.length;
    return part;
  }

  /** Keeps a copy of the bytes for output 0 (standard output) or 1 (standard error). */
  write(output: 0 | 1, bytes: Uint8Array): void {
    const left = this.#limit - this.#lengths[output]!;
    if (bytes.length > left) this.truncated = true;
    const kept = bytes.slice(0, Math.max(left, 0));
    if (kept.length === 0) return;
    this.#lengths[output]! += kept.length;
    this.#outputs[output]!.push(kept);
  }

  /** The text of an output; bytes that are no UTF-8 become U+FFFD. */
  text(output: 0 | 1): string {
    const parts = this.#outputs[output]!;
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    if (parts.length === 1) return decoder.decode(parts[0]);
    // In pieces, since a character may lie across two writes.
    return parts.map((part) => decoder.decode(part, { stream: true })).join(
      "",
    ) + decoder.decode();
  }
}
