/**
 * What a validator commits on chain: the end of its salt chain, the hash of its newest index page, the address of its public copy, and
 * whose logs it has read. All of it is repeated in every update, since a hotkey has one commitment.
 *
 * Two forms: `afv:` with the whole end, and `afr:`, which says what was read and reminds of the end by its first half.
 * @module
 */
import { concat, fromHex, fromUtf8, toHex, utf8 } from "../base/bytes.ts";

/** What a validator states. */
export interface ValidatorStatement {
  /** End of its salt chain, 64 hex digits; the first 32 of them where `read` is stated. */
  readonly end: string;
  /** Hash of the object of its newest index page, 64 hex digits; null before the first, and where nothing is published. */
  readonly head: string | null;
  /** Where the objects can be read, `<url>/objects/<hash>`; null where it does not say. */
  readonly url: string | null;
  /** Whose logs it has read; null where it reads nobody's. */
  readonly read: Attestation | null;
}

/** Whose logs a validator says that it has read and verified to their ends, whatever came of it. */
export interface Attestation {
  /** Low 16 bits of the number of the epoch at whose first block the heads stood on chain. */
  readonly epoch: number;
  /**
   * One bit for each validator that had a permit at that block, by uid, as hex digits: number i is bit i % 8 (of value 2 ** (i % 8)) of
   * byte i / 8. At most 64 bits.
   */
  readonly bits: string;
}

/** What the bytes begin with. */
export const VALIDATOR_TAG: Uint8Array = utf8("afv:");
/** What they begin with where it is said whose logs were read. */
export const READER_TAG: Uint8Array = utf8("afr:");
/** Most bytes of the address: with it `afv:` has 128, and `afr:` 123. */
export const MAX_URL_BYTES = 60;
/** Most validators of whom one statement can say whether their logs were read. */
export const MAX_ATTESTED = 64;

const HASH_BYTES = 32;
/** Bytes of the end that remind of it. */
const REMINDER_BYTES = 16;
/** Reminder, head, epoch, number of the bytes with bits. */
const READER_BYTES = REMINDER_BYTES + HASH_BYTES + 2 + 1;
const HEX = /^[0-9a-f]{64}$/;
const REMINDER = /^[0-9a-f]{32}$/;
const BITS = /^([0-9a-f]{2}){0,8}$/;

/** The bits of a list of at most 64 answers, as {@linkcode Attestation} has them. */
export function attestedBits(answers: readonly boolean[]): string {
  if (answers.length > MAX_ATTESTED) throw new RangeError(`An attestation has at most ${MAX_ATTESTED} bits`);
  const bytes = new Uint8Array(Math.ceil(answers.length / 8));
  answers.forEach((answer, i) => bytes[i >> 3]! |= Number(answer) << (i & 7));
  return toHex(bytes);
}

/** Whether the bit of number `i` is set; what is not stated is not set. */
export function isAttested({ bits }: Attestation, i: number): boolean {
  return (parseInt(bits.slice((i >> 3) * 2, (i >> 3) * 2 + 2) || "0", 16) >> (i & 7) & 1) === 1;
}

/** Whether two ends are those of one salt chain, as far as both are stated. */
export function isSameEnd(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** Why an address cannot be committed, or null. It must be the only spelling of itself, so that it can be compared. */
export function urlFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url) return "it is no address";
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback)) return "it does not begin with https://";
  if (url.username || url.password) return "it holds a user name or password";
  if (url.search || url.hash || text.includes("?") || text.includes("#")) return "it does not end with its path";
  if (text.endsWith("/")) return "it ends with a slash";
  if (url.href !== text && url.href !== `${text}/`) return `it is spelled ${url.href.replace(/\/$/, "")}`;
  if (utf8(text).length > MAX_URL_BYTES) return `it has more than ${MAX_URL_BYTES} bytes`;
  return null;
}

/**
 * The bytes of a statement, 36 to 128: of a validator that publishes nothing, the tag and the end alone. Where `read` is stated the end
 * may be whole, and half of it goes into the bytes.
 * @throws {TypeError} for hex digits that are not as many as they must be. @throws {RangeError} for an address that cannot be
 * committed, or an epoch that is no number of 16 bits.
 */
export function encodeValidator({ end, head, url, read }: ValidatorStatement): Uint8Array<ArrayBuffer> {
  const isHalf = read !== null && REMINDER.test(end);
  if (!isHalf && !HEX.test(end)) throw new TypeError("The end of a salt chain must be 64 lower-case hex digits");
  if (head !== null && !HEX.test(head)) throw new TypeError("The head of an index must be 64 lower-case hex digits");
  const fault = url === null ? null : urlFault(url);
  if (fault !== null) throw new RangeError(`The public address ${url} cannot be committed: ${fault}`);
  const index = fromHex(head ?? "00".repeat(HASH_BYTES)), address = utf8(url ?? "");
  if (read === null) {
    if (head === null && url === null) return concat(VALIDATOR_TAG, fromHex(end));
    return concat(VALIDATOR_TAG, fromHex(end), index, address);
  }
  const { epoch, bits } = read;
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffff) {
    throw new RangeError(`The epoch of an attestation is a number of 16 bits, not ${epoch}`);
  }
  if (!BITS.test(bits)) {
    throw new TypeError("The bits of an attestation must be at most 8 bytes in lower-case hex digits");
  }
  const numbers = Uint8Array.of(epoch >> 8, epoch & 255, bits.length / 2);
  return concat(READER_TAG, fromHex(end).subarray(0, REMINDER_BYTES), index, numbers, fromHex(bits), address);
}

/** The statement in what follows `afv:`, or a sentence that says why there is none. */
export function readValidator(body: Uint8Array): ValidatorStatement | string {
  const end = toHex(body.subarray(0, HASH_BYTES));
  if (body.length === HASH_BYTES) return { end, head: null, url: null, read: null };
  if (body.length < 2 * HASH_BYTES) {
    return `The commitment has ${body.length} bytes after its tag, neither 32 nor 64 and an address`;
  }
  return withUrl({ end, head: readHead(body, HASH_BYTES), read: null }, body.subarray(2 * HASH_BYTES));
}

/** The statement in what follows `afr:`, or a sentence that says why there is none. */
export function readReader(body: Uint8Array): ValidatorStatement | string {
  const size = body[READER_BYTES - 1];
  if (size === undefined) return `The commitment has ${body.length} bytes after its tag, less than ${READER_BYTES}`;
  if (size > MAX_ATTESTED / 8) return `The commitment announces ${size} bytes of bits, more than ${MAX_ATTESTED / 8}`;
  if (body.length < READER_BYTES + size) return `The commitment announces ${size} bytes of bits and is cut short`;
  const at = REMINDER_BYTES + HASH_BYTES;
  const bits = toHex(body.subarray(READER_BYTES, READER_BYTES + size));
  const read = { epoch: body[at]! << 8 | body[at + 1]!, bits };
  const end = toHex(body.subarray(0, REMINDER_BYTES));
  return withUrl({ end, head: readHead(body, REMINDER_BYTES), read }, body.subarray(READER_BYTES + size));
}

function readHead(body: Uint8Array, at: number): string | null {
  const head = toHex(body.subarray(at, at + HASH_BYTES));
  return /^0+$/.test(head) ? null : head;
}

function withUrl(stated: Omit<ValidatorStatement, "url">, bytes: Uint8Array): ValidatorStatement | string {
  const url = readUrl(bytes);
  return url === undefined ? "The address in the commitment is malformed" : { ...stated, url };
}

function readUrl(bytes: Uint8Array): string | null | undefined {
  if (bytes.length === 0) return null;
  try {
    const text = fromUtf8(bytes);
    return urlFault(text) === null ? text : undefined;
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}
