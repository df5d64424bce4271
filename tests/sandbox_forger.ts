/** A runner in the hands of its program: what it does in place of an honest answer is its argument. @module */
import process from "node:process";
import { FRAME } from "../core/sandbox/frames.ts";
import { endOf, runForger, send, writer } from "./forger.ts";

function forge(mode: string, ticket: number): void {
  const frame = endOf(ticket, { stdout: "bad" });
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
      return send(endOf(ticket ^ 1, { stdout: "forged" }));
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

runForger({ answer: (mode, { ticket }) => forge(mode, ticket) });
