/**
 * Commitments: what a hotkey wrote on chain, read without trusting a byte of it.
 * @module
 */
import { concat, fromHex, fromUtf8, toHex, utf8 } from "../base/bytes.ts";
import { quote } from "../base/quote.ts";
import {
  READER_TAG,
  readReader,
  readValidator,
  VALIDATOR_TAG,
  type ValidatorStatement,
} from "./validator_statement.ts";

/** A model that is committed openly. */
export interface OpenCommitment {
  /** `owner/name` on the hub. */
  readonly model: string;
  /** Full commit hash, 40 hex digits. */
  readonly revision: string;
  /** Lower-case UUID. */
  readonly chuteId: string;
}

/** What bytes on chain turned out to be. */
export type Commitment =
  | ({ readonly kind: "open" } & OpenCommitment)
  /** A digest that is revealed later, 64 hex digits. */
  | { readonly kind: "digest"; readonly digest: string }
  | ({ readonly kind: "validator" } & ValidatorStatement)
  /** None of these; the reason is one sentence for people. */
  | { readonly kind: "invalid"; readonly reason: string };

/** Most bytes of a commitment that any runtime stores in one field. */
export const MAX_COMMITMENT_BYTES = 512;
/** Most bytes of the compact form: what every runtime stores. */
export const MAX_COMPACT_BYTES = 128;

const COMPACT_TAG = utf8("af1:");
const DIGEST_TAG = utf8("afd:");
const REVISION_BYTES = 20;
const CHUTE_BYTES = 16;
const KEYS = ["model", "revision", "chute_id"] as const;

/** Reads a commitment. Never throws: whatever is no commitment is `invalid`, with the reason. */
export function parseCommitment(bytes: Uint8Array): Commitment {
  if (bytes.length === 0) return invalid("The commitment is empty");
  if (bytes.length > MAX_COMMITMENT_BYTES) {
    return invalid(`The commitment has ${bytes.length} bytes, more than ${MAX_COMMITMENT_BYTES}`);
  }
  const tagged = [COMPACT_TAG, DIGEST_TAG, VALIDATOR_TAG, READER_TAG].find((tag) =>
    tag.every((byte, i) => bytes[i] === byte)
  );
  const body = bytes.subarray(4);
  if (tagged === COMPACT_TAG) return compact(bytes, body);
  if (tagged === VALIDATOR_TAG || tagged === READER_TAG) {
    const read = tagged === READER_TAG ? readReader : readValidator;
    const stated = bytes.length > MAX_COMPACT_BYTES ? "The commitment has more than 128 bytes" : read(body);
    return typeof stated === "string" ? invalid(stated) : { kind: "validator", ...stated };
  }
  if (tagged) {
    if (body.length !== 32) return invalid(`The commitment has ${body.length} bytes after its tag, not 32`);
    return { kind: "digest", digest: toHex(body) };
  }
  return json(bytes);
}

function compact(bytes: Uint8Array, body: Uint8Array): Commitment {
  if (bytes.length > MAX_COMPACT_BYTES) {
    return invalid(`The compact commitment has more than ${MAX_COMPACT_BYTES} bytes`);
  }
  if (body.length <= REVISION_BYTES + CHUTE_BYTES) return invalid("The compact commitment is cut short");
  const model = text(body.subarray(REVISION_BYTES + CHUTE_BYTES));
  if (model === null) return invalid("The model's name in the compact commitment is not UTF-8");
  const hex = toHex(body.subarray(REVISION_BYTES, REVISION_BYTES + CHUTE_BYTES));
  const chuteId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return open({ model, revision: toHex(body.subarray(0, REVISION_BYTES)), chuteId });
}

function json(bytes: Uint8Array): Commitment {
  const source = text(bytes);
  if (source === null) return invalid("The commitment is not UTF-8");
  const value = parseJson(source);
  if (value === undefined) return invalid("The commitment is not JSON");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return invalid("The commitment is JSON, but not an object");
  }
  const fields = value as Record<string, unknown>;
  const odd = Object.keys(fields).find((key) => !KEYS.some((known) => known === key));
  if (odd !== undefined) return invalid(`The commitment has the unknown key ${quote(odd)}`);
  const missing = KEYS.find((key) => !Object.hasOwn(fields, key));
  if (missing) return invalid(`The commitment lacks the key ${missing}`);
  const { model, revision, chute_id: chuteId } = fields;
  if (typeof model !== "string" || typeof revision !== "string" || typeof chuteId !== "string") {
    return invalid("The commitment holds a value that is not text");
  }
  return open({ model, revision, chuteId });
}

function open(fields: OpenCommitment): Commitment {
  const reason = fault(fields);
  return reason === null ? { kind: "open", ...fields } : invalid(reason);
}

/** What is wrong with a statement, or null. */
function fault({ model, revision, chuteId }: OpenCommitment): string | null {
  const part = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?";
  const name = new RegExp(`^${part}/(${part})$`).exec(model)?.[1];
  if (name === undefined) return `The committed model ${quote(model)} is not owner/name`;
  // The host of the models demands it in exactly this case.
  if (!name.startsWith("Affine")) return `The name of the committed model ${quote(model)} does not begin with Affine`;
  if (!/^[0-9a-f]{40}$/.test(revision)) {
    return `The committed revision ${quote(revision)} is not 40 lower-case hex digits`;
  }
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(chuteId)) {
    return `The committed chute ${quote(chuteId)} is not a lower-case UUID`;
  }
  return null;
}

/** The compact form of a statement, at most 128 bytes. @throws {RangeError} if it is none or does not fit. */
export function encodeCompact(statement: OpenCommitment): Uint8Array<ArrayBuffer> {
  const reason = fault(statement);
  if (reason !== null) throw new RangeError(reason);
  const { model, revision, chuteId } = statement;
  const bytes = concat(COMPACT_TAG, fromHex(revision), fromHex(chuteId.replaceAll("-", "")), utf8(model));
  if (bytes.length > MAX_COMPACT_BYTES) {
    throw new RangeError(
      `The commitment of ${quote(model)} has ${bytes.length} bytes, more than ${MAX_COMPACT_BYTES}: shorten the name`,
    );
  }
  return bytes;
}

function text(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function invalid(reason: string): Commitment {
  return { kind: "invalid", reason };
}
