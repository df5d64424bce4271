/** Signatures of strangers. @module */
import { verify } from "@scure/sr25519";
import { fromHex } from "../base/bytes.ts";
import { decodeAddress } from "../base/ss58.ts";

/** Whether `signature` (64 bytes hex) over `message` is by the key of `address`. Never throws for what a stranger sent. */
export function isSignedBy(message: Uint8Array, signature: string, address: string): boolean {
  if (typeof signature !== "string" || !/^(0x)?[0-9a-f]{128}$/.test(signature)) return false;
  try {
    return verify(message, fromHex(signature), decodeAddress(address));
  } catch (cause) {
    // The library throws where signature or key are no points of the curve: bytes of a stranger, not a fault of ours.
    if (cause instanceof Error) return false;
    throw cause;
  }
}
