/**
 * Bittensor keyfiles as text: reads plain ones, writes new ones, and says in one sentence why another cannot be opened.
 * No error here carries a byte of the file's content, and none has a cause: a JSON error quotes what it could not read.
 * @module
 */
import { mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { fromHex, toHex, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { KeyPair, SEED_BYTES } from "./keypair.ts";

/** Largest keyfile that is read, in bytes; real ones have about 600. */
export const MAX_KEYFILE_BYTES = 65_536;
/** The scheme number of sr25519 in a keyfile. */
export const CRYPTO_SR25519 = 1;

/** First bytes of keyfiles that are encrypted with a password. */
const ENCRYPTED = ["$NACL", "$ANSIBLE_VAULT", "gAAAAA"] as const;

/**
 * Path of a hotkey as Bittensor's tools lay it out.
 * @param root folder of the wallets, such as `~/.bittensor/wallets` with the tilde resolved.
 * @throws {WalletError} `bad_name` if a name could lead out of that folder.
 */
export function hotkeyPath(root: string, coldkey: string, hotkey: string): string {
  for (const [what, name] of [["coldkey", coldkey], ["hotkey", hotkey]] as const) {
    if (!/^[^/\\\0]{1,255}$/.test(name) || name === "." || name === "..") {
      throw new WalletError(
        `The ${what} name ${JSON.stringify(name)} is no file name; give the name that the wallet has`,
        {
          code: "bad_name",
        },
      );
    }
  }
  return `${root.replace(/\/+$/, "")}/${coldkey}/hotkeys/${hotkey}`;
}

/**
 * The key of a plain keyfile.
 * @param path names the file in errors.
 * @throws {WalletError} `encrypted`, `malformed`, `unsupported_crypto`, `no_secret` or `mismatch`.
 */
export function parseKeyfile(bytes: Uint8Array, path: string): KeyPair {
  const fields = readFields(bytes, path);
  const scheme = fields.cryptoType ?? CRYPTO_SR25519;
  if (scheme !== CRYPTO_SR25519) {
    const kind = scheme === 0 ? "ed25519" : "unknown";
    throw new WalletError(`Keyfile ${path} holds a key of kind ${kind}; a hotkey must be sr25519`, {
      code: "unsupported_crypto",
    });
  }
  const key = new KeyPair(seedOf(fields, path));
  const address = fields.ss58Address;
  if (address !== undefined && address !== key.address) {
    throw new WalletError(
      `Keyfile ${path} names an address that does not belong to its secret; restore it from a backup`,
      {
        code: "mismatch",
      },
    );
  }
  for (const field of ["publicKey", "accountId"] as const) {
    const value = fields[field];
    if (value !== undefined && value !== `0x${toHex(key.publicKey)}`) {
      throw new WalletError(
        `Keyfile ${path} has a ${field} that does not belong to its secret; restore it from a backup`,
        {
          code: "mismatch",
        },
      );
    }
  }
  return key;
}

/** The text of a plain keyfile for a seed, as Bittensor's own tools read it (they ask for every field but the phrase). */
export function formatKeyfile(seed: Uint8Array): string {
  const key = new KeyPair(seed);
  const account = `0x${toHex(key.publicKey)}`;
  return JSON.stringify({
    accountId: account,
    publicKey: account,
    secretSeed: `0x${toHex(seed)}`,
    ss58Address: key.address,
    cryptoType: CRYPTO_SR25519,
  });
}

function readFields(bytes: Uint8Array, path: string): Record<string, unknown> {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 32));
  if (ENCRYPTED.some((magic) => start.startsWith(magic))) {
    throw new WalletError(`Keyfile ${path} is encrypted; af cannot open it yet`, { code: "encrypted" });
  }
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
  // A null-prototype copy: a field is there only if the file has it.
  return Object.assign(Object.create(null), parsed);
}

function seedOf(fields: Record<string, unknown>, path: string): Uint8Array {
  const { secretSeed, secretPhrase } = fields;
  if (typeof secretSeed === "string" && secretSeed !== "") {
    if (!/^(0x)?[0-9a-fA-F]{64}$/.test(secretSeed)) {
      throw malformed(path, "has a secretSeed that is not 32 bytes of hex");
    }
    return fromHex(secretSeed);
  }
  if (typeof secretPhrase === "string" && secretPhrase !== "") return seedOfPhrase(secretPhrase, path);
  throw new WalletError(
    `Keyfile ${path} holds no secret; point to the hotkey file itself, not to its pub.txt`,
    { code: "no_secret" },
  );
}

/** Substrate's way from words to a seed: the entropy itself is stretched, not (as BIP39 says) the words. */
function seedOfPhrase(phrase: string, path: string): Uint8Array {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(phrase.trim().split(/\s+/).join(" "), wordlist);
  } catch {
    // The library's error could quote a word.
    throw malformed(path, "has a secretPhrase that is no valid list of 12 to 24 English words");
  }
  return pbkdf2(sha512, entropy, utf8("mnemonic"), { c: 2048, dkLen: 64 }).slice(0, SEED_BYTES);
}

function malformed(path: string, what: string): WalletError {
  return new WalletError(`Keyfile ${path} ${what}; restore it from a backup`, { code: "malformed" });
}
