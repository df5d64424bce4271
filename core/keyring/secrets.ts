/** Passwords, phrases and seeds as they come in: from an open file, a variable or the terminal, never from an argument. @module */
import { fromUtf8, sameBytes } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { passwordVariable } from "../wallet/names.ts";
import {
  MAX_PASSWORD_BYTES,
  passwordInEnvironment,
  type PasswordSource,
  variablePasswords,
} from "../wallet/password.ts";
import { askHidden, canAsk, tell, working } from "./terminal.ts";
import type { FromFd, Place } from "./types.ts";

/** Shortest new password, in characters. */
export const MIN_PASSWORD = 8;
/** How often a person may try. */
const TRIES = 3;
const DERIVING = "Working on the password (512 MiB)";

/** Where passwords come from. */
export type PasswordPlace = Place & FromFd;

/** The path as the user writes it: it names the file's variable. */
export function typedPath({ root, typed }: Place, path: string): string {
  return typed.replace(/\/+$/, "") + path.slice(root.replace(/\/+$/, "").length);
}

/** Passwords for an existing keyfile. */
export function passwordsFor(place: PasswordPlace): PasswordSource {
  return async function* (path) {
    const found = place.passwordFd === null ? passwordInEnvironment(variants(place, path)) : null;
    if (place.passwordFd !== null && !isTerminalFd(place.passwordFd)) {
      yield* worked([await lineOf(place.passwordFd, "password")]);
      throw wrong(`The password from file descriptor ${place.passwordFd}`, path);
    }
    if (found) {
      yield* worked(variablePasswords(found.name, found.value));
      throw wrong(`The password in ${found.name}`, path);
    }
    if (!canAsk()) {
      throw new WalletError(
        `Keyfile ${path} is encrypted: run af on a terminal, put the password into ${
          passwordVariable(typedPath(place, path))
        }, or give --password-fd N`,
        { code: "no_password" },
      );
    }
    for (let i = 0; i < TRIES; i++) {
      if (i > 0) tell("That does not open it.\n");
      yield* worked([askHidden(`Password of ${path} (not shown): `, MAX_PASSWORD_BYTES)]);
    }
    throw wrong("What was typed", path);
  };
}

function* worked(passwords: Iterable<Uint8Array>): Iterable<Uint8Array> {
  for (const password of passwords) {
    const stop = working(DERIVING);
    try {
      yield password;
    } finally {
      stop();
    }
  }
}

function wrong(what: string, path: string): WalletError {
  return new WalletError(`${what} does not open keyfile ${path}`, { code: "wrong_password" });
}

/** Runs work that derives a key from a password, and shows that it takes a while. */
export async function whileDeriving<T>(work: () => Promise<T>): Promise<T> {
  const stop = working(DERIVING);
  try {
    return await work();
  } finally {
    stop();
  }
}

/**
 * The password of a new keyfile: asked for twice where it is typed. Whoever asked wipes it.
 * @throws {WalletError} `no_password`, `weak_password`, `ambiguous`, `cancelled`.
 */
export async function newPassword(place: PasswordPlace, path: string, what: string): Promise<Uint8Array> {
  if (place.passwordFd !== null && !isTerminalFd(place.passwordFd)) {
    return strong(await lineOf(place.passwordFd, "password"));
  }
  const found = place.passwordFd === null ? passwordInEnvironment(variants(place, path)) : null;
  if (found) {
    const [first, second] = [...variablePasswords(found.name, found.value)];
    if (!second) return strong(first!);
    // btcli writes printable ASCII in there in nearly every case; anything else is a person's password that looks like base64.
    second.fill(0);
    if (/^[\x20-\x7e]+$/.test(fromUtf8(first!))) return strong(first!);
    first!.fill(0);
    throw new WalletError(
      `What is in ${found.name} may mean two passwords; give the new one on the terminal or by --password-fd N`,
      { code: "ambiguous" },
    );
  }
  if (!canAsk()) {
    throw new WalletError(
      `The new ${what} needs a password: run af on a terminal, put it into ${
        passwordVariable(typedPath(place, path))
      }, give --password-fd N, or choose to have none (af wallet new --help)`,
      { code: "no_password" },
    );
  }
  const password = strong(askHidden(`Password for the new ${what} (not shown): `, MAX_PASSWORD_BYTES));
  const again = askHidden("The same again: ", MAX_PASSWORD_BYTES);
  try {
    if (sameBytes(password, again)) return password;
    password.fill(0);
    throw new WalletError("The two passwords differ; nothing was changed", { code: "differ" });
  } finally {
    again.fill(0);
  }
}

function strong(password: Uint8Array): Uint8Array {
  let characters = 0;
  for (const byte of password) if ((byte & 0xc0) !== 0x80) characters++;
  if (characters >= MIN_PASSWORD) return password;
  password.fill(0);
  throw new WalletError(`A new password has at least ${MIN_PASSWORD} characters; nothing was changed`, {
    code: "weak_password",
  });
}

/** A phrase or a seed to import, from an open file or the terminal. */
export async function importedSecret(fd: number | null): Promise<Uint8Array> {
  if (fd !== null && !isTerminalFd(fd)) return await lineOf(fd, "secret");
  if (!canAsk()) {
    throw new WalletError("The phrase or the seed is asked for on a terminal; or give it by --secret-fd N", {
      code: "no_secret",
    });
  }
  return askHidden("Phrase (12 to 24 words) or seed (64 hex digits), not shown: ", MAX_PASSWORD_BYTES);
}

function variants(place: Place, path: string): string[] {
  return [...new Set([typedPath(place, path), path])];
}

function isTerminalFd(fd: number): boolean {
  return fd === 0 && Deno.stdin.isTerminal();
}

/** The first line of an open file. Reads to its end, but no more than a line may have. */
async function lineOf(fd: number, what: string): Promise<Uint8Array> {
  const buffer = new Uint8Array(MAX_PASSWORD_BYTES + 2);
  let length = 0;
  try {
    using file = fd === 0 ? null : await Deno.open(`/dev/fd/${fd}`);
    while (length < buffer.length) {
      const count = await (file ?? Deno.stdin).read(buffer.subarray(length));
      if (count === null) break;
      length += count;
      if (buffer.subarray(0, length).includes(10)) break;
    }
    const end = buffer.subarray(0, length).indexOf(10);
    let line = buffer.subarray(0, end < 0 ? length : end);
    if (line.at(-1) === 13) line = line.subarray(0, -1);
    if (line.length === 0 || line.length > MAX_PASSWORD_BYTES) {
      throw new WalletError(
        `File descriptor ${fd} must hold the ${what} as one line of at most ${MAX_PASSWORD_BYTES} bytes`,
        { code: "no_password" },
      );
    }
    return line.slice();
  } catch (thrown) {
    if (thrown instanceof WalletError) throw thrown;
    throw new WalletError(
      `File descriptor ${fd} cannot be read; open it for af, as in --password-fd ${fd} ${fd}< FILE`,
      {
        code: "no_password",
      },
    );
  } finally {
    buffer.fill(0);
  }
}
