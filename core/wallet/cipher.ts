/** Encrypted keyfiles: which kind a file is, the way in, and the way in which new ones are written (`$NACL`). @module */
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { concat, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { passwordKey } from "./argon2.ts";
import { openFernet, openVault } from "./old_ciphers.ts";

/** How a keyfile is kept. */
export const ENCRYPTIONS = ["plain", "nacl", "ansible", "fernet"] as const;
/** One of {@linkcode ENCRYPTIONS}. */
export type Encryption = typeof ENCRYPTIONS[number];

const NACL = "$NACL";
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

/** What the first bytes of each kind are. */
const MAGIC: Readonly<Record<Exclude<Encryption, "plain">, string>> = {
  nacl: NACL,
  ansible: "$ANSIBLE_VAULT",
  fernet: "gAAAAA",
};

/** The kind of a keyfile. */
export function encryptionOf(bytes: Uint8Array): Encryption {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 32));
  return ENCRYPTIONS.find((kind) => kind !== "plain" && start.startsWith(MAGIC[kind])) ?? "plain";
}

/**
 * The content of an encrypted keyfile; null if the password is another one (or a byte of the file has changed: nobody can tell).
 * @param path names the file in errors.
 * @throws {WalletError} `malformed` if the file is cut short or is not of its kind, `memory`.
 */
export async function decryptKeyfile(
  bytes: Uint8Array,
  password: Uint8Array,
  path: string,
): Promise<Uint8Array | null> {
  switch (encryptionOf(bytes)) {
    case "nacl":
      return await openNacl(bytes, password, path);
    case "ansible":
      return await openVault(bytes, password, path);
    case "fernet":
      return await openFernet(bytes, password, path);
    case "plain":
      return Uint8Array.from(bytes);
  }
}

/** A keyfile encrypted as btcli does it today. @throws {WalletError} `memory`. */
export async function encryptKeyfile(plain: Uint8Array, password: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const key = await derive(password);
  try {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    return concat(utf8(NACL), nonce, xsalsa20poly1305(key, nonce).encrypt(plain));
  } finally {
    key.fill(0);
  }
}

async function openNacl(bytes: Uint8Array, password: Uint8Array, path: string): Promise<Uint8Array | null> {
  const body = bytes.subarray(NACL.length);
  if (body.length <= NONCE_BYTES + TAG_BYTES) throw cutShort(path);
  const key = await derive(password);
  try {
    return xsalsa20poly1305(key, body.slice(0, NONCE_BYTES)).decrypt(body.slice(NONCE_BYTES));
  } catch (thrown) {
    // The tag does not fit: there is nothing else that can be wrong here.
    if (thrown instanceof Error) return null;
    throw thrown;
  } finally {
    key.fill(0);
  }
}

async function derive(password: Uint8Array): Promise<Uint8Array> {
  try {
    return await passwordKey(password);
  } catch (thrown) {
    // Neither error has anything of the password, but neither helps.
    if (!(thrown instanceof RangeError) && !(thrown instanceof DOMException)) throw thrown;
    throw new WalletError("A password takes 512 MiB of free memory for some seconds, which are not there; free some", {
      code: "memory",
      retryable: true,
    });
  }
}

function cutShort(path: string): WalletError {
  return new WalletError(`Keyfile ${path} is cut short; restore it from a backup`, { code: "malformed" });
}
