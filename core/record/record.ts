/**
 * Answer records: from untrusted JSON to a value whose every field is known to be in bounds, and back to its only spelling.
 * @module
 */
import { utf8 } from "../base/bytes.ts";
import { errorText, RecordError } from "../base/errors.ts";
import { type AnswerRecord, type Attempt, RECORD_STATUSES } from "../port/store.ts";

/** Most bytes of an answer's UTF-8. */
export const MAX_ANSWER_BYTES: number = 256 * 1024;
/** Most attempts of a record: an attempt and its canary every 30 s for 30 minutes are 119. */
export const MAX_ATTEMPTS: number = 200;
/** Most characters of a record's JSON: an answer whose every character is escaped, and the rest. */
export const MAX_RECORD_CHARS: number = 6 * MAX_ANSWER_BYTES + 64 * 1024;

// In alphabetical order, as canonical JSON has them.
const FIELDS = [
  "answer",
  "attempts",
  "contender",
  "env",
  "kind",
  "netuid",
  "round",
  "score",
  "status",
  "task",
  "tokens",
  "validator",
  "version",
  "window",
] as const;

/** The one spelling of a record: the same text as canonical JSON gives, about three times as fast. */
export function recordText(r: AnswerRecord): string {
  // Only these can hold characters that JSON escapes; the other texts are checked by checkRecord.
  const s = JSON.stringify;
  const attempts = r.attempts.map((a) => `{"ended":${a.ended},"outcome":${s(a.outcome)},"sent":${a.sent}}`).join(",");
  return `{"answer":${
    s(r.answer)
  },"attempts":[${attempts}],"contender":"${r.contender}","env":"${r.env}","kind":"${r.kind}",` +
    `"netuid":${r.netuid},"round":${r.round},"score":${r.score},"status":"${r.status}","task":"${r.task}","tokens":${r.tokens},` +
    `"validator":"${r.validator}","version":"${r.version}","window":${r.window}}`;
}

/**
 * A record from the text that was signed and published.
 * @throws {RecordError} code `record` if it is no record, or not in its only spelling.
 */
export function parseRecord(text: string): AnswerRecord {
  if (text.length > MAX_RECORD_CHARS) throw refuse(`it has ${text.length} characters, more than ${MAX_RECORD_CHARS}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse(`it is not JSON (${errorText(cause).slice(0, 80)})`);
  }
  const record = checkRecord(value);
  if (recordText(record) !== text) throw refuse("its JSON is not canonical");
  return record;
}

/**
 * Checks that an untrusted value is a record: exactly its fields, every one in bounds. The value itself comes back.
 * @throws {RecordError} code `record`, saying which field is wrong.
 */
export function checkRecord(value: unknown): AnswerRecord {
  const r = exactly(value, FIELDS, "the record") as unknown as AnswerRecord;
  need(r.kind === "task" || r.kind === "canary", "kind", "task or canary");
  need(isCount(r.netuid, 65535), "netuid", "a whole number from 0 to 65535");
  need(isText(r.validator, /^[0-9A-Za-z]{1,64}$/), "validator", "an address");
  need(isCount(r.window), "window", "a whole number");
  need(isCount(r.round), "round", "a whole number");
  need(isText(r.env, /^[a-z0-9][a-z0-9/_-]{0,63}$/), "env", "an environment's id");
  need(isText(r.version, /^[0-9A-Za-z][0-9A-Za-z._+-]{0,63}$/), "version", "an environment's version");
  need(isText(r.task, /^[0-9a-f]{64}$/), "task", "64 hex digits");
  need(isText(r.contender, /^[0-9A-Za-z]{1,64}@[0-9]{1,15}$/), "contender", "hotkey@block");
  need(RECORD_STATUSES.includes(r.status), "status", RECORD_STATUSES.join(", "));
  need(r.status !== "absent" || r.kind === "canary", "status", "absent in canaries only");
  need(r.score === 0 || (r.score === 1 && r.status === "answered"), "score", "0, or 1 for an answer that passed");
  need(isWellFormed(r.answer, MAX_ANSWER_BYTES), "answer", `text of at most ${MAX_ANSWER_BYTES} bytes`);
  need(r.tokens === null || isCount(r.tokens, 1e9), "tokens", "null or a whole number");
  need(Array.isArray(r.attempts) && r.attempts.length <= MAX_ATTEMPTS, "attempts", `a list of at most ${MAX_ATTEMPTS}`);
  for (const item of r.attempts) {
    const attempt = exactly(item, ["ended", "outcome", "sent"], "an attempt") as unknown as Attempt;
    // The end may lie before the start: stamps come from the wall clock, which may be set back in between.
    need(isCount(attempt.sent) && isCount(attempt.ended), "attempts", "stamps in whole milliseconds");
    need(isWellFormed(attempt.outcome, 200) && attempt.outcome !== "", "attempts", "outcomes of 1 to 200 bytes");
  }
  return r;
}

function refuse(why: string): RecordError {
  return new RecordError(`A record is refused: ${why}`, { code: "record" });
}

function need(holds: boolean, field: string, what: string): asserts holds {
  if (!holds) throw refuse(`${field} must be ${what}`);
}

function exactly(value: unknown, fields: readonly string[], what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(`${what} must be an object`);
  const keys = Object.keys(value);
  if (keys.length !== fields.length || !fields.every((field) => Object.hasOwn(value, field))) {
    const odd = keys.find((key) => !fields.includes(key));
    const missing = fields.find((field) => !keys.includes(field));
    throw refuse(odd === undefined ? `${what} lacks ${missing}` : `${what} has the unknown field ${quote(odd)}`);
  }
  return value as Record<string, unknown>;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

function isCount(value: unknown, most: number = Number.MAX_SAFE_INTEGER): boolean {
  // -0 would be spelled 0, so the value that comes back would not be the one that was signed.
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most && !Object.is(value, -0);
}

function isText(value: unknown, shape: RegExp): boolean {
  return typeof value === "string" && shape.test(value);
}

function isWellFormed(value: unknown, mostBytes: number): boolean {
  if (typeof value !== "string" || value.length > mostBytes || !value.isWellFormed()) return false;
  return value.length * 3 <= mostBytes || utf8(value).length <= mostBytes;
}
