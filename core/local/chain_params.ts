/** Reads the parameters of a JSON-RPC request that nobody has checked. Every reader throws -32602 for what it cannot use. @module */
import type { HexString } from "@polkadot-api/substrate-bindings";
import { fromHex } from "../base/bytes.ts";
import { RpcError } from "./chain_errors.ts";

/** Positional parameters. */
export type Params = readonly unknown[];

/** Most keys that one request may name. */
const MAX_KEYS = 10_000;

function wrong(index: number, wanted: string): RpcError {
  return new RpcError(-32602, `Invalid params: parameter ${index} is not ${wanted}`);
}

/** A text. */
export function textParam(params: Params, index: number): string {
  const value = params[index];
  if (typeof value !== "string") throw wrong(index, "a string");
  return value;
}
/** Hex of whole bytes with 0x, in lower case. */
export function hexParam(params: Params, index: number): HexString {
  return asHex(params[index]) ?? raise(wrong(index, "hex of whole bytes with 0x"));
}
/** The bytes of hex. */
export function bytesParam(params: Params, index: number): Uint8Array {
  return fromHex(hexParam(params, index));
}
/** A block hash, or undefined where it is left out. */
export function hashParam(params: Params, index: number): string | undefined {
  if (params[index] === undefined || params[index] === null) return undefined;
  const hash = asHex(params[index]);
  if (hash?.length !== 66) throw wrong(index, "a block hash");
  return hash;
}
/** A list of storage keys. */
export function keysParam(params: Params, index: number): HexString[] {
  const value = params[index];
  if (!Array.isArray(value) || value.length > MAX_KEYS) throw wrong(index, `a list of at most ${MAX_KEYS} keys`);
  return value.map((key) => asHex(key) ?? raise(wrong(index, "a list of hex keys")));
}
/** A whole number from `low` to `high`, or `fallback` where it is left out. */
export function countParam(
  params: Params,
  index: number,
  { low, high, fallback }: { low: number; high: number; fallback?: number },
): number {
  const value = params[index] ?? fallback;
  if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high) {
    throw wrong(index, `a whole number from ${low} to ${high}`);
  }
  return value;
}
/** A block number, as a number or as hex. */
export function blockNumber(value: unknown, index: number): number {
  const number = typeof value === "string" && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) throw wrong(index, "a block number");
  return number;
}

function asHex(value: unknown): HexString | undefined {
  if (typeof value !== "string" || value.length % 2 !== 0 || !/^0x[0-9a-f]*$/i.test(value)) return undefined;
  return value.toLowerCase() as HexString;
}

function raise(error: Error): never {
  throw error;
}
