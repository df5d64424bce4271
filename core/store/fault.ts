/** What SQLite says, in sentences for the user. @module */
import { AfError, errorText, StoreError } from "../base/errors.ts";

/** Result codes of SQLite that mean something to a user (https://sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const NOTADB = 26;

/** The number that SQLite gave, without its extension. Errors of `exec` carry none, so their text decides. */
function resultCode(thrown: unknown): number {
  const code = (thrown as { errcode?: unknown } | null)?.errcode;
  if (typeof code === "number") return code & 0xff;
  const text = errorText(thrown);
  if (/is full/.test(text)) return FULL;
  if (/not a database/.test(text)) return NOTADB;
  if (/malformed/.test(text)) return CORRUPT;
  if (/database (table )?is locked/.test(text)) return BUSY;
  return -1;
}

/** Whether a statement failed because a row is there already. */
export function isDuplicate(thrown: unknown): boolean {
  return /UNIQUE constraint failed/.test(errorText(thrown));
}

/** Whether another connection holds the file. */
export function isBusy(thrown: unknown): boolean {
  const code = resultCode(thrown);
  return code === BUSY || code === LOCKED;
}

/** A StoreError for anything that was thrown while working on a journal; a StoreError passes through. */
export function storeError(thrown: unknown, path: string): AfError {
  if (thrown instanceof AfError) return thrown;
  switch (resultCode(thrown)) {
    case FULL:
      return new StoreError(
        `The disk under ${path} is full: nothing of this step was written, free some space and start again`,
        {
          code: "full",
          retryable: true,
          cause: thrown,
        },
      );
    case CORRUPT:
    case NOTADB:
      return corrupt(path, errorText(thrown), thrown);
    case BUSY:
    case LOCKED:
      return new StoreError(`Another program holds ${path}: end it and start again`, {
        code: "locked",
        retryable: true,
        cause: thrown,
      });
    case READONLY:
      return new StoreError(`The journal ${path} is open for reading only`, { code: "read_only", cause: thrown });
  }
  if (thrown instanceof Deno.errors.NotCapable || thrown instanceof Deno.errors.PermissionDenied) {
    return new StoreError(`There is no right to use ${path}: check the owner and the mode of its folder`, {
      code: "denied",
      cause: thrown,
    });
  }
  return new StoreError(`The journal ${path} failed: ${errorText(thrown)}`, { code: "io", cause: thrown });
}

/** A damaged journal. */
export function corrupt(path: string, detail: string, cause?: unknown): StoreError {
  return new StoreError(
    `The journal ${path} is damaged (${detail}): move its folder aside, then restore a copy or start a new journal`,
    cause === undefined ? { code: "corrupt" } : { code: "corrupt", cause },
  );
}
