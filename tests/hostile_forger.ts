/** A runner in the hands of its program that attacks the broker itself: its memory, its patience, its reading. Its source says how. @module */
import { FRAME } from "../core/sandbox/frames.ts";
import { endOf, runForger, send } from "./forger.ts";

function head(length: number): Uint8Array {
  const bytes = new Uint8Array(5);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes[4] = FRAME.end;
  return bytes;
}

/** Random numbers that can be had again. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0 || 1;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

function attack(mode: string, ticket: number, outputBytes: number): void {
  const frame = endOf(ticket, { stdout: "bad" });
  const one = new Uint8Array(1);
  switch (mode.split(" ")[0]) {
    // Each byte comes by itself: a reader that keeps its buffers keeps 64 KiB for each.
    case "trickle":
      send(head(8 * outputBytes + 60_000));
      for (;;) send(one);
    case "stderr":
      for (;;) Deno.stderr.writeSync(new Uint8Array(65_536).fill(65));
    case "drops":
      for (;;) Deno.stderr.writeSync(one);
    case "sleep":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
      break;
    case "largest": {
      const text = "x".repeat(outputBytes);
      return send(endOf(ticket, { stdout: text, stderr: text, value: "1".repeat(6 * outputBytes) }));
    }
    case "mutant": {
      const random = numbers(Number(mode.split(" ")[1]) * 7919 + 1);
      const next = (below: number) => random.next().value % below;
      const copy = new Uint8Array(frame);
      for (let left = 1 + next(4); left > 0; left--) {
        copy[next(4) === 0 ? next(copy.length) : 4 + next(copy.length - 4)]! ^= 1 << next(8);
      }
      return send(next(3) === 0 ? copy.subarray(0, next(copy.length)) : copy);
    }
  }
}

runForger({
  answer: (mode, { ticket, outputBytes }) => attack(mode, ticket, outputBytes),
  begun(mode) {
    // It never reads what comes next.
    if (mode === "deaf") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  },
});
