/** `af wallet new|import|list|show|sign|verify`: wallets as btcli has them. @module */
import { fromHex, utf8 } from "../../core/base/bytes.ts";
import { ConfigError } from "../../core/base/errors.ts";
import { decodeAddress, encodeAddress } from "../../core/base/ss58.ts";
import { isSignedBy } from "../../core/record/signature.ts";
import type { Command } from "../command.ts";
import { jsonOption } from "../options.ts";
import { create, take } from "../wallet_make.ts";
import {
  pathOption,
  readMessage,
  rootOf,
  type SecretOptions,
  secretOptions,
  type WalletOptions,
  walletOptions,
} from "../wallet_options.ts";
import { keyText, printKeys } from "../wallet_print.ts";
import { withKeyring } from "../wire_wallet.ts";

interface KeyOptions extends WalletOptions, SecretOptions {
  readonly hotkey?: string;
}

interface ShowOptions extends KeyOptions {
  readonly unlock?: boolean;
}

interface SignOptions extends KeyOptions {
  readonly message: string;
}

interface VerifyOptions {
  readonly address: string;
  readonly signature: string;
  readonly message: string;
}

const list: Command<Pick<WalletOptions, "walletPath">> = {
  name: "list",
  help: "list the wallets of this machine and their keys",
  configure: (parser) => void pathOption(jsonOption(parser)),
  async run({ config, print }, options) {
    const keys = await withKeyring(
      { root: rootOf(config, options), keys: [], fds: [] },
      (keyring, place) => keyring.list(place),
    );
    if (keys.length > 0 || print.json) printKeys(print, keys);
    else print.text("There is no wallet in this folder; af wallet new makes one");
    return 0;
  },
};

const show: Command<ShowOptions> = {
  name: "show",
  help: "show addresses and files of a wallet; never a secret",
  configure(parser) {
    secretOptions(walletOptions(jsonOption(parser)))
      .option("--hotkey <name>", "this hotkey only; without it the coldkey and all hotkeys")
      .option("--unlock", "open the secret, too: does the password fit, does the secret belong to the address");
  },
  async run({ config, print }, options) {
    const { coldkey, hotkey = null, passwordFd = null } = options;
    const keys = await withKeyring(
      { root: rootOf(config, options), keys: [{ coldkey, hotkey }], fds: [passwordFd] },
      async (keyring, place) =>
        options.unlock
          ? [await keyring.unlock({ ...place, coldkey, hotkey, passwordFd })]
          : await keyring.show({ ...place, coldkey, hotkey }),
    );
    const opened = options.unlock ? "\nopened      the secret belongs to the address" : "";
    print.answer(keys.map(keyText).join("\n\n") + opened, keys);
    return keys.some((key) => key.problem !== null) ? 1 : 0;
  },
};

const sign: Command<SignOptions> = {
  name: "sign",
  help: "sign a text with a key, to prove that it is yours",
  configure(parser) {
    secretOptions(walletOptions(jsonOption(parser.argument("<message>", "the text; - reads it from stdin"))))
      .option("--hotkey <name>", "sign with this hotkey; without it the coldkey signs")
      .addHelpText("after", "\nPrints the signature, 0x and 128 hex digits, as af wallet verify and btcli take it.");
  },
  async run({ config, print }, options) {
    const { coldkey, hotkey = null, passwordFd = null } = options;
    const text = await readMessage(options.message, passwordFd ?? undefined);
    const signed = await withKeyring(
      { root: rootOf(config, options), keys: [{ coldkey, hotkey }], fds: [passwordFd] },
      (keyring, place) => keyring.sign({ ...place, coldkey, hotkey, passwordFd, text }),
    );
    print.answer(signed.signature, { ...signed, message: text });
    return 0;
  },
};

const verify: Command<VerifyOptions> = {
  name: "verify",
  help: "check whose signature stands under a text; needs no wallet",
  configure(parser) {
    jsonOption(
      parser.argument("<address>", "SS58 address, or 0x and the public key")
        .argument("<signature>", "128 hex digits, with or without 0x")
        .argument("<message>", "the text; - reads it from stdin"),
    ).addHelpText("after", "\nExit code 0 if the signature is by that key, 1 if not.");
  },
  async run({ print }, options) {
    const address = addressOf(options.address);
    const signature = options.signature.toLowerCase();
    if (!/^(0x)?[0-9a-f]{128}$/.test(signature)) {
      throw new ConfigError("A signature is 128 hex digits, with or without 0x", { code: "usage" });
    }
    const text = await readMessage(options.message);
    // Wallets in browsers wrap what they sign, so that it can be no extrinsic.
    const valid = [text, `<Bytes>${text}</Bytes>`].some((signed) => isSignedBy(utf8(signed), signature, address));
    print.answer(
      valid ? `Valid: signed by ${address}` : `NOT valid: ${address} did not sign this text`,
      { valid, address, message: text },
    );
    return valid ? 0 : 1;
  },
};

function addressOf(text: string): string {
  try {
    return encodeAddress(/^0x[0-9a-fA-F]{64}$/.test(text) ? fromHex(text) : decodeAddress(text));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new ConfigError(`${JSON.stringify(text.slice(0, 60))} is neither an SS58 address nor a public key`, {
      code: "usage",
    });
  }
}

/** The command. */
export const command: Command = { name: "wallet", commands: [create, take, list, show, sign, verify] };
