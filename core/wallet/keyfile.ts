/**
 * Bittensor keyfiles as text: reads plain ones, writes new ones, and says in one sentence why another cannot be opened.
 * No error here carries a byte of the file's content, and none has a cause: a JSON error quotes what it could not read.
 * @module
 */
import { fromHex, toHex, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { decodeAddress, encodeAddress } from "../base/ss58.ts";
import { KeyPair, PRIVATE_KEY_BYTES, privateKeyOf } from "./keypair.ts";
import { seedOfPhrase } from "./phrase.ts";

/** Largest keyfile that is read, in bytes; real ones have about 600. */
export const MAX_KEYFILE_BYTES = 65_536;
/** The scheme number of sr25519 in a keyfile. */
export const CRYPTO_SR25519 = 1;

/**
 * The key of a plain keyfile.
 * @param path names the file in errors.
 * @throws {WalletError} `malformed`, `unsupported_crypto`, `no_secret` or `mismatch`.
 */
export function parseKeyfile(bytes: Uint8Array, path: string): KeyPair {
  const fields = readFields(bytes, path);
  checkScheme(fields, path);
  const secret = secretOf(fields, path);
  let key: KeyPair;
  try {
    key = new KeyPair(secret);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    throw malformed(path, "has a privateKey that is none of sr25519");
  } finally {
    secret.fill(0);
  }
  try {
    checkPublic(fields, key, path);
    return key;
  } catch (thrown) {
    key.wipe();
    throw thrown;
  }
}

/**
 * The address in a keyfile or in its public half, checked but for the secret: nothing is derived.
 * @throws {WalletError} `malformed`, `unsupported_crypto`, `no_address`.
 */
export function parseAddress(bytes: Uint8Array, path: string): string {
  const fields = readFields(bytes, path);
  checkScheme(fields, path);
  const { ss58Address, publicKey, accountId } = fields;
  try {
    if (typeof ss58Address === "string") return encodeAddress(decodeAddress(ss58Address));
    const hex = publicKey ?? accountId;
    if (typeof hex === "string") return encodeAddress(fromHex(hex));
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    throw malformed(path, "has an address that is none");
  }
  throw new WalletError(`Keyfile ${path} does not say its address`, { code: "no_address" });
}

/** The text of a plain keyfile, with the fields that Bittensor's own tools write. */
export function formatKeyfile(seed: Uint8Array, phrase?: string): string {
  const key = new KeyPair(seed);
  const privateKey = privateKeyOf(seed);
  try {
    return JSON.stringify({
      ...publicFields(key.publicKey),
      privateKey: `0x${toHex(privateKey)}`,
      ...(phrase === undefined ? {} : { secretPhrase: phrase }),
      secretSeed: `0x${toHex(seed)}`,
    });
  } finally {
    privateKey.fill(0);
    key.wipe();
  }
}

/** The text of a public half. */
export function formatPublic(publicKey: Uint8Array): string {
  return JSON.stringify(publicFields(publicKey));
}

function publicFields(publicKey: Uint8Array) {
  const account = `0x${toHex(publicKey)}`;
  return {
    accountId: account,
    publicKey: account,
    ss58Address: encodeAddress(publicKey),
    cryptoType: CRYPTO_SR25519,
  };
}

function readFields(bytes: Uint8Array, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // What was thrown quotes the file: it must not travel any further, not even as a cause.
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw malformed(path, "is no Bittensor keyfile (JSON with secretSeed or secretPhrase)");
  }
  // A null-prototype copy: a field is there only if the file has it. Fields that are not known are left alone.
  return Object.assign(Object.create(null), parsed);
}

function checkScheme(fields: Record<string, unknown>, path: string): void {
  // btcli writes null where it does not know.
  const scheme = fields.cryptoType ?? CRYPTO_SR25519;
  if (scheme === CRYPTO_SR25519) return;
  const kind = scheme === 0 ? "ed25519" : "unknown";
  throw new WalletError(
    `Keyfile ${path} holds a key of kind ${kind}, with which af cannot sign; make or import an sr25519 one`,
    { code: "unsupported_crypto" },
  );
}

function checkPublic(fields: Record<string, unknown>, key: KeyPair, path: string): void {
  const refuse = (what: string): never => {
    throw new WalletError(`Keyfile ${path} ${what} that does not belong to its secret; restore it from a backup`, {
      code: "mismatch",
    });
  };
  const account = `0x${toHex(key.publicKey)}`;
  if ((fields.ss58Address ?? key.address) !== key.address) refuse("names an address");
  for (const field of ["publicKey", "accountId"] as const) {
    if ((fields[field] ?? account) !== account) refuse(`has a ${field}`);
  }
}

/** The seed, from the phrase where there is none, else the private key: each file has what its key was made from. */
function secretOf(fields: Record<string, unknown>, path: string): Uint8Array {
  const { secretSeed, secretPhrase, privateKey } = fields;
  if (isText(secretSeed)) {
    if (/^(0x)?[0-9a-fA-F]{64}$/.test(secretSeed)) return fromHex(secretSeed);
    // What bittensor-wallet 4.1.1 makes of a seed that it was given: raw characters beside a private key that is right.
    if (!isText(privateKey)) throw malformed(path, "has a secretSeed that is not 32 bytes of hex");
  }
  if (isText(secretPhrase)) {
    const seed = seedOfPhrase(secretPhrase);
    if (seed) return seed;
    throw malformed(path, "has a secretPhrase that is no valid list of 12 to 24 English words");
  }
  if (isText(privateKey)) {
    if (!new RegExp(`^(0x)?[0-9a-fA-F]{${2 * PRIVATE_KEY_BYTES}}$`).test(privateKey)) {
      throw malformed(path, `has a privateKey that is not ${PRIVATE_KEY_BYTES} bytes of hex`);
    }
    return fromHex(privateKey);
  }
  throw new WalletError(
    `Keyfile ${path} holds no secret; point to the key's file itself, not to its pub.txt`,
    { code: "no_secret" },
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** The bytes of {@linkcode formatKeyfile}, to be wiped by whoever asked. */
export function keyfileBytes(seed: Uint8Array, phrase?: string): Uint8Array<ArrayBuffer> {
  return utf8(formatKeyfile(seed, phrase));
}

function malformed(path: string, what: string): WalletError {
  return new WalletError(`Keyfile ${path} ${what}; restore it from a backup`, { code: "malformed" });
}
