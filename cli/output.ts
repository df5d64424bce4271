/** Writing to stdout and stderr: whole texts, in order, and a closed pipe that ends the program quietly. @module */

/** A stream that takes bytes at once: `Deno.stdout`, `Deno.stderr`, or a buffer in tests. */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
}

/** Thrown when whoever reads stdout is gone (`af … | head`): the command ends, without a message. */
export class PipeClosed extends Error {
  /** The reader is gone. */
  constructor(cause: unknown) {
    super("The reader of the output is gone", { cause });
    this.name = "PipeClosed";
  }
}

const encoder = new TextEncoder();
const still = new Int32Array(new SharedArrayBuffer(4));

/** Writes a text as a whole. @throws {PipeClosed} if the reader is gone. */
export function writeText(sink: Sink, text: string): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += sink.writeSync(bytes.subarray(at));
    } catch (cause) {
      if (cause instanceof Deno.errors.BrokenPipe) throw new PipeClosed(cause);
      // A pipe that another process made non-blocking: its reader is slow, not gone.
      if (cause instanceof Deno.errors.WouldBlock) Atomics.wait(still, 0, 0, 5);
      else throw cause;
    }
  }
}
