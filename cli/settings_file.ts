/** The settings file: one JSON object of texts, for its owner only, replaced as a whole. @module */
import { dirname } from "node:path";
import { ConfigError, errorText } from "../core/base/errors.ts";

/** Reads the file; a file that does not exist has no settings. @throws {ConfigError} if it is broken or others can read it. */
export function readSettings(path: string): Record<string, string> {
  let text: string;
  try {
    checkMode(path, Deno.statSync(path));
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    if (cause instanceof Deno.errors.NotFound) return {};
    const why = cause instanceof TypeError ? "it is not UTF-8 text" : errorText(cause);
    throw new ConfigError(`Settings file ${path} cannot be read: ${why}`, { cause });
  }
  return parseSettings(path, text);
}

function checkMode(path: string, info: Deno.FileInfo): void {
  if (!info.isFile) throw new ConfigError(`Settings file ${path} is not a file; move it away`);
  if (info.size > 1_000_000) throw new ConfigError(`Settings file ${path} is larger than 1 MB; it is not af's`);
  if (Deno.build.os !== "windows" && info.mode !== null && (info.mode & 0o077) !== 0) {
    throw new ConfigError(`Settings file ${path} is open to other users; run: chmod 600 ${path}`, { code: "mode" });
  }
}

function parseSettings(path: string, text: string): Record<string, string> {
  const broken = `Settings file ${path} is broken`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and the text holds secrets.
    throw new ConfigError(`${broken}: it is not JSON; repair it, or move it away and set your settings again`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${broken}: it must be one JSON object of texts`);
  }
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== "string") {
      throw new ConfigError(`${broken}: the value of ${JSON.stringify(key)} must be a text`);
    }
  }
  return value as Record<string, string>;
}

/**
 * Changes keys of the file (undefined removes one) and returns what it holds then. A reader sees the old file or the
 * new one, never a part; a second writer waits. Keys that this version does not know are kept.
 * @throws {ConfigError} if the file is broken or cannot be written.
 */
export async function writeSettings(
  path: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const directory = dirname(path);
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    using lock = await Deno.open(`${path}.lock`, { create: true, write: true, mode: 0o600 });
    await lock.lock(true);
    const settings = readSettings(path);
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) delete settings[key];
      else settings[key] = value;
    }
    const sorted = Object.fromEntries(Object.entries(settings).sort(([a], [b]) => a < b ? -1 : 1));
    await replaceFile(path, `${JSON.stringify(sorted, null, 2)}\n`);
    return sorted;
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`Settings file ${path} cannot be written: ${errorText(cause)}`, { cause });
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    using file = await Deno.open(temporary, { createNew: true, write: true, mode: 0o600 });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    await Deno.rename(temporary, await target(path));
  } catch (cause) {
    await Deno.remove(temporary).catch(() => undefined);
    throw cause;
  }
}

/** The file behind a link, so that the link stays. */
async function target(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return path;
    throw cause;
  }
}
