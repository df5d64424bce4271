/** Tests of core/sandbox/frames.ts and messages.ts: what is written is read again, and nothing else is. @module */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { FRAME, FrameReader, FrameSplitter, FrameWriter } from "./frames.ts";
import {
  caseFrame,
  type CaseMessage,
  endFrame,
  endFrameLimit,
  type EndMessage,
  readCase,
  readEnd,
} from "./messages.ts";

const CASE: CaseMessage = {
  ticket: 7,
  input: { kind: "stdin", stdin: "1 2\n\u{1f600}" },
  seed: 0,
  wallMs: 100,
  cpuMs: 100,
  leftMs: 1000,
  outputBytes: 1000,
};
const END: EndMessage = {
  ticket: 7,
  stdout: "out é",
  stderr: "",
  exit: 1,
  exception: "ValueError",
  value: null,
  truncated: false,
  limit: "cpu",
  wallMs: 1.5,
  cpuMs: 1.25,
};

/** The frame without its length, as a splitter gives it. */
function body(frame: Uint8Array): Uint8Array {
  return frame.slice(4);
}

Deno.test({
  name: "caseFrame() and endFrame() are read again as they were",
  permissions: "none",
  fn() {
    const writer = new FrameWriter();
    const call: CaseMessage = { ...CASE, input: { kind: "call", function: "f", args: "[1]" } };
    for (const message of [CASE, call]) deepEqual(readCase(new FrameReader(body(caseFrame(writer, message)))), message);
    for (const end of [END, { ...END, value: "[1]", limit: null, truncated: true }]) {
      deepEqual(readEnd(body(endFrame(writer, end)), CASE), end);
    }
  },
});

Deno.test({
  name: "FrameSplitter gives the same frames however the bytes are cut",
  permissions: "none",
  fn() {
    const writer = new FrameWriter();
    fc.assert(fc.property(fc.array(fc.string(), { maxLength: 5 }), fc.array(fc.nat(40)), (texts, cuts) => {
      const frames = texts.map((text) => writer.start(FRAME.ready).text(text).finish().slice());
      const bytes = new Uint8Array(frames.flatMap((frame) => [...frame]));
      const splitter = new FrameSplitter(1_000_000);
      const found: Uint8Array[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        found.push(...splitter.push(bytes.subarray(at, at + cut)));
        at = Math.min(bytes.length, at + cut);
      }
      deepEqual(found.map((frame) => new FrameReader(frame).text()), texts);
    }));
  },
});

Deno.test({
  name: "FrameSplitter refuses a frame that is larger than allowed as soon as its length is there",
  permissions: "none",
  fn() {
    for (const length of [0, 1001, 0xffff_ffff]) {
      const head = new Uint8Array(4);
      new DataView(head.buffer).setUint32(0, length, true);
      throws(() => new FrameSplitter(1000).push(head), { code: "bad_frame" });
    }
  },
});

Deno.test({
  name: "readEnd() takes no bytes that are not the end of the case that was asked",
  permissions: "none",
  fn() {
    const writer = new FrameWriter();
    const wrong: Partial<EndMessage>[] = [
      { ticket: 8 },
      { exit: NaN },
      { exit: 1.5 },
      { wallMs: -1 },
      { cpuMs: Infinity },
      { stdout: "x".repeat(CASE.outputBytes + 300) },
    ];
    for (const one of wrong) {
      throws(() => readEnd(body(endFrame(writer, { ...END, ...one })), CASE), { code: "bad_frame" });
    }
    const frame = body(endFrame(writer, END));
    throws(() => readEnd(frame.subarray(0, frame.length - 1), CASE), { code: "bad_frame" });
    throws(() => readEnd(new Uint8Array([...frame, 0]), CASE), { code: "bad_frame" });
    throws(() => readEnd(body(writer.start(FRAME.ready).finish()), CASE), { code: "bad_frame" });
  },
});

Deno.test({
  name: "readEnd() gives an end or a bad frame for any bytes, never another error",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        const end = readEnd(new Uint8Array([FRAME.end, ...bytes]), CASE);
        equal(end.ticket, CASE.ticket);
      } catch (error) {
        equal((error as { code?: string }).code, "bad_frame");
      }
    }));
  },
});

Deno.test({
  name: "endFrameLimit() has room for the largest honest end",
  permissions: "none",
  fn() {
    const text = "\ufffd".repeat(CASE.outputBytes);
    const end = { ...END, stdout: text, stderr: text, value: "x".repeat(CASE.outputBytes), exception: text };
    ok(endFrame(new FrameWriter(), end).length - 4 <= endFrameLimit(CASE.outputBytes));
    ok(endFrameLimit(1) >= endFrame(new FrameWriter(), { ...END, exception: text }).length);
  },
});
