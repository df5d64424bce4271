/** A runner in the hands of its program: honest until a case says `bad`. What it does then, whoever imports this decides. @module */
import { FRAME, FrameReader, FrameWriter } from "../core/sandbox/frames.ts";
import { FrameInput } from "../core/sandbox/input.ts";
import { type CaseMessage, endFrame, type EndMessage, readCase, readProgram } from "../core/sandbox/messages.ts";

const honest = { stderr: "", exit: 0, exception: "", value: null, truncated: false, limit: null, wallMs: 1, cpuMs: 1 };

/** Where frames are written. */
export const writer: FrameWriter = new FrameWriter();

/** Writes all of it to the broker. */
export function send(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** An end in the right form, with a change. It keeps its bytes. */
export function endOf(ticket: number, change: Partial<EndMessage> & { readonly stdout: string }): Uint8Array {
  return endFrame(writer, { ...honest, ticket, ...change }).slice();
}

/** What the forger does in place of an honest answer, and, if it wants, when it has taken its program: its source is `mode`. */
export interface Forgery {
  answer(mode: string, message: CaseMessage): void;
  begun?(mode: string): void;
}

/** Takes frames until there are no more. */
export function runForger(forgery: Forgery): never {
  const input = new FrameInput();
  send(writer.start(FRAME.ready).finish());
  let mode = "";
  for (;;) {
    const frame = input.next();
    if (frame === null) Deno.exit(0);
    const from = new FrameReader(frame);
    if (from.kind === FRAME.case) {
      const message = readCase(from);
      const bad = message.input.kind === "stdin" && message.input.stdin.startsWith("bad");
      if (bad) forgery.answer(mode, message);
      else send(endOf(message.ticket, { stdout: "fine" }));
    } else {
      mode = readProgram(from).source;
      send(writer.start(FRAME.ready).finish());
      forgery.begun?.(mode);
    }
  }
}
