/** Argon2i as Bittensor's keyfiles ask for it: 8 passes over 512 MiB. @module */
import { argon2iAsync } from "@noble/hashes/argon2.js";

/** What a derivation costs. */
export interface Cost {
  readonly passes: number;
  readonly memoryKiB: number;
}

/** What every keyfile asks for. */
export const KEYFILE_COST: Cost = { passes: 8, memoryKiB: 524_288 };

/** The one salt of all keyfiles. */
const SALT = Uint8Array.fromHex("137183dff15a09bc9c90b5518739e9b1");
const KEY_BYTES = 32;
const VERSION = 0x13;
/** How long the part in JavaScript may keep the thread before others get a turn, in milliseconds. */
const TICK_MS = 50;

/**
 * The key of a password, 32 bytes. Takes 512 MiB of memory for its time: 3 s to 7 s where Deno has Argon2 (2.9 has), about 30 s in
 * JavaScript where it has not (an executable made with an older one).
 * @throws {RangeError | DOMException} if there is not so much memory.
 */
export async function passwordKey(password: Uint8Array, cost: Cost = KEYFILE_COST): Promise<Uint8Array> {
  return await nativeKey(password, cost) ?? await slowKey(password, cost);
}

/** The key by Deno itself; null where it does not know how. */
export async function nativeKey(password: Uint8Array, { passes, memoryKiB }: Cost): Promise<Uint8Array | null> {
  // The names are newer than TypeScript's library.
  const format = "raw-secret" as "raw";
  const algorithm = { name: "Argon2i", nonce: SALT, parallelism: 1, memory: memoryKiB, passes, version: VERSION };
  let material: CryptoKey;
  try {
    material = await crypto.subtle.importKey(format, Uint8Array.from(password), algorithm, false, ["deriveBits"]);
  } catch (thrown) {
    // Too old for the format (TypeError) or for the algorithm (NotSupportedError).
    if (thrown instanceof TypeError || (thrown instanceof DOMException && thrown.name === "NotSupportedError")) {
      return null;
    }
    throw thrown;
  }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, 8 * KEY_BYTES));
}

/** The key by JavaScript. */
export async function slowKey(password: Uint8Array, { passes, memoryKiB }: Cost): Promise<Uint8Array> {
  return await argon2iAsync(password, SALT, {
    t: passes,
    m: memoryKiB,
    p: 1,
    dkLen: KEY_BYTES,
    version: VERSION,
    asyncTick: TICK_MS,
    // In bytes: the blocks themselves, and a little.
    maxmem: 2 ** 30,
  });
}
