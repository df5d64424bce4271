/**
 * What a validator commits on chain: `afv:`, the end of its salt chain, the hash of its newest index page, the address of its public
 * copy. All of it is repeated in every update, since a hotkey has one commitment.
 * @module
 */
import { concat, fromHex, fromUtf8, toHex, utf8 } from "../base/bytes.ts";

/** What a validator states. */
export interface ValidatorStatement {
  /** End of its salt chain, 64 hex digits. */
  readonly end: string;
  /** Hash of the object of its newest index page, 64 hex digits; null before the first, and where nothing is published. */
  readonly head: string | null;
  /** Where the objects can be read, `<url>/objects/<hash>`; null where it does not say. */
  readonly url: string | null;
}

/** What the bytes begin with. */
export const VALIDATOR_TAG: Uint8Array = utf8("afv:");
/** Most bytes of the address: with it the whole has 128. */
export const MAX_URL_BYTES = 60;

const HASH_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/;

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
 * The bytes of a statement, 36 to 128: of a validator that publishes nothing, the tag and the end alone.
 * @throws {TypeError} for an end or head that is no 64 hex digits. @throws {RangeError} for an address that cannot be committed.
 */
export function encodeValidator({ end, head, url }: ValidatorStatement): Uint8Array<ArrayBuffer> {
  if (!HEX.test(end)) throw new TypeError("The end of a salt chain must be 64 lower-case hex digits");
  if (head !== null && !HEX.test(head)) throw new TypeError("The head of an index must be 64 lower-case hex digits");
  const fault = url === null ? null : urlFault(url);
  if (fault !== null) throw new RangeError(`The public address ${url} cannot be committed: ${fault}`);
  if (head === null && url === null) return concat(VALIDATOR_TAG, fromHex(end));
  return concat(VALIDATOR_TAG, fromHex(end), fromHex(head ?? "00".repeat(HASH_BYTES)), utf8(url ?? ""));
}

/** The statement in what follows the tag, or a sentence that says why there is none. */
export function readValidator(body: Uint8Array): ValidatorStatement | string {
  const end = toHex(body.subarray(0, HASH_BYTES));
  if (body.length === HASH_BYTES) return { end, head: null, url: null };
  if (body.length < 2 * HASH_BYTES) {
    return `The commitment has ${body.length} bytes after its tag, neither 32 nor 64 and an address`;
  }
  const head = toHex(body.subarray(HASH_BYTES, 2 * HASH_BYTES));
  const url = readUrl(body.subarray(2 * HASH_BYTES));
  if (url === undefined) return "The address in the commitment is malformed";
  return { end, head: /^0+$/.test(head) ? null : head, url };
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
