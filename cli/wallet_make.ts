/** `af wallet new` and `af wallet import`. @module */
import { ConfigError } from "../core/base/errors.ts";
import type { PhraseLength } from "../core/wallet/phrase.ts";
import type { Command } from "./command.ts";
import { jsonOption } from "./options.ts";
import {
  descriptor,
  rootOf,
  type SecretOptions,
  secretOptions,
  type WalletOptions,
  walletOptions,
} from "./wallet_options.ts";
import { printKeys } from "./wallet_print.ts";
import { withKeyring } from "./wire_wallet.ts";

interface MakeOptions extends WalletOptions, SecretOptions {
  readonly hotkey: string;
  /** False with `--no-password`. */
  readonly password: boolean;
  readonly hotkeyPassword?: boolean;
  readonly force?: boolean;
}

interface NewOptions extends MakeOptions {
  readonly which: "both" | "coldkey" | "hotkey";
  readonly words: string;
  readonly hidePhrase?: boolean;
}

interface ImportOptions extends MakeOptions {
  readonly which: "coldkey" | "hotkey" | "coldkeypub";
  readonly secretFd?: number;
  readonly address?: string;
}

/** `af wallet new`. */
export const create: Command<NewOptions> = {
  name: "new",
  help: "make a wallet, or one more hotkey",
  configure(parser) {
    parser.addArgument(
      parser.createArgument("[which]", "what to make").choices(["both", "coldkey", "hotkey"]).default("both"),
    );
    secretOptions(walletOptions(jsonOption(parser)))
      .option("--hotkey <name>", "name of the hotkey", "default")
      .addOption(
        parser.createOption("--words <n>", "words of the phrase").choices(["12", "15", "18", "21", "24"]).default("12"),
      )
      .option("--no-password", "keep the coldkey without a password")
      .option("--hotkey-password", "keep the hotkey with a password, too: a validator then needs its variable BT_PW_…")
      .option("--hide-phrase", "do not show the phrase; the keyfile holds it")
      .option("--force", "overwrite keys that exist: without their phrases they are lost")
      .addHelpText(
        "after",
        "\nThe coldkey gets a password, the hotkey none, as with btcli. The phrase is shown once, on the terminal only.\n" +
          "Example: af wallet new hotkey --coldkey main --hotkey validator",
      );
  },
  async run({ config, print }, options) {
    const { which, coldkey, hotkey, passwordFd = null, force = false } = options;
    const keys = await withKeyring(
      { root: rootOf(config, options), keys: [{ coldkey, hotkey }], write: true, fds: [passwordFd] },
      (keyring, place) =>
        keyring.make({
          ...place,
          coldkey,
          hotkey,
          which,
          words: Number(options.words) as PhraseLength,
          encrypt: { coldkey: options.password, hotkey: options.hotkeyPassword === true },
          passwordFd,
          force,
          show: options.hidePhrase !== true,
        }),
    );
    printKeys(print, keys);
    return 0;
  },
};

/** `af wallet import`. */
export const take: Command<ImportOptions> = {
  name: "import",
  help: "bring in a key by its phrase or its seed, or a coldkey's address alone",
  configure(parser) {
    parser.addArgument(
      parser.createArgument("<which>", "what to import").choices(["coldkey", "hotkey", "coldkeypub"]),
    );
    secretOptions(walletOptions(jsonOption(parser)))
      .option("--hotkey <name>", "name of the hotkey", "default")
      .option("--secret-fd <n>", "read phrase or seed from this open file; without it from the terminal", descriptor)
      .option("--address <ss58>", "address of the coldkey, for coldkeypub")
      .option("--no-password", "keep the coldkey without a password")
      .option("--hotkey-password", "keep the hotkey with a password")
      .option("--force", "overwrite a key that exists: without its phrase it is lost")
      .addHelpText(
        "after",
        "\nPhrase and seed are never arguments: those can be seen by every process of the machine.\n" +
          "Example: af wallet import hotkey --coldkey main --secret-fd 3 3< phrase.txt",
      );
  },
  async run({ config, print }, options) {
    const { which, coldkey, passwordFd = null, secretFd = null, force = false, address } = options;
    if ((which === "coldkeypub") !== (address !== undefined)) {
      throw new ConfigError(
        which === "coldkeypub"
          ? "af wallet import coldkeypub needs --address SS58"
          : "--address is for af wallet import coldkeypub; a secret says its address itself",
        { code: "usage" },
      );
    }
    if (passwordFd !== null && passwordFd === secretFd) {
      throw new ConfigError("Password and secret cannot be in one open file; give them two numbers", { code: "usage" });
    }
    const hotkey = which === "hotkey" ? options.hotkey : null;
    const key = await withKeyring(
      { root: rootOf(config, options), keys: [{ coldkey, hotkey }], write: true, fds: [passwordFd, secretFd] },
      (keyring, place) =>
        address !== undefined ? keyring.takePublic({ ...place, coldkey, hotkey, address, force }) : keyring.take({
          ...place,
          coldkey,
          hotkey,
          passwordFd,
          secretFd,
          encrypt: which === "hotkey" ? options.hotkeyPassword === true : options.password,
          force,
        }),
    );
    printKeys(print, [key]);
    return 0;
  },
};
