/** Takes the bytes out of what the commitments pallet stores. Nothing in them is trusted. @module */
import { fromHex } from "../base/bytes.ts";

/** A commitment that is longer than this comes through with no bytes at all. */
export const MAX_COMMITMENT_BYTES = 2048;

/** Bytes and the block that they stand for. */
export interface Payload {
  readonly block: number;
  readonly bytes: Uint8Array;
  /** Length of what was left out because it is too long, else 0. */
  readonly cut: number;
}

/**
 * The newest readable commitment of a hotkey; null where it has none.
 *
 * @param open `commitmentOf` as JSON: `{block, info: {fields: [{raw5: "0x…"} | {bigRaw: "0x…"} | …]}}` or null
 * @param revealed `revealedCommitments` as JSON, `[["0x…", block], …]`, or null where the runtime has none
 */
export function newestPayload(open: unknown, revealed: unknown): Payload | null {
  const stated = openPayload(open);
  const uncovered = revealedPayload(revealed);
  if (!stated || !uncovered) return stated ?? uncovered;
  return uncovered.block > stated.block ? uncovered : stated;
}

/** Bytes of an open commitment: its first field of the kind Raw0 to Raw128 or BigRaw. Sealed and hashed fields hold no statement. */
export function openPayload(json: unknown): Payload | null {
  const { block, info } = object(json);
  const fields = object(info).fields;
  if (!isBlock(block) || !Array.isArray(fields)) return null;
  for (const field of fields) {
    for (const [kind, value] of Object.entries(object(field))) {
      if (/^(raw\d{1,3}|bigRaw)$/i.test(kind)) return payload(block, hexBytes(value));
    }
  }
  return null;
}

/** Bytes of the newest revealed commitment: a SCALE string, whose length in front is taken off. */
export function revealedPayload(json: unknown): Payload | null {
  if (!Array.isArray(json)) return null;
  let newest: Payload | null = null;
  for (const row of json) {
    if (!Array.isArray(row) || !isBlock(row[1])) continue;
    // Rows are in the order of their reveal: of one block the last one counts.
    if (!newest || row[1] >= newest.block) newest = payload(row[1], scaleString(hexBytes(row[0])));
  }
  return newest;
}

/** Content of a SCALE string; bytes that are none come back whole. */
export function scaleString(bytes: Uint8Array): Uint8Array {
  const mode = (bytes[0] ?? 3) & 3;
  const size = [1, 2, 4][mode];
  if (size === undefined || bytes.length < size) return bytes;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
  return Math.floor(value / 4) === bytes.length - size ? bytes.subarray(size) : bytes;
}

function payload(block: number, bytes: Uint8Array): Payload {
  const long = bytes.length > MAX_COMMITMENT_BYTES;
  return { block, bytes: long ? new Uint8Array() : bytes.slice(), cut: long ? bytes.length : 0 };
}

function hexBytes(value: unknown): Uint8Array {
  return typeof value === "string" && /^0x([0-9a-f]{2})*$/i.test(value) ? fromHex(value) : new Uint8Array();
}

function isBlock(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
