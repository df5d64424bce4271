/** An sr25519 key that can sign and tell its address, but never shows its secret. Pure. @module */
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { encodeAddress } from "../base/ss58.ts";

/** Bytes of a mini secret. */
export const SEED_BYTES = 32;
/** Bytes of a private key in a keyfile: scalar and nonce. */
export const PRIVATE_KEY_BYTES = 64;

/** A key in memory. The secret is a private field: it is in no log line, no message between rooms, no error. */
export class KeyPair {
  readonly #secret: Uint8Array;
  #wiped = false;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** SS58 address with Bittensor's prefix 42. */
  readonly address: string;
  /**
   * @param secret mini secret (32 bytes), or the private key of a keyfile (64 bytes). The caller wipes its copy.
   * @throws {RangeError} if it has another length or is no key.
   */
  constructor(secret: Uint8Array) {
    if (secret.length === SEED_BYTES) this.#secret = secretFromSeed(secret);
    else if (secret.length === PRIVATE_KEY_BYTES) this.#secret = timesCofactor(secret);
    else throw new RangeError(`A seed has ${SEED_BYTES} bytes, not ${secret.length}`);
    this.publicKey = getPublicKey(this.#secret);
    this.address = encodeAddress(this.publicKey);
  }
  /**
   * sr25519 signature (64 bytes) in the signing context "substrate"; randomised, so each call gives another.
   * @throws {TypeError} after {@linkcode KeyPair.wipe}.
   */
  sign(message: Uint8Array): Uint8Array {
    if (this.#wiped) throw new TypeError("The key has been wiped");
    return sign(this.#secret, message);
  }
  /** Overwrites the secret; the key signs no more. */
  wipe(): void {
    this.#wiped = true;
    this.#secret.fill(0);
  }
}

/**
 * The private key of a seed as keyfiles have it. They keep the scalar itself, while sr25519's libraries for JavaScript (as
 * polkadot.js) keep it multiplied by the cofactor 8.
 */
export function privateKeyOf(seed: Uint8Array): Uint8Array {
  const key = secretFromSeed(seed);
  // Little-endian, so the lowest bits of a byte come from the next one.
  for (let i = 0; i < 32; i++) key[i] = key[i]! >> 3 | (i < 31 ? key[i + 1]! << 5 & 0xff : 0);
  return key;
}

function timesCofactor(privateKey: Uint8Array): Uint8Array {
  const key = Uint8Array.from(privateKey);
  if (key[31]! >> 5 !== 0) throw new RangeError("The scalar of a private key is too large");
  for (let i = 31; i >= 0; i--) key[i] = key[i]! << 3 & 0xff | (i > 0 ? key[i - 1]! >> 5 : 0);
  return key;
}
