/** Where the password of a keyfile comes from. This file reads the variables `BT_PW_…` and nothing else of the environment. @module */
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { passwordVariable } from "./names.ts";

/**
 * Passwords to try on a keyfile, in their order; asked for the next one only after the one before was wrong. Whoever takes one
 * overwrites it.
 * @throws {WalletError} `no_password` if there is none, `wrong_password` if there is none any more.
 */
export type PasswordSource = (path: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Most bytes of a password. */
export const MAX_PASSWORD_BYTES = 1024;

/**
 * The passwords that the file's variable may mean: btcli writes it in there in base64 with the variable's name laid over it, people
 * write it as it is.
 */
export function* variablePasswords(name: string, value: string): Iterable<Uint8Array> {
  const hidden = reveal(name, value);
  if (hidden) yield hidden;
  yield utf8(value);
}

/** What btcli hid in a variable; null if that cannot be what it did. */
export function reveal(name: string, value: string): Uint8Array | null {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(value, { lastChunkHandling: "strict" });
  } catch {
    // Not base64: it stands there as it is.
    return null;
  }
  const mask = utf8(name);
  for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! ^ mask[i % mask.length]!;
  try {
    return bytes.length > 0 && !/\p{Cc}/u.test(fromUtf8(bytes)) ? bytes : null;
  } catch {
    // No text.
    return null;
  }
}

/** The value of a keyfile's variable, if it is set. `paths` are ways to write the file's path. */
export function passwordInEnvironment(paths: readonly string[]): { name: string; value: string } | null {
  for (const path of paths) {
    const name = passwordVariable(path);
    // An operating system knows no such name.
    if (/[=\0]/.test(name)) continue;
    const value = Deno.env.get(name);
    if (value) return { name, value };
  }
  return null;
}

/** Reads passwords from the file's variable alone: for processes that no person sits at. */
export function environmentSource(typed: string): PasswordSource {
  return function* (path) {
    const found = passwordInEnvironment([...new Set([typed, path])]);
    if (!found) {
      throw new WalletError(
        `Keyfile ${path} is encrypted; put its password into the variable ${passwordVariable(typed)}`,
        { code: "no_password" },
      );
    }
    yield* variablePasswords(found.name, found.value);
    throw new WalletError(`The password in ${found.name} does not open keyfile ${path}`, { code: "wrong_password" });
  };
}
