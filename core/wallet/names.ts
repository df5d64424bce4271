/** Where Bittensor's tools keep a wallet's files, and what they call the variable with a file's password. Pure. @module */
import { WalletError } from "../base/errors.ts";

/** Names that every tool takes when none is given. */
export const DEFAULT_NAME = "default";

/**
 * Folder of a wallet: `<root>/<coldkey>`.
 * @param root folder of the wallets, such as `~/.bittensor/wallets` with the tilde resolved.
 * @throws {WalletError} `bad_name` if the name could lead out of that folder.
 */
export function walletFolder(root: string, coldkey: string): string {
  const trimmed = root.replace(/\/+$/, "");
  return `${trimmed}/${checkName("coldkey", coldkey)}`;
}

/** Path of a coldkey's secret. @throws {WalletError} `bad_name`. */
export function coldkeyPath(root: string, coldkey: string): string {
  return `${walletFolder(root, coldkey)}/coldkey`;
}

/** Path of a hotkey's secret. @throws {WalletError} `bad_name`. */
export function hotkeyPath(root: string, coldkey: string, hotkey: string): string {
  return `${walletFolder(root, coldkey)}/hotkeys/${checkName("hotkey", hotkey)}`;
}

/** Path of the public half beside a secret: `coldkeypub.txt`, `hotkeys/<name>pub.txt`. */
export function publicPath(secretPath: string): string {
  return `${secretPath}pub.txt`;
}

/** What the public half of a hotkey ends with; a hotkey's own name cannot. */
export const PUBLIC_ENDING = "pub.txt";

/** A name as it may stand in a path. @throws {WalletError} `bad_name`. */
function checkName(what: "coldkey" | "hotkey", name: string): string {
  const refuse = (why: string): never => {
    throw new WalletError(`The ${what} name ${JSON.stringify(name.slice(0, 80))} ${why}`, { code: "bad_name" });
  };
  if (!/^[^/\\]{1,200}$/u.test(name) || name === "." || name === ".." || !name.isWellFormed()) {
    refuse("is no file name; give the name that the wallet has");
  }
  // What a terminal would obey, and what nobody could type again.
  if (/[\p{Cc}\p{Zl}\p{Zp}]|\p{Cf}/u.test(name)) refuse("has characters that cannot be seen; give another");
  // btcli would take the key for the public half of another one.
  if (what === "hotkey" && name.endsWith(PUBLIC_ENDING)) refuse(`ends with ${PUBLIC_ENDING}; give another`);
  return name;
}

/**
 * The variable with a keyfile's password, as btcli calls it: `BT_PW_` and the path in upper case, `/` and `.` as `_`.
 * @param path as the user writes it, with the tilde resolved and nothing else: links and `..` stay.
 */
export function passwordVariable(path: string): string {
  return `BT_PW_${path.replaceAll(/[/.]/g, "_").toUpperCase()}`;
}
