/** Joining an embedded network that another process has started: for tests with several validators on one chain. @module */
import { ConfigError, errorText } from "../core/base/errors.ts";
import type { LocalReady } from "../core/local/network.ts";

/** What whoever started the network hands to one of its validators, as a file of JSON. */
export interface JoinFile {
  readonly ready: LocalReady;
  readonly netuid: number;
  /** Digest of the engine of the network's program environments; null = they are left out. */
  readonly engine: string | null;
  /** Root of this validator's salts, which the network knows. */
  readonly saltRoot: string;
  /** Its key, and where its journal is. */
  readonly walletPath: string;
  readonly journal: string;
}

/** Reads such a file. @throws {ConfigError} if it is none. */
export async function readJoinFile(path: string): Promise<JoinFile> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as JoinFile;
  } catch (cause) {
    throw new ConfigError(`--join names no file of an embedded network: ${errorText(cause)}`, { code: "usage", cause });
  }
}
