/** Limits of a submission: filled in, checked, and the refusals that come before anything starts. Pure. @module */
import { SandboxError } from "../base/errors.ts";
import { DEFAULT_LIMITS, LANGUAGES, type SandboxLimits, type Submission } from "../port/sandbox.ts";

/** The largest value of each limit that a caller can ask for. */
export const LARGEST: SandboxLimits = {
  wallMs: 600_000,
  submissionMs: 3_600_000,
  cpuMs: 600_000,
  guestBytes: 4 * 2 ** 30,
  heapBytes: 4 * 2 ** 30,
  residentBytes: 16 * 2 ** 30,
  outputBytes: 64 << 20,
  sourceBytes: 16 << 20,
  inputBytes: 64 << 20,
  cases: 100_000,
};

/** The limits of a submission, all of them. @throws {SandboxError} `invalid` for one that is no number in its range. */
export function limitsOf(submission: Submission): SandboxLimits {
  const given = submission.limits ?? {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULT_LIMITS, name));
  if (unknown !== undefined) throw invalid(`has the unknown limit ${JSON.stringify(unknown.slice(0, 40))}`);
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof SandboxLimits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < 1 || value > LARGEST[name]) {
      throw invalid(`has the limit ${name} ${value}, which is no whole number from 1 to ${LARGEST[name]}`);
    }
    limits[name] = value;
  }
  return limits;
}

/** Why a submission is refused before anything starts: one sentence, null if it is not. */
export function refusalOf(submission: Submission, limits: SandboxLimits): string | null {
  const { source, cases } = submission;
  if (cases.length > limits.cases) return `The submission has ${cases.length} cases, more than ${limits.cases}`;
  if (sizeOver(source, limits.sourceBytes)) return `The source has more than ${limits.sourceBytes} bytes`;
  for (const [i, one] of cases.entries()) {
    const input = one.kind === "stdin" ? one.stdin : one.args;
    if (sizeOver(input, limits.inputBytes)) return `The input of case ${i} has more than ${limits.inputBytes} bytes`;
    if (one.kind === "call" && one.function.length > 1_000) return `Case ${i} calls a function of too long a name`;
  }
  return null;
}

/** Whether a text has more UTF-8 bytes than allowed. */
function sizeOver(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  if (3 * text.length <= bytes) return false;
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate is half of four bytes, or alone and then U+FFFD of three.
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    if (code >= 0xd800 && code < 0xdc00 && text.charCodeAt(i + 1) >= 0xdc00 && text.charCodeAt(i + 1) < 0xe000) {
      size += 1;
      i++;
    }
  }
  return size > bytes;
}

/** Checks the form of a submission that came from somewhere else. @throws {SandboxError} `invalid` */
export function checkSubmission(value: unknown): asserts value is Submission {
  const { language, source, cases, limits } = object(value, "A submission");
  if (!(LANGUAGES as readonly unknown[]).includes(language)) throw invalid("is in no known language");
  if (typeof source !== "string") throw invalid("has no source");
  if (!Array.isArray(cases)) throw invalid("has no list of cases");
  for (const one of cases) {
    const { kind, stdin, function: name, args } = object(one, "A case");
    const sound = kind === "stdin"
      ? typeof stdin === "string"
      : kind === "call" && typeof name === "string" && isArguments(args);
    if (!sound) throw invalid("has a case that is neither a standard input nor a call with a JSON array");
  }
  if (limits !== undefined) object(limits, "The limits");
}

function isArguments(args: unknown): boolean {
  // Whether it is JSON shows where it is read, in the process of the program.
  return typeof args === "string" && /^\s*\[/.test(args);
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`is wrong: ${what} is no object`);
  }
  return value as Record<string, unknown>;
}

function invalid(what: string): SandboxError {
  return new SandboxError(`The submission ${what}`, { code: "invalid" });
}
