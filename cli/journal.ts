/** Where journals are: one directory for each validator, one for each run of the embedded network. @module */
import { join, resolve } from "node:path";
import { ConfigError, errorText } from "../core/base/errors.ts";

/** Who validates. */
export interface Who {
  readonly netuid: number;
  readonly coldkey: string;
  readonly hotkey: string;
}

/** Runs of the embedded network are thrown away after a day. */
const KEEP_MS = 86_400_000;

/** A name as part of a path. @throws {ConfigError} for one that would leave its directory. */
function part(name: string): string {
  if (!/^[\w][\w.-]{0,63}$/.test(name)) {
    throw new ConfigError(
      `The name ${JSON.stringify(name.slice(0, 64))} cannot be part of a path; use letters, digits, - and _`,
      {
        code: "usage",
      },
    );
  }
  return name;
}

/** Makes a data directory, or finds it, for its owner alone. @throws {ConfigError} if there can be none. */
export async function makeDataDir(dataDir: string): Promise<void> {
  const path = resolve(dataDir);
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError(
      `There can be no data directory ${path} (${errorText(cause)}); name another with --data-dir`,
      { cause },
    );
  }
}

/** Directory of a validator's journal: absolute. */
export function journalDir(dataDir: string, who: Who): string {
  return join(resolve(dataDir), `journal-${who.netuid}`, `${part(who.coldkey)}-${part(who.hotkey)}`);
}

/** A fresh directory for a run of the embedded network; runs of former days are removed. @throws {ConfigError} as {@linkcode makeDataDir}. */
export async function newLocalRun(dataDir: string, seed: string): Promise<string> {
  await makeDataDir(dataDir);
  const root = join(resolve(dataDir), "local");
  for (const run of await localRuns(dataDir)) {
    if (Date.now() - run.madeAt > KEEP_MS) await Deno.remove(run.path, { recursive: true });
  }
  const path = join(root, `${part(seed)}-${Date.now()}`);
  await makeDataDir(path);
  return path;
}

/** Runs of the embedded network, the newest first. */
export async function localRuns(dataDir: string): Promise<{ path: string; madeAt: number }[]> {
  const root = join(resolve(dataDir), "local");
  const runs: { path: string; madeAt: number }[] = [];
  try {
    for await (const entry of Deno.readDir(root)) {
      const madeAt = Number(/-(\d{13})$/.exec(entry.name)?.[1]);
      if (entry.isDirectory && madeAt) runs.push({ path: join(root, entry.name), madeAt });
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new ConfigError(`The data directory ${dataDir} cannot be read: ${errorText(error)}`, { cause: error });
  }
  return runs.sort((a, b) => b.madeAt - a.madeAt);
}
