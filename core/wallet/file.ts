/** Keyfiles on disk: opens one that is private to its owner. @module */
import { WalletError } from "../base/errors.ts";
import { decryptKeyfile, encryptionOf } from "./cipher.ts";
import { MAX_KEYFILE_BYTES, parseKeyfile } from "./keyfile.ts";
import type { KeyPair } from "./keypair.ts";
import { environmentSource, type PasswordSource } from "./password.ts";

/** Mode bits that let others than the owner read, write or run. */
const OTHERS = 0o077;

/**
 * Opens a keyfile, plain or encrypted.
 * @param passwords for an encrypted one. @default {its variable BT_PW_…}
 * @throws {WalletError} `missing`, `exposed` (others can read it), `unreadable`, `no_password`, `wrong_password`, or what parseKeyfile
 * says.
 */
export async function openKeyfile(path: string, passwords?: PasswordSource): Promise<KeyPair> {
  const bytes = await readKeyfile(path);
  try {
    if (encryptionOf(bytes) === "plain") return parseKeyfile(bytes, path);
    const plain = await unlock(bytes, path, passwords ?? environmentSource(path));
    try {
      return parseKeyfile(plain, path);
    } finally {
      plain.fill(0);
    }
  } finally {
    bytes.fill(0);
  }
}

/** The content of an encrypted keyfile, by the first of the passwords that opens it. */
async function unlock(bytes: Uint8Array, path: string, passwords: PasswordSource): Promise<Uint8Array> {
  for await (const password of passwords(path)) {
    try {
      const plain = await decryptKeyfile(bytes, password, path);
      if (plain) return plain;
    } finally {
      password.fill(0);
    }
  }
  throw new WalletError(`The password does not open keyfile ${path}`, { code: "wrong_password" });
}

/**
 * The bytes of a keyfile as they are. Whoever asked wipes them.
 * @param others whether others than the owner may read it: of a public half they may. @default {false}
 * @throws {WalletError} `missing`, `exposed`, `malformed` (no file, or too large), `unreadable`.
 */
export async function readKeyfile(path: string, others: boolean = false): Promise<Uint8Array> {
  try {
    // Opening a pipe would wait for a writer: look first, and look again at what was really opened.
    if (!(await Deno.stat(path)).isFile) throw notAFile(path);
    using file = await Deno.open(path, { read: true });
    const info = await file.stat();
    if (!info.isFile) throw notAFile(path);
    // Windows has no such bits: the mode is null there.
    if (!others && info.mode !== null && (info.mode & OTHERS) !== 0) {
      throw new WalletError(`Others can use keyfile ${path}; run chmod 600 ${path}`, { code: "exposed" });
    }
    const bytes = await readUpTo(file, MAX_KEYFILE_BYTES + 1);
    if (bytes.length > MAX_KEYFILE_BYTES) throw notAFile(path);
    return bytes;
  } catch (thrown) {
    throw fileError(thrown, path);
  }
}

async function readUpTo(file: Deno.FsFile, limit: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const got = await file.read(buffer.subarray(length));
    if (got === null) break;
    length += got;
  }
  return buffer.subarray(0, length);
}

function notAFile(path: string): WalletError {
  return new WalletError(`${path} is no keyfile; point to the key's file itself`, { code: "malformed" });
}

function fileError(thrown: unknown, path: string): WalletError {
  if (thrown instanceof WalletError) return thrown;
  if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) {
    return new WalletError(
      `There is no keyfile at ${path}; check the names of coldkey and hotkey (af wallet list), or make one with: af wallet new`,
      { code: "missing", cause: thrown },
    );
  }
  return new WalletError(`Cannot read keyfile ${path}: ${reason(thrown)}`, { code: "unreadable", cause: thrown });
}

/** The name of a system error: its text may repeat the path and says no more. */
export function reason(thrown: unknown): string {
  // Where a link leads to has to be granted too.
  if (thrown instanceof Deno.errors.NotCapable) {
    return "it (or what it links to) lies outside of what the wallet room may touch";
  }
  if (thrown instanceof Deno.errors.PermissionDenied) return "the system does not permit it";
  if (thrown instanceof Deno.errors.FilesystemLoop) return "its links lead in a circle";
  if (thrown instanceof Error && /\bos error (28|122)\b/.test(thrown.message)) return "the disk is full";
  if (thrown instanceof Error && /\bos error 30\b/.test(thrown.message)) return "the disk is read-only";
  return thrown instanceof Error ? thrown.name : "unknown error";
}
