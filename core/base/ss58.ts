/** SS58 addresses: base58 of network prefix, public key and checksum. @module */
import { blake2b } from "@noble/hashes/blake2.js";
import { base58 } from "@scure/base";
import { concat, sameBytes, utf8 } from "./bytes.ts";

const MARK = utf8("SS58PRE");
const CHECKSUM_BYTES = 2;
const KEY_BYTES = 32;

function checksum(body: Uint8Array): Uint8Array {
  return blake2b(concat(MARK, body)).subarray(0, CHECKSUM_BYTES);
}

function prefixBytes(prefix: number): Uint8Array {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 16383) {
    throw new RangeError(`No network has prefix ${prefix}`);
  }
  if (prefix < 64) return Uint8Array.of(prefix);
  // Two bytes: the low six bits of the low byte come first, marked by 0b01; then its two high bits with the high byte.
  return Uint8Array.of(((prefix & 0b1111_1100) >> 2) | 0b0100_0000, (prefix >> 8) | ((prefix & 0b11) << 6));
}

/** Address of a 32-byte public key. @throws {RangeError} if it has another length or the prefix is none. */
export function encodeAddress(publicKey: Uint8Array, prefix: number = 42): string {
  if (publicKey.length !== KEY_BYTES) throw new RangeError("A public key must be 32 bytes");
  const body = concat(prefixBytes(prefix), publicKey);
  return base58.encode(concat(body, checksum(body)));
}

/** Public key of an address of any network, 32 bytes. @throws {SyntaxError} if it is no address. */
export function decodeAddress(address: string): Uint8Array<ArrayBuffer> {
  // The bound comes first: decoding base58 takes quadratic time.
  const bytes = /^[1-9A-HJ-NP-Za-km-z]{44,52}$/.test(address) ? base58.decode(address) : new Uint8Array();
  const prefixLength = bytes.length - KEY_BYTES - CHECKSUM_BYTES;
  const first = bytes[0] ?? 255;
  const shaped = prefixLength === 1 ? first < 64 : prefixLength === 2 && first >= 64 && first < 128;
  const end = bytes.length - CHECKSUM_BYTES;
  if (!shaped || !sameBytes(checksum(bytes.subarray(0, end)), bytes.subarray(end))) {
    throw new SyntaxError(`Not an SS58 address: ${JSON.stringify(String(address).slice(0, 60))}`);
  }
  return new Uint8Array(bytes.subarray(prefixLength, end));
}
