/** Joins `af wallet` to its room: works out what the room may touch, opens it, and gives up everything else. @module */
import { resolve } from "node:path";
import { openKeyring } from "../core/keyring/client.ts";
import type { KeyName, KeyringRoom, Place } from "../core/keyring/types.ts";
import { boundary, WalletError } from "../core/base/errors.ts";
import { revokeAll } from "../core/room/open.ts";
import { coldkeyPath, hotkeyPath, publicPath } from "../core/wallet/names.ts";

/** Options of {@linkcode withKeyring}. */
export interface WithKeyringOptions {
  /** Folder of the wallets as the user writes it, with the tilde resolved. */
  readonly root: string;
  /** Keys that are asked for by name; none = all wallets. */
  readonly keys: readonly { readonly coldkey: string; readonly hotkey: string | null }[];
  /** Whether keys are made. @default {false} */
  readonly write?: boolean;
  /** Numbers of open files that secrets are read from. */
  readonly fds: readonly (number | null)[];
}

/**
 * Runs work with the keyring's room; this process has no right left from then on.
 * @throws {WalletError} what the room throws, `bad_name`.
 */
export async function withKeyring<T>(
  options: WithKeyringOptions,
  work: (keyring: KeyringRoom, place: Place) => Promise<T>,
): Promise<T> {
  const root = await realPath(resolve(options.root));
  const room = await openKeyring({
    places: await placesOf(root, options.keys),
    write: options.write ?? false,
    fds: options.fds.filter((fd) => fd !== null),
  });
  try {
    await revokeAll();
    return await work(room.call, { root, typed: options.root });
  } finally {
    room.close();
  }
}

/** The folder of the wallets, and where links in it lead: wallets are often on another disk. */
async function placesOf(root: string, keys: WithKeyringOptions["keys"]): Promise<string[]> {
  const places = [root];
  const names: Omit<KeyName, keyof Place>[] = [...keys];
  if (names.length === 0) {
    for (const coldkey of await linksIn(root)) names.push({ coldkey, hotkey: null });
  }
  for (const { coldkey, hotkey } of names) {
    const secrets = [coldkeyPath(root, coldkey), ...hotkey === null ? [] : [hotkeyPath(root, coldkey, hotkey)]];
    const folder = `${root}/${coldkey}`;
    for (const path of [folder, `${folder}/hotkeys`, ...secrets.flatMap((secret) => [secret, publicPath(secret)])]) {
      const real = await realPath(path);
      if (!places.some((place) => real === place || real.startsWith(`${place}/`))) places.push(real);
    }
  }
  return places;
}

async function linksIn(root: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(root)) if (entry.isSymlink) names.push(entry.name);
  } catch (thrown) {
    // The room says better what is wrong with the folder.
    if (thrown instanceof Error) return [];
    throw thrown;
  }
  return names.filter((name) => !/\p{Cc}|\p{Cf}/u.test(name) && name.length <= 200);
}

/** Where a path leads; of a path that is not there, where the part of it leads that is. */
async function realPath(path: string): Promise<string> {
  return await boundary(WalletError, `Cannot resolve ${path}`, async () => {
    try {
      return await Deno.realPath(path);
    } catch (thrown) {
      const cut = path.lastIndexOf("/");
      if (!(thrown instanceof Deno.errors.NotFound) || cut <= 0) return path;
      return `${await realPath(path.slice(0, cut))}${path.slice(cut)}`;
    }
  });
}
