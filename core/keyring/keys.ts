/** Makes and imports keys. @module */
import { fromHex, fromUtf8 } from "../base/bytes.ts";
import { WalletError } from "../base/errors.ts";
import { decodeAddress } from "../base/ss58.ts";
import { encryptKeyfile } from "../wallet/cipher.ts";
import { keyfileBytes } from "../wallet/keyfile.ts";
import { KeyPair, SEED_BYTES } from "../wallet/keypair.ts";
import { publicPath } from "../wallet/names.ts";
import { newPhrase, seedOfPhrase, tidyPhrase } from "../wallet/phrase.ts";
import { checkFree, filesOf, type NewKey, writeKeys } from "../wallet/write.ts";
import { keyFacts, keyPath } from "./look.ts";
import { importedSecret, newPassword, type PasswordPlace, whileDeriving } from "./secrets.ts";
import { canTell, tell } from "./terminal.ts";
import type { KeyFacts, KeyName, MakeOptions, TakeOptions, TakePublicOptions } from "./types.ts";

const WARNING = `
Write these words down on paper, in their order, and keep them where nobody else looks. Whoever has them has the key and
everything that it owns; without them a lost file or a forgotten password cannot be mended. They are shown only this once.
`;

/** A fresh wallet, or one key of it. */
export async function makeKeys(options: MakeOptions): Promise<KeyFacts[]> {
  const { which, force, show } = options;
  const names: KeyName[] = [];
  if (which !== "hotkey") names.push({ ...options, hotkey: null });
  if (which !== "coldkey") names.push(options);
  if (!force) await checkAllFree(names, which);
  if (show && !canTell()) {
    throw new WalletError(
      "There is no terminal to show the phrase on; run af on one, or add --hide-phrase (the keyfile holds the phrase, too)",
      { code: "no_terminal" },
    );
  }
  const passwords: (Uint8Array | null)[] = [];
  const keys: NewKey[] = [];
  const phrases: string[] = [];
  try {
    for (const name of names) passwords.push(await passwordOf(options, name, options.encrypt));
    for (const [i, name] of names.entries()) {
      const phrase = newPhrase(options.words);
      phrases.push(phrase);
      const seed = seedOfPhrase(phrase)!;
      keys.push(await fresh(name, { seed, phrase }, passwords[i]!));
    }
    await writeKeys(keys, { force });
  } finally {
    for (const password of passwords) password?.fill(0);
    wipe(keys);
  }
  const facts = await written(names);
  if (show) {
    tell(WARNING);
    for (const [i, { kind, name, address }] of facts.entries()) {
      tell(`\n  ${kind} ${name} (${address}):\n  ${phrases[i]}\n`);
    }
    tell("\n");
  }
  return facts;
}

/** A key from its phrase or its seed. */
export async function takeKey(options: TakeOptions): Promise<KeyFacts> {
  const paths = pathsOf(options);
  if (!options.force) await checkFree(paths);
  const { seed, phrase } = readSecret(await importedSecret(options.secretFd));
  const encrypt = { coldkey: options.encrypt, hotkey: options.encrypt };
  let password: Uint8Array | null = null;
  let key: NewKey | null = null;
  try {
    password = await passwordOf(options, options, encrypt);
    key = await fresh(options, { seed, phrase }, password);
    await writeKeys([key], options);
  } finally {
    seed.fill(0);
    password?.fill(0);
    if (key) wipe([key]);
  }
  return (await written([options]))[0]!;
}

/** The public half alone: for whoever keeps the secret elsewhere. */
export async function takePublicKey(options: TakePublicOptions): Promise<KeyFacts> {
  const path = keyPath(options);
  let publicKey: Uint8Array;
  try {
    publicKey = decodeAddress(options.address);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new WalletError(`${JSON.stringify(options.address.slice(0, 60))} is no SS58 address`, { code: "usage" });
  }
  // Beside a secret it would be that secret's, and it is no business of an import.
  await checkFree(options.force ? [path] : pathsOf(options));
  await writeKeys([filesOf(path, publicKey, null)], options);
  return (await written([options]))[0]!;
}

function pathsOf(name: KeyName): string[] {
  const path = keyPath(name);
  return [path, publicPath(path)];
}

async function checkAllFree(names: readonly KeyName[], which: MakeOptions["which"]): Promise<void> {
  for (const name of names) {
    try {
      await checkFree(pathsOf(name));
    } catch (thrown) {
      const isColdkey = thrown instanceof WalletError && thrown.code === "exists" && name.hotkey === null;
      if (!isColdkey || which !== "both") throw thrown;
      throw new WalletError(`${thrown.message}; af wallet new hotkey adds a hotkey to the wallet`, { code: "exists" });
    }
  }
}

async function passwordOf(place: PasswordPlace, name: KeyName, encrypt: MakeOptions["encrypt"]) {
  const kind = name.hotkey === null ? "coldkey" : "hotkey";
  return encrypt[kind] ? await newPassword(place, keyPath(name), `${kind} ${name.hotkey ?? name.coldkey}`) : null;
}

/** The files of a key; wipes the seed. */
async function fresh(
  name: KeyName,
  { seed, phrase }: { seed: Uint8Array; phrase: string | undefined },
  password: Uint8Array | null,
): Promise<NewKey> {
  const key = new KeyPair(seed);
  const plain = keyfileBytes(seed, phrase);
  try {
    const bytes = password ? await whileDeriving(() => encryptKeyfile(plain, password)) : plain.slice();
    return filesOf(keyPath(name), key.publicKey, bytes);
  } finally {
    seed.fill(0);
    plain.fill(0);
    key.wipe();
  }
}

function wipe(keys: readonly NewKey[]): void {
  for (const { secret } of keys) secret?.bytes.fill(0);
}

async function written(names: readonly KeyName[]): Promise<KeyFacts[]> {
  const facts: KeyFacts[] = [];
  for (const name of names) {
    const one = await keyFacts(name);
    if (!one) throw new WalletError(`Keyfile ${keyPath(name)} was written and is gone again`, { code: "missing" });
    facts.push(one);
  }
  return facts;
}

/** A seed in hex, or a phrase. Wipes what it was given. @throws {WalletError} `malformed`, which quotes nothing. */
function readSecret(bytes: Uint8Array): { seed: Uint8Array; phrase: string | undefined } {
  let text: string;
  try {
    text = fromUtf8(bytes).trim();
  } catch {
    // No text is no phrase either.
    text = "";
  } finally {
    bytes.fill(0);
  }
  if (new RegExp(`^(0x)?[0-9a-fA-F]{${2 * SEED_BYTES}}$`).test(text)) return { seed: fromHex(text), phrase: undefined };
  const seed = seedOfPhrase(text);
  if (seed) return { seed, phrase: tidyPhrase(text) };
  throw new WalletError(
    "That is neither a phrase of 12 to 24 English words with a right checksum nor a seed of 64 hex digits; nothing was changed",
    { code: "malformed" },
  );
}
