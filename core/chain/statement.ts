/** Finds the extrinsic that put a commitment on chain, from its bytes alone. @module */
import { concat, fromHex, sameBytes } from "../base/bytes.ts";

/** What to look for. */
export interface StatementQuery {
  /** Pallet and call index of `setCommitment` in the runtime. */
  readonly callIndex: readonly number[];
  readonly netuid: number;
  /** Public key of the hotkey, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The stored `info`, SCALE. */
  readonly info: Uint8Array;
}

/**
 * Index of the last extrinsic that the hotkey signed itself and that ends with exactly this commitment; null where none does.
 *
 * The call is the end of an extrinsic and the signer stands at a fixed place at its start, so nothing between them needs to
 * be understood: no metadata of an old runtime, no state that a node may have dropped, the same answer from every node.
 * The last match counts, so that a forged look-alike by the same signer can only make a commitment later, never earlier.
 */
export function statementIndex(extrinsics: readonly string[], query: StatementQuery): number | null {
  const netuid = Uint8Array.of(query.netuid & 255, query.netuid >> 8);
  const end = concat(Uint8Array.from(query.callIndex), netuid, query.info);
  const found = extrinsics.findLastIndex((hex) => {
    const bytes = body(hex);
    return bytes !== null && bytes.length >= 34 + end.length &&
      bytes[0] === 0x84 && bytes[1] === 0 && // signed, version 4, by an account id
      sameBytes(bytes.subarray(2, 34), query.publicKey) &&
      sameBytes(bytes.subarray(bytes.length - end.length), end);
  });
  return found < 0 ? null : found;
}

/** An extrinsic without the length in front; null for what is no extrinsic. */
function body(hex: string): Uint8Array | null {
  if (!/^0x([0-9a-f]{2})+$/i.test(hex)) return null;
  const bytes = fromHex(hex);
  const size = [1, 2, 4][bytes[0]! & 3];
  return size === undefined ? null : bytes.subarray(size);
}
