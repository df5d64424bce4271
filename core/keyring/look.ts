/** Wallets as they lie on disk, without their secrets: names, addresses, how each is kept, what is wrong with it. @module */
import { toHex } from "../base/bytes.ts";
import { errorText, WalletError } from "../base/errors.ts";
import { decodeAddress } from "../base/ss58.ts";
import { encryptionOf } from "../wallet/cipher.ts";
import { readKeyfile, reason } from "../wallet/file.ts";
import { parseAddress } from "../wallet/keyfile.ts";
import { coldkeyPath, hotkeyPath, passwordVariable, PUBLIC_ENDING, publicPath, walletFolder } from "../wallet/names.ts";
import { typedPath } from "./secrets.ts";
import type { KeyFacts, KeyName, Place } from "./types.ts";

/** Every key of every wallet, in the order of their names. @throws {WalletError} `missing`, `unreadable`. */
export async function listKeys(place: Place): Promise<KeyFacts[]> {
  const names = await entries(place.root, `There are no wallets at ${place.root}; af wallet new makes one`);
  const out: KeyFacts[] = [];
  for (const name of names) {
    // What is no folder is no wallet, and neither is a name that nobody could give.
    const folder = namable(() => walletFolder(place.root, name));
    if (folder === null || !await isFolder(folder)) continue;
    out.push(...await walletKeys({ ...place, coldkey: name, hotkey: null }));
  }
  return out;
}

/** The coldkey of a wallet and all of its hotkeys; what is not there is left out. */
export async function walletKeys(name: KeyName): Promise<KeyFacts[]> {
  const out: KeyFacts[] = [];
  const coldkey = await keyFacts({ ...name, hotkey: null });
  if (coldkey) out.push(coldkey);
  const folder = `${walletFolder(name.root, name.coldkey)}/hotkeys`;
  const files = new Set(await entries(folder, null));
  // The public half of a hotkey whose secret is elsewhere is a hotkey, too.
  const hotkeys = new Set([...files].map((file) => file.endsWith(PUBLIC_ENDING) ? file.slice(0, -7) : file));
  for (const hotkey of [...hotkeys].sort()) {
    if (hotkey.endsWith(".part") || namable(() => hotkeyPath(name.root, name.coldkey, hotkey)) === null) continue;
    const facts = await keyFacts({ ...name, hotkey });
    if (facts) out.push(facts);
  }
  return out;
}

/** What can be said of one key; null if neither of its files is there. @throws {WalletError} `bad_name`. */
export async function keyFacts(name: KeyName): Promise<KeyFacts | null> {
  const path = keyPath(name);
  let secret: KeyFacts["secret"] = "unknown";
  let problem: string | null = null;
  let own: string | null = null;
  const note = (thrown: unknown) => problem ??= errorText(thrown);
  try {
    const bytes = await readKeyfile(path);
    try {
      secret = encryptionOf(bytes);
      if (secret === "plain") own = parseAddress(bytes, path);
    } finally {
      bytes.fill(0);
    }
  } catch (thrown) {
    if (isMissing(thrown)) secret = "public";
    else note(thrown);
  }
  let address = own;
  try {
    address = parseAddress(await readKeyfile(publicPath(path), true), publicPath(path));
    if (own !== null && own !== address) {
      note(`${publicPath(path)} names another key than ${path}; remove the wrong one`);
    }
  } catch (thrown) {
    if (!isMissing(thrown)) note(thrown);
    else if (secret === "public") return null;
  }
  return {
    kind: name.hotkey === null ? "coldkey" : "hotkey",
    wallet: name.coldkey,
    name: name.hotkey ?? name.coldkey,
    path,
    address: own ?? address,
    publicKey: own ?? address ? `0x${toHex(decodeAddress((own ?? address)!))}` : null,
    secret,
    variable: passwordVariable(typedPath(name, path)),
    problem,
  };
}

/** Path of a key's secret. @throws {WalletError} `bad_name`. */
export function keyPath({ root, coldkey, hotkey }: KeyName): string {
  return hotkey === null ? coldkeyPath(root, coldkey) : hotkeyPath(root, coldkey, hotkey);
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof WalletError && thrown.code === "missing";
}

/** A path, or null if a name in it is none that could be given. */
function namable(path: () => string): string | null {
  try {
    return path();
  } catch (thrown) {
    if (thrown instanceof WalletError) return null;
    throw thrown;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (thrown) {
    // A link that leads nowhere, or to where the room may not look.
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

/** Names in a folder, sorted; without `missing` a folder that is not there has none. */
async function entries(folder: string, missing: string | null): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory) {
      if (missing === null) return [];
      throw new WalletError(missing, { code: "missing" });
    }
    throw new WalletError(`Cannot read folder ${folder}: ${reason(thrown)}`, { code: "unreadable", cause: thrown });
  }
  return names.sort();
}
