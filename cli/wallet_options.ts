/** Options that the commands below `af wallet` share. @module */
import { type Command as Parser, InvalidArgumentError } from "commander";
import { collect, fromUtf8 } from "../core/base/bytes.ts";
import { ConfigError } from "../core/base/errors.ts";
import type { Config } from "./config.ts";
import { integer } from "./options.ts";
import { checkValue } from "./settings.ts";

/** Options that say which wallet. */
export interface WalletOptions {
  readonly walletPath?: string;
  readonly coldkey: string;
}

/** Options that say where a password comes from. */
export interface SecretOptions {
  readonly passwordFd?: number;
}

/** Largest message on stdin, in bytes. */
const MAX_MESSAGE_BYTES = 4_000_000;

/** Adds `--wallet-path`. */
export function pathOption(parser: Parser): Parser {
  return parser.option("--wallet-path <dir>", "folder of the wallets, in place of BT_WALLET_PATH");
}

/** Adds `--wallet-path` and `--coldkey`. */
export function walletOptions(parser: Parser): Parser {
  return pathOption(parser).option("--coldkey <name>", "name of the wallet", "default");
}

/** Adds `--password-fd`. */
export function secretOptions(parser: Parser): Parser {
  return parser.option(
    "--password-fd <n>",
    "read the password from this open file; without it from the variable BT_PW_…, else from the terminal",
    descriptor,
  );
}

/** A parser for numbers of open files; 1 and 2 are what af writes to. */
export function descriptor(text: string): number {
  const fd = integer(0, 65_535)(text);
  if (fd === 1 || fd === 2) throw new InvalidArgumentError("It must be 0 (stdin), or 3 and more");
  return fd;
}

/** Folder of the wallets: the option, else the setting. */
export function rootOf(config: Config, { walletPath }: { readonly walletPath?: string }): string {
  if (walletPath === undefined) return config.need("BT_WALLET_PATH");
  const path = checkValue("BT_WALLET_PATH", walletPath);
  if (path === "") throw new ConfigError("--wallet-path must name a folder", { code: "usage" });
  return config.expand(path);
}

/** A message: the argument itself, or stdin for `-`, without its last line break. */
export async function readMessage(argument: string, passwordFd?: number): Promise<string> {
  if (argument !== "-") return argument;
  if (passwordFd === 0) {
    throw new ConfigError("Message and password cannot both be on stdin; use another number for --password-fd", {
      code: "usage",
    });
  }
  const bytes = await collect(Deno.stdin.readable, MAX_MESSAGE_BYTES);
  if (!bytes) {
    throw new ConfigError(`The message on stdin is longer than ${MAX_MESSAGE_BYTES} bytes`, { code: "usage" });
  }
  try {
    return fromUtf8(bytes).replace(/\r?\n$/, "");
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw new ConfigError("The message on stdin is no UTF-8 text; af signs text only", { code: "usage" });
  }
}
