/**
 * Files of a journal: a folder for its owner alone, the database, and the lock.
 * No file that SQLite may have open is ever opened here: closing it again would drop the locks that this process holds on it.
 * @module
 */
import { StoreError } from "../base/errors.ts";
import { Connection } from "./connection.ts";
import { corrupt, isBusy } from "./fault.ts";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** Name of the database in the journal's folder. */
export const JOURNAL_FILE = "journal.db";
const LOCK_FILE = "lock.db";
const NEW_FILE = "journal.new";

function stat(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

/** Makes the folder, for its owner alone, or closes one that exists. Returns whether others could look into it before. */
export function prepareFolder(directory: string): boolean {
  const info = stat(directory);
  if (!info) {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    return false;
  }
  if (!info.isDirectory) throw new StoreError(`${directory} is a file: name a folder for the journal`, { code: "io" });
  if (((info.mode ?? 0) & 0o077) === 0) return false;
  // A folder that holds other things (somebody's home, /tmp) is left as it is; the journal's files are closed by themselves.
  const names = [...Deno.readDirSync(directory)].map((entry) => entry.name);
  if (names.length === 0 || names.includes(JOURNAL_FILE)) Deno.chmodSync(directory, 0o700);
  return true;
}

/** Makes an empty file that only its owner may read, unless it exists. SQLite gives its side files the same mode. */
function touch(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    if (((stat(path)?.mode ?? 0) & 0o077) !== 0) Deno.chmodSync(path, 0o600);
  }
}

/**
 * Takes the lock of a folder: an exclusive transaction on a file of its own, which ends with the process, however that ends.
 * @throws {StoreError} code `locked`.
 */
export function takeLock(directory: string): Connection {
  const path = `${directory}/${LOCK_FILE}`;
  touch(path);
  // A predecessor that was killed a moment ago gets some time to vanish.
  const lock = new Connection(path, { timeoutMs: 2000 });
  try {
    // Nothing is ever written here, so no side file is needed.
    lock.get("PRAGMA journal_mode = MEMORY");
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock.close();
    if (!isBusy((thrown as Error).cause)) throw thrown;
    throw new StoreError(
      `Another validator is running on the journal in ${directory}: end it first, or give this one a folder of its own`,
      { code: "locked", retryable: true },
    );
  }
}

/**
 * Path of the journal in a folder, made if there is none. It comes to be under another name and is renamed when it is complete, so
 * an empty or half-made `journal.db` is never an accident of ours. The lock must be held.
 */
export function ensureJournal(directory: string, fill: (db: Connection) => void): string {
  const path = `${directory}/${JOURNAL_FILE}`;
  if (stat(path)) {
    touch(path);
    return path;
  }
  // SQLite would play an old log into the new file.
  if (stat(`${path}-wal`)?.size) throw corrupt(path, `${JOURNAL_FILE} is gone, ${JOURNAL_FILE}-wal is still there`);
  const draft = `${directory}/${NEW_FILE}`;
  for (const file of [draft, `${draft}-journal`]) if (stat(file)) Deno.removeSync(file);
  touch(draft);
  const db = new Connection(draft);
  try {
    db.exec("PRAGMA synchronous = FULL");
    db.write(() => {
      db.exec(SCHEMA);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
      fill(db);
    });
  } finally {
    db.close();
  }
  Deno.renameSync(draft, path);
  const folder = Deno.openSync(directory);
  folder.syncSync();
  folder.close();
  return path;
}

/** Path of a journal that must exist already. @throws {StoreError} code `missing`. */
export function existingJournal(directory: string): string {
  const path = `${directory}/${JOURNAL_FILE}`;
  if (!stat(path)) {
    throw new StoreError(`There is no journal in ${directory}: run \`af validate\` first, or name another folder`, {
      code: "missing",
    });
  }
  return path;
}

/** Refuses a file that is shorter than the smallest database: SQLite would take an empty one for a new journal. */
export function checkSize(path: string): void {
  const size = stat(path)?.size ?? 0;
  if (size < 512) throw corrupt(path, `it has only ${size} bytes`);
}
