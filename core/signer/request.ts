/**
 * Reads requests to the signer: strict, because what comes in here gets signed. Every field is known, of its type and in its
 * range, or the request is refused with the field's name. Pure.
 * @module
 */
import { SignerError } from "../base/errors.ts";
import type { ExtrinsicContext, Head } from "../port/chain.ts";
import type { BatchHead, IndexHead, SignedCall } from "../port/signer.ts";
import { MAX_PAGES, PAGE_ENTRIES } from "../record/index_head.ts";

/** Largest number of uids that one call may name. */
export const MAX_UIDS = 4096;
/** Largest number of signed extensions and length of a name: real runtimes have 13 and 32. */
const MAX_EXTENSIONS = 64;
const MAX_NAME = 64;
/** Longest commitment in hex digits. */
const MAX_COMMITMENT_HEX = 256;

const HASH = /^0x[0-9a-f]{64}$/;
const HEX32 = /^[0-9a-f]{64}$/;

/** Body of POST /extrinsic. */
export interface ExtrinsicRequest {
  readonly call: SignedCall;
  readonly context: ExtrinsicContext;
}

/** Reads the body of POST /extrinsic. @throws {SignerError} `invalid`. */
export function readExtrinsicRequest(value: unknown): ExtrinsicRequest {
  const body = fields(value, "body", ["call", "context"]);
  return { call: readCall(body.call), context: readContext(body.context) };
}

/** Reads the body of POST /batch. @throws {SignerError} `invalid`. */
export function readBatchHead(value: unknown): BatchHead {
  const at = "head";
  const head = fields(value, at, [
    "genesis",
    "netuid",
    "validator",
    "window",
    "blockHash",
    "count",
    "root",
    "previous",
    "salt",
  ]);
  return {
    genesis: matching(head.genesis, HASH, `${at}.genesis`),
    netuid: whole(head.netuid, 0xffff, `${at}.netuid`),
    validator: matching(head.validator, /^[1-9A-HJ-NP-Za-km-z]{46,50}$/, `${at}.validator`),
    window: whole(head.window, Number.MAX_SAFE_INTEGER, `${at}.window`),
    blockHash: matching(head.blockHash, HASH, `${at}.blockHash`),
    count: whole(head.count, Number.MAX_SAFE_INTEGER, `${at}.count`),
    root: matching(head.root, HEX32, `${at}.root`),
    previous: matching(head.previous, HEX32, `${at}.previous`),
    salt: matching(head.salt, HEX32, `${at}.salt`),
  };
}

/** Reads the body of POST /index. @throws {SignerError} `invalid`. */
export function readIndexHead(value: unknown): IndexHead {
  const at = "head";
  const head = fields(value, at, ["genesis", "netuid", "validator", "page", "count", "root", "previous"]);
  return {
    genesis: matching(head.genesis, HASH, `${at}.genesis`),
    netuid: whole(head.netuid, 0xffff, `${at}.netuid`),
    validator: matching(head.validator, /^[1-9A-HJ-NP-Za-km-z]{46,50}$/, `${at}.validator`),
    page: whole(head.page, MAX_PAGES - 1, `${at}.page`),
    count: whole(head.count, PAGE_ENTRIES, `${at}.count`),
    root: matching(head.root, HEX32, `${at}.root`),
    previous: matching(head.previous, HEX32, `${at}.previous`),
  };
}

/** Reads a body without fields. @throws {SignerError} `invalid`. */
export function readEmpty(value: unknown): void {
  fields(value, "body", []);
}

function readCall(value: unknown): SignedCall {
  const name = typeof value === "object" && value !== null && Object.hasOwn(value, "call")
    ? (value as { call: unknown }).call
    : undefined;
  switch (name) {
    case "set_weights": {
      const call = fields(value, "call", ["call", "netuid", "uids", "weights", "versionKey"]);
      const uids = u16List(call.uids, "call.uids");
      const weights = u16List(call.weights, "call.weights");
      if (uids.length !== weights.length) throw invalid(`call.uids and call.weights differ in length`);
      if (new Set(uids).size !== uids.length) throw invalid(`call.uids names a uid twice`);
      return {
        call: "set_weights",
        netuid: whole(call.netuid, 0xffff, "call.netuid"),
        uids,
        weights,
        versionKey: whole(call.versionKey, Number.MAX_SAFE_INTEGER, "call.versionKey"),
      };
    }
    case "set_commitment": {
      const call = fields(value, "call", ["call", "netuid", "data"]);
      const data = text(call.data, MAX_COMMITMENT_HEX, "call.data");
      if (!/^([0-9a-f]{2})*$/.test(data)) throw invalid("call.data is no lower-case hex of whole bytes");
      return { call: "set_commitment", netuid: whole(call.netuid, 0xffff, "call.netuid"), data };
    }
    default:
      throw invalid("call.call is no call that the signer builds");
  }
}

function readContext(value: unknown): ExtrinsicContext {
  const at = "context";
  const context = fields(value, at, [
    "genesis",
    "specVersion",
    "transactionVersion",
    "extensions",
    "nonce",
    "era",
    "period",
  ]);
  const period = whole(context.period, 65_536, `${at}.period`);
  if (period < 4 || (period & (period - 1)) !== 0) throw invalid(`${at}.period is no power of two from 4 to 65536`);
  return {
    genesis: matching(context.genesis, HASH, `${at}.genesis`),
    specVersion: whole(context.specVersion, 0xffff_ffff, `${at}.specVersion`),
    transactionVersion: whole(context.transactionVersion, 0xffff_ffff, `${at}.transactionVersion`),
    extensions: list(context.extensions, MAX_EXTENSIONS, `${at}.extensions`)
      .map((name, i) => text(name, MAX_NAME, `${at}.extensions[${i}]`)),
    nonce: whole(context.nonce, 0xffff_ffff, `${at}.nonce`),
    era: readHead(context.era, `${at}.era`),
    period,
  };
}

function readHead(value: unknown, at: string): Head {
  const head = fields(value, at, ["number", "hash"]);
  return { number: whole(head.number, 0xffff_ffff, `${at}.number`), hash: matching(head.hash, HASH, `${at}.hash`) };
}

/** An object with exactly these fields. */
function fields<Name extends string>(value: unknown, at: string, names: readonly Name[]): Record<Name, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${at} is no object`);
  for (const key of Object.keys(value)) {
    if (!(names as readonly string[]).includes(key)) {
      throw invalid(`${at} has the unknown field ${JSON.stringify(key.slice(0, MAX_NAME))}`);
    }
  }
  for (const name of names) if (!Object.hasOwn(value, name)) throw invalid(`${at}.${name} is missing`);
  return value as Record<Name, unknown>;
}

function whole(value: unknown, max: number, at: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > max || Object.is(value, -0)) {
    throw invalid(`${at} is no whole number from 0 to ${max}`);
  }
  return value;
}

function list(value: unknown, max: number, at: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) throw invalid(`${at} is no list of at most ${max}`);
  return value;
}

function u16List(value: unknown, at: string): number[] {
  return list(value, MAX_UIDS, at).map((item, i) => whole(item, 0xffff, `${at}[${i}]`));
}

function text(value: unknown, max: number, at: string): string {
  if (typeof value !== "string" || value.length > max) throw invalid(`${at} is no text of at most ${max} characters`);
  return value;
}

function matching(value: unknown, pattern: RegExp, at: string): string {
  if (typeof value !== "string" || !pattern.test(value)) {
    throw invalid(`${at} does not have the form that it must have`);
  }
  return value;
}

function invalid(what: string): SignerError {
  return new SignerError(`The signer refused a request: ${what}`, { code: "invalid" });
}
