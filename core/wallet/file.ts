/** Keyfiles on disk: opens one that is private to its owner, creates one that nobody else can read. @module */
import { WalletError } from "../base/errors.ts";
import { utf8 } from "../base/bytes.ts";
import { formatKeyfile, MAX_KEYFILE_BYTES, parseKeyfile } from "./keyfile.ts";
import { KeyPair, SEED_BYTES } from "./keypair.ts";

/** Mode bits that let others than the owner read, write or run. */
const OTHERS = 0o077;

/**
 * Reads a plain keyfile.
 * @throws {WalletError} `missing`, `exposed` (others can read it), `unreadable`, or what parseKeyfile says.
 */
export async function openKeyfile(path: string): Promise<KeyPair> {
  try {
    // Opening a pipe would wait for a writer: look first, and look again at what was really opened.
    if (!(await Deno.stat(path)).isFile) throw notAFile(path);
    using file = await Deno.open(path, { read: true });
    const info = await file.stat();
    if (!info.isFile) throw notAFile(path);
    // Windows has no such bits: the mode is null there.
    if (info.mode !== null && (info.mode & OTHERS) !== 0) {
      throw new WalletError(`Others can use keyfile ${path}; run chmod 600 ${path}`, { code: "exposed" });
    }
    const bytes = await readUpTo(file, MAX_KEYFILE_BYTES + 1);
    if (bytes.length > MAX_KEYFILE_BYTES) throw notAFile(path);
    try {
      return parseKeyfile(bytes, path);
    } finally {
      bytes.fill(0);
    }
  } catch (thrown) {
    throw fileError(thrown, path);
  }
}

/**
 * Makes a plain keyfile with a random key: for the embedded local network. Complete or not there at all, mode 0600, its
 * folders 0700.
 * @throws {WalletError} `exists` if there is something at the path (it is never overwritten), `unwritable`.
 */
export async function createKeyfile(path: string): Promise<KeyPair> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))) || "/";
  const draft = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      using file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
      await writeAll(file, utf8(formatKeyfile(seed)));
      await file.sync();
      // A link, other than a rename, fails where something exists.
      await Deno.link(draft, path);
    } finally {
      await Deno.remove(draft).catch(ignoreMissing);
    }
    return new KeyPair(seed);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AlreadyExists) {
      throw new WalletError(`There is a file at ${path} already; it was left as it is`, { code: "exists" });
    }
    if (thrown instanceof WalletError) throw thrown;
    throw new WalletError(`Cannot create keyfile ${path}: ${reason(thrown)}`, { code: "unwritable", cause: thrown });
  } finally {
    seed.fill(0);
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

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}

function notAFile(path: string): WalletError {
  return new WalletError(`${path} is no keyfile; point to the hotkey file itself`, { code: "malformed" });
}

function fileError(thrown: unknown, path: string): WalletError {
  if (thrown instanceof WalletError) return thrown;
  if (thrown instanceof Deno.errors.NotFound) {
    return new WalletError(
      `There is no keyfile at ${path}; check the names of coldkey and hotkey, or make the hotkey with: btcli wallet new-hotkey`,
      { code: "missing", cause: thrown },
    );
  }
  return new WalletError(`Cannot read keyfile ${path}: ${reason(thrown)}`, { code: "unreadable", cause: thrown });
}

/** The name of a system error: its text may repeat the path and says no more. */
function reason(thrown: unknown): string {
  // Where a link leads to has to be granted too.
  if (thrown instanceof Deno.errors.NotCapable) {
    return "it (or what it links to) lies outside of what the wallet room may touch";
  }
  if (thrown instanceof Deno.errors.PermissionDenied) return "the system does not permit it";
  return thrown instanceof Error ? thrown.name : "unknown error";
}
