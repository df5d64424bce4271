/** Opens the keyring room, for the process of `af wallet`. @module */
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { KeyringRoom } from "./types.ts";

/** Options of {@linkcode openKeyring}. */
export interface OpenKeyringOptions {
  /** Folders and files of the wallets, links resolved. */
  readonly places: readonly string[];
  /** Whether it may write them. */
  readonly write: boolean;
  /** Numbers of open files that it may read; 0 needs no right. */
  readonly fds: readonly number[];
}

/** A person may look for a phrase for as long as it takes, in milliseconds. */
const CALL_MS = 86_400_000;

/** Opens the room. */
export async function openKeyring({ places, write, fds }: OpenKeyringOptions): Promise<OpenRoom<KeyringRoom>> {
  const open = fds.filter((fd) => fd !== 0).map((fd) => `/dev/fd/${fd}`);
  return await openRoom<KeyringRoom>("keyring", {
    scope: { read: [...places, ...open], write: write ? places : [] },
    callTimeoutMs: CALL_MS,
  });
}
