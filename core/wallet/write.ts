/** Writes keyfiles: complete or not there at all, for their owner only, and never over another one unasked. @module */
import { utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { reason } from "./file.ts";
import { formatPublic, keyfileBytes } from "./keyfile.ts";
import { KeyPair, SEED_BYTES } from "./keypair.ts";
import { publicPath } from "./names.ts";

/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Files of one key: the secret, its public half, or both. Which of them is replaced is replaced together. */
export interface NewKey {
  readonly secret: NewFile | null;
  readonly public: NewFile | null;
}

/** The files of a key at `path`. */
export function filesOf(path: string, publicKey: Uint8Array, secret: Uint8Array<ArrayBuffer> | null): NewKey {
  return {
    secret: secret && { path, bytes: secret },
    public: { path: publicPath(path), bytes: utf8(formatPublic(publicKey)) },
  };
}

/**
 * Writes the files of keys, mode 0600, missing folders 0700. Every file is on disk under another name before the first gets its own;
 * where one cannot get it, those that were not there before are taken back.
 * @throws {WalletError} `exists` (without `force`), `unwritable`.
 */
export async function writeKeys(keys: readonly NewKey[], options: { readonly force: boolean }): Promise<void> {
  const files = keys.flatMap((key) => [key.secret, key.public]).filter((file) => file !== null);
  const drafts = new Map<NewFile, string>();
  const placed: string[] = [];
  let at = "";
  try {
    for (const file of files) {
      at = file.path;
      await makeFolder(folderOf(file.path));
      await sweep(folderOf(file.path));
      const draft = `${file.path}.${crypto.randomUUID()}.part`;
      drafts.set(file, draft);
      await writeDraft(draft, file.bytes);
    }
    for (const file of files) {
      at = file.path;
      if (options.force) {
        // An old public half beside a new secret would send money to the old key; none at all can be made again.
        const half = keys.find((key) => key.secret === file)?.public;
        if (half) await Deno.remove(half.path).catch(ignoreMissing);
        await Deno.rename(drafts.get(file)!, file.path);
      } else {
        // A link, other than a rename, fails where something exists.
        await Deno.link(drafts.get(file)!, file.path);
        placed.push(file.path);
      }
    }
  } catch (thrown) {
    for (const path of placed) await Deno.remove(path).catch(ignoreMissing);
    throw writeError(thrown, at);
  } finally {
    for (const draft of drafts.values()) await Deno.remove(draft).catch(ignoreMissing);
  }
}

/** @throws {WalletError} `exists` if there is something at one of the paths, be it a link that leads nowhere. */
export async function checkFree(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await Deno.lstat(path);
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) continue;
      throw writeError(thrown, path);
    }
    throw alreadyThere(path);
  }
}

/**
 * Makes a plain keyfile with a random key: for the embedded local network. It has no public half.
 * @throws {WalletError} `exists` if there is something at the path (it is never overwritten), `unwritable`.
 */
export async function createKeyfile(path: string): Promise<KeyPair> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  const bytes = keyfileBytes(seed);
  try {
    await writeKeys([{ secret: { path, bytes }, public: null }], { force: false });
    return new KeyPair(seed);
  } finally {
    seed.fill(0);
    bytes.fill(0);
  }
}

/** How old a draft must be so that nobody is still at it, in milliseconds. */
const STALE_MS = 600_000;

/** Removes drafts that a process that was killed has left: keys that nobody was ever told of. */
async function sweep(folder: string): Promise<void> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!/\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/.test(name)) continue;
      const { mtime } = await Deno.lstat(`${folder}/${name}`);
      if (mtime && Date.now() - mtime.getTime() > STALE_MS) await Deno.remove(`${folder}/${name}`);
    }
  } catch (thrown) {
    // Another process was faster, or the folder cannot be listed: no reason not to write.
    if (!(thrown instanceof Error)) throw thrown;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    throw new WalletError(`${path} is a file where a folder of the wallet belongs; move it away`, {
      code: "unwritable",
    });
  }
}

async function writeDraft(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.sync();
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))) || "/";
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}

function alreadyThere(path: string): WalletError {
  return new WalletError(`There is a file at ${path} already; it was left as it is`, { code: "exists" });
}

function writeError(thrown: unknown, path: string): WalletError {
  if (thrown instanceof WalletError) return thrown;
  if (thrown instanceof Deno.errors.AlreadyExists) return alreadyThere(path);
  return new WalletError(`Cannot write keyfile ${path}: ${reason(thrown)}`, { code: "unwritable", cause: thrown });
}
