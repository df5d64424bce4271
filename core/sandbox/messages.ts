/** What is in the frames between the broker and a runner. Pure. @module */
import { type Language, LANGUAGES, type LimitHit, LIMITS_HIT, type ProgramCase } from "../port/sandbox.ts";
import { badFrame, FRAME, FrameReader, type FrameWriter, HEAD_BYTES } from "./frames.ts";

/** A program, before its cases. */
export interface ProgramMessage {
  readonly language: Language;
  readonly source: string;
  readonly guestBytes: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** One case. Times are what is left at the moment when it is sent, in milliseconds. */
export interface CaseMessage {
  /** Drawn for each case; its end must name it, so that no end can be sent in advance. */
  readonly ticket: number;
  readonly input: ProgramCase;
  readonly seed: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** What is left of the submission's time. */
  readonly leftMs: number;
  readonly outputBytes: number;
}

/** How a case ended, in the runner's word. */
export interface EndMessage {
  readonly ticket: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly exception: string;
  readonly value: string | null;
  readonly truncated: boolean;
  readonly limit: LimitHit | null;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Longest name of an exception's class that is kept, in UTF-16 units. */
export const MAX_EXCEPTION = 200;

/** Largest frame that an honest runner sends for a case: a byte of output that is no UTF-8 takes three. */
export function endFrameLimit(outputBytes: number): number {
  return 8 * outputBytes + 65_536;
}

/** The head of the image's frame; the image follows as it is. */
export function imageHead(size: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(HEAD_BYTES);
  new DataView(head.buffer).setUint32(0, size + 1, true);
  head[4] = FRAME.image;
  return head;
}

/** A frame for a program. */
export function programFrame(to: FrameWriter, message: ProgramMessage): Uint8Array<ArrayBuffer> {
  return to.start(FRAME.program).u32(LANGUAGES.indexOf(message.language)).f64(message.guestBytes)
    .f64(message.heapBytes).f64(message.residentBytes).text(message.source).finish();
}

/** The program in a frame. */
export function readProgram(from: FrameReader): ProgramMessage {
  const language = LANGUAGES[from.u32()];
  if (language === undefined) throw badFrame("names an unknown language");
  const [guestBytes, heapBytes, residentBytes] = [from.f64(), from.f64(), from.f64()];
  return { language, guestBytes, heapBytes, residentBytes, source: from.text() };
}

/** A frame for a case. */
export function caseFrame(to: FrameWriter, message: CaseMessage): Uint8Array<ArrayBuffer> {
  const { input } = message;
  to.start(FRAME.case).u32(message.ticket).u32(message.seed).f64(message.wallMs).f64(message.cpuMs).f64(message.leftMs)
    .u32(message.outputBytes);
  if (input.kind === "stdin") to.u32(0).text(input.stdin);
  else to.u32(1).text(input.function).text(input.args);
  return to.finish();
}

/** The case in a frame. */
export function readCase(from: FrameReader): CaseMessage {
  const [ticket, seed] = [from.u32(), from.u32()];
  const [wallMs, cpuMs, leftMs, outputBytes] = [from.f64(), from.f64(), from.f64(), from.u32()];
  const input: ProgramCase = from.u32() === 0
    ? { kind: "stdin", stdin: from.text() }
    : { kind: "call", function: from.text(), args: from.text() };
  return { ticket, seed, wallMs, cpuMs, leftMs, outputBytes, input };
}

/** A frame for the end of a case. */
export function endFrame(to: FrameWriter, end: EndMessage): Uint8Array<ArrayBuffer> {
  return to.start(FRAME.end).u32(end.ticket).text(end.stdout).text(end.stderr).f64(end.exit)
    .text(end.exception.slice(0, MAX_EXCEPTION)).maybe(end.value).u32(end.truncated ? 1 : 0)
    .u32(end.limit === null ? 0 : 1 + LIMITS_HIT.indexOf(end.limit)).f64(end.wallMs).f64(end.cpuMs).finish();
}

/** The end in a frame, every field checked: it may be forged. @throws {SandboxError} `bad_frame`. */
export function readEnd(frame: Uint8Array, { ticket, outputBytes }: CaseMessage): EndMessage {
  const from = new FrameReader(frame);
  if (from.kind !== FRAME.end) throw badFrame(`is of kind ${from.kind} where the end of a case belongs`);
  const end: EndMessage = {
    ticket: from.u32(),
    stdout: from.text(),
    stderr: from.text(),
    exit: from.f64(),
    exception: from.text(),
    value: from.maybe(),
    truncated: from.u32() === 1,
    limit: limitOf(from.u32()),
    wallMs: from.f64(),
    cpuMs: from.f64(),
  };
  from.end();
  if (end.ticket !== ticket) throw badFrame("ends another case than the one that was sent");
  if (!Number.isInteger(end.exit) || Math.abs(end.exit) > 0xffff_ffff) throw badFrame("has an exit code that is none");
  if (!(end.wallMs >= 0 && end.wallMs < 1e9) || !(end.cpuMs >= 0 && end.cpuMs < 1e9)) {
    throw badFrame("has a time that is none");
  }
  if (end.exception.length > MAX_EXCEPTION) throw badFrame("names too long an exception");
  // 3 bytes in UTF-8 for each byte of output at most, so never more units than bytes.
  if (Math.max(end.stdout.length, end.stderr.length) > outputBytes + 256) {
    throw badFrame("has more output than is allowed");
  }
  return end;
}

function limitOf(code: number): LimitHit | null {
  if (code === 0) return null;
  const limit = LIMITS_HIT[code - 1];
  if (limit === undefined) throw badFrame("names an unknown limit");
  return limit;
}

/** A frame that asks a runner to try a right. */
export function probeFrame(to: FrameWriter, kind: string, target: string): Uint8Array<ArrayBuffer> {
  return to.start(FRAME.probe).text(kind).text(target).finish();
}
