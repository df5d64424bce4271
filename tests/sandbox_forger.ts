/** A runner in the hands of its program: what it does in place of an honest answer is its argument. @module */
import process from "node:process";
import { FRAME, FrameReader, FrameWriter } from "../core/sandbox/frames.ts";
import { FrameInput } from "../core/sandbox/input.ts";
import { endFrame, readCase, readProgram } from "../core/sandbox/messages.ts";

const input = new FrameInput();
const writer = new FrameWriter();
const honest = { stderr: "", exit: 0, exception: "", value: null, truncated: false, limit: null, wallMs: 1, cpuMs: 1 };

function send(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

function forge(mode: string, ticket: number, frame: Uint8Array): void {
  switch (mode) {
    case "garbage":
      return send(crypto.getRandomValues(new Uint8Array(5_000)));
    case "huge":
      return send(new Uint8Array([255, 255, 255, 255, FRAME.end]));
    case "endless":
      for (let i = 0; i < 1e6; i++) send(new Uint8Array(65_536).fill(1));
      return;
    case "empty":
      return send(new Uint8Array(4));
    case "twice":
      send(frame);
      return send(frame);
    case "other ticket":
      return send(endFrame(writer, { ...honest, stdout: "forged", ticket: ticket ^ 1 }));
    case "ready":
      return send(writer.start(FRAME.ready).finish());
    case "half":
      send(frame.slice(0, frame.length - 2));
      return Deno.exit(0);
    case "text":
      return send(new TextEncoder().encode('{"exit":0,"stdout":"right"}\n'));
    case "exit":
      return Deno.exit(0);
    case "close":
      Deno.stdout.close();
      return;
    case "silent":
      for (;;);
    case "limit line":
      Deno.stderr.writeSync(new TextEncoder().encode("af-limit: nonsense\naf-limit: \n"));
      return Deno.exit(3);
    case "kill the parent":
      try {
        process.kill(process.ppid, "SIGKILL");
      } catch {
        // As it should be: it may not.
        Deno.exit(4);
      }
      return;
  }
}

send(writer.start(FRAME.ready).finish());
let mode = "";
for (;;) {
  const frame = input.next();
  if (frame === null) Deno.exit(0);
  const from = new FrameReader(frame);
  if (from.kind === FRAME.case) {
    const message = readCase(from);
    if (message.input.kind === "stdin" && message.input.stdin === "bad") {
      forge(mode, message.ticket, endFrame(writer, { ...honest, stdout: "bad", ticket: message.ticket }).slice());
    } else send(endFrame(writer, { ...honest, stdout: "fine", ticket: message.ticket }));
  } else {
    mode = readProgram(from).source;
    send(writer.start(FRAME.ready).finish());
  }
}
