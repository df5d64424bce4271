/**
 * Room: keyring. May: read the wallets (write them only while keys are made), env BT_PW_*. Never: net, run.
 * Behind `af wallet`: works for the person at the terminal, and asks and tells that person itself, so that no secret is in a message.
 * @module
 */
import { toHex, utf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { serveRoom } from "../room/serve.ts";
import { openKeyfile } from "../wallet/file.ts";
import type { KeyPair } from "../wallet/keypair.ts";
import { makeKeys, takeKey, takePublicKey } from "./keys.ts";
import { keyFacts, keyPath, listKeys, walletKeys } from "./look.ts";
import { passwordsFor } from "./secrets.ts";
import { checkText } from "./text.ts";
import type { FromFd, KeyFacts, KeyName, KeyringRoom } from "./types.ts";

const room: KeyringRoom = {
  make: makeKeys,
  take: takeKey,
  takePublic: takePublicKey,
  list: listKeys,
  async show(options) {
    if (options.hotkey !== null) return [await existing(options)];
    const keys = await walletKeys(options);
    return keys.length > 0 ? keys : [await existing(options)];
  },
  async unlock(options) {
    const facts = await existing(options);
    const key = await opened(options);
    key.wipe();
    if (key.address === facts.address) return facts;
    if (facts.address === null) return { ...facts, address: key.address, publicKey: `0x${toHex(key.publicKey)}` };
    throw new WalletError(`Keyfile ${facts.path} holds the key of ${key.address}, but its public half names another`, {
      code: "mismatch",
    });
  },
  async sign(options) {
    checkText(options.text);
    const key = await opened(options);
    try {
      return { address: key.address, signature: `0x${toHex(key.sign(utf8(options.text)))}` };
    } finally {
      key.wipe();
    }
  },
};

function opened(options: KeyName & FromFd): Promise<KeyPair> {
  return openKeyfile(keyPath(options), passwordsFor(options));
}

async function existing(name: KeyName): Promise<KeyFacts> {
  const facts = await keyFacts(name);
  if (facts) return facts;
  throw new WalletError(
    `There is no keyfile at ${keyPath(name)}; check the names of coldkey and hotkey (af wallet list)`,
    { code: "missing" },
  );
}

serveRoom({ ...room });
