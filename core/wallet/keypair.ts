/** An sr25519 key that can sign and tell its address, but never shows its secret. Pure. @module */
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { encodeAddress } from "../base/ss58.ts";

/** Bytes of a mini secret. */
export const SEED_BYTES = 32;

/** A hotkey in memory. The secret is a private field: it is in no log line, no message between rooms, no error. */
export class KeyPair {
  readonly #secret: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** SS58 address with Bittensor's prefix 42. */
  readonly address: string;
  /** @param seed mini secret, 32 bytes. @throws {RangeError} if it has another length. */
  constructor(seed: Uint8Array) {
    if (seed.length !== SEED_BYTES) throw new RangeError(`A seed has ${SEED_BYTES} bytes, not ${seed.length}`);
    this.#secret = secretFromSeed(seed);
    this.publicKey = getPublicKey(this.#secret);
    this.address = encodeAddress(this.publicKey);
  }
  /** sr25519 signature (64 bytes) in the signing context "substrate"; randomised, so each call gives another. */
  sign(message: Uint8Array): Uint8Array {
    return sign(this.#secret, message);
  }
}
