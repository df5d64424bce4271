/** The person at the terminal, spoken to from inside the room: what is typed and what is shown here crosses no wall. @module */
import { utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { HiddenLine } from "./hidden_line.ts";

/** Whether somebody can be asked: stdin and the stream of the questions are a terminal. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && canTell();
}

/** Whether something can be shown that must be in no file: one of the output streams is a terminal. */
export function canTell(): boolean {
  return Deno.stderr.isTerminal() || Deno.stdout.isTerminal();
}

/** Writes a text to the terminal, never to a file or a pipe. @throws {TypeError} if there is none. */
export function tell(text: string): void {
  const stream = Deno.stderr.isTerminal() ? Deno.stderr : Deno.stdout;
  if (!stream.isTerminal()) throw new TypeError("There is no terminal to show this on");
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  bytes.fill(0);
}

/** What was pasted behind the end of a line: it is the answer to the next question. */
let pasted = new Uint8Array();

/**
 * Asks for a line that is not shown. Whoever asked wipes it.
 * @throws {WalletError} `cancelled`, `too_long`.
 */
export function askHidden(question: string, maxBytes: number): Uint8Array<ArrayBuffer> {
  const line = new HiddenLine(maxBytes);
  const buffer = new Uint8Array(256);
  tell(question);
  // With cbreak Ctrl-C is still a signal, which ends af at once; Windows has no such mode, there it is a byte.
  Deno.stdin.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  try {
    for (;;) {
      let chunk = pasted;
      pasted = new Uint8Array();
      if (chunk.length === 0) {
        const count = Deno.stdin.readSync(buffer);
        if (count === null) throw cancelled();
        chunk = buffer.slice(0, count);
      }
      for (const [i, byte] of chunk.entries()) {
        const state = line.push(byte);
        if (state === "open") continue;
        if (state === "cancelled") throw cancelled();
        if (state === "too_long") {
          throw new WalletError(`A line has at most ${maxBytes} bytes here; nothing was changed`, { code: "too_long" });
        }
        pasted = chunk.slice(i + 1);
        chunk.fill(0);
        return line.take();
      }
      chunk.fill(0);
    }
  } finally {
    line.wipe();
    buffer.fill(0);
    Deno.stdin.setRaw(false);
    tell("\n");
  }
}

function cancelled(): WalletError {
  return new WalletError("Nothing was given; nothing was changed", { code: "cancelled" });
}

/** Shows that something takes a while, with the seconds, until it is stopped. Silent where there is no terminal. */
export function working(what: string): () => void {
  if (!Deno.stderr.isTerminal()) return () => {};
  const since = performance.now();
  const show = () => tell(`\r${what} … ${Math.round((performance.now() - since) / 1000)} s `);
  show();
  const timer = setInterval(show, 500);
  return () => {
    clearInterval(timer);
    tell("\r\x1b[K");
  };
}
