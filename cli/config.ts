/** Settings: the only reader of af's environment variables and of the settings file. @module */
import { join } from "node:path";
import { AfError, ConfigError } from "../core/base/errors.ts";
import { configDir, dataDir, expandHome, type ReadEnv } from "./paths.ts";
import { checkValue, setting, SETTING_KEYS, type SettingKey } from "./settings.ts";
import { readSettings, writeSettings } from "./settings_file.ts";

/** Where a value comes from. */
export const SOURCES = ["environment", "file", "default", "unset"] as const;
/** One of {@linkcode SOURCES}. */
export type Source = typeof SOURCES[number];

/** A setting with its value and where that is from. */
export interface Found {
  readonly key: SettingKey;
  readonly value: string | undefined;
  readonly source: Source;
}

/** Options of {@linkcode Config}. */
export interface ConfigOptions {
  /** @default {Deno.env.get} */
  readonly env?: ReadEnv;
  /** The settings file. @default {settings.json in the user's config directory} */
  readonly path?: string;
}

/** The settings of this user. The file is read when the first value is asked for. */
export class Config {
  readonly #env: ReadEnv;
  readonly #path: string | undefined;
  #file: Record<string, string> | undefined;
  /** Settings of a user; reads nothing yet. */
  constructor(options: ConfigOptions = {}) {
    this.#env = options.env ?? ((name) => Deno.env.get(name));
    this.#path = options.path;
  }
  /** The settings file, whether it exists or not. @throws {ConfigError} if no home is known. */
  get path(): string {
    return this.#path ?? join(configDir(this.#env), "settings.json");
  }
  /** A setting and its source. @throws {ConfigError} if the file or the value is broken. */
  find(key: SettingKey): Found {
    const fromEnv = this.#env(key);
    if (fromEnv) return { key, value: checkValue(key, fromEnv, "environment"), source: "environment" };
    this.#file ??= readSettings(this.path);
    const fromFile = this.#file[key];
    if (fromFile) return { key, value: checkValue(key, fromFile, `file ${this.path}`), source: "file" };
    const value = setting(key).default;
    return value === undefined
      ? { key, value: undefined, source: "unset" }
      : { key, value: setting(key).kind === "path" ? expandHome(value, this.#env) : value, source: "default" };
  }
  /** The value of a setting, if there is one. A path has its `~` replaced. @throws {ConfigError} as {@linkcode find}. */
  get(key: SettingKey): string | undefined {
    const { value } = this.find(key);
    return value !== undefined && setting(key).kind === "path" ? expandHome(value, this.#env) : value;
  }
  /** A path that a user gave elsewhere, with its `~` replaced. */
  expand(path: string): string {
    return expandHome(path, this.#env);
  }
  /** The value of a setting that a command cannot do without. @throws {ConfigError} that says how to set it. */
  need(key: SettingKey): string {
    const value = this.get(key);
    if (value === undefined) {
      throw new ConfigError(`${key} is not set (${setting(key).help}); run: af set ${key} VALUE`);
    }
    return value;
  }
  /** Directory of the journal. */
  get dataDir(): string {
    return this.get("AF_DATA_DIR") ?? dataDir(this.#env);
  }
  /** Keeps a value in the file, or removes it if it is empty. @throws {ConfigError} if it is refused or cannot be written. */
  async set(key: SettingKey, raw: string): Promise<void> {
    const value = raw.trim() === "" ? undefined : checkValue(key, raw);
    this.#file = await writeSettings(this.path, { [key]: value });
  }
  /** Values that must never be shown. A broken file gives none: whoever needs the file says so. */
  secrets(): string[] {
    const out: string[] = [];
    for (const key of SETTING_KEYS) {
      if (setting(key).kind !== "secret") continue;
      const fromEnv = this.#env(key)?.trim();
      if (fromEnv) out.push(fromEnv);
      try {
        this.#file ??= readSettings(this.path);
        if (this.#file[key]) out.push(this.#file[key].trim());
      } catch (thrown) {
        if (!(thrown instanceof AfError)) throw thrown;
      }
    }
    return out;
  }
}
