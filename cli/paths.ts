/** Directories of the user: where settings and data live on each system. @module */
import { join } from "node:path";
import { ConfigError } from "../core/base/errors.ts";

/** Reads one environment variable. */
export type ReadEnv = (name: string) => string | undefined;

/** The user's home. @throws {ConfigError} if the environment does not say. */
export function homeDir(env: ReadEnv): string {
  const home = env("HOME") || env("USERPROFILE");
  if (!home) throw new ConfigError("HOME is not set, so af cannot find your settings; set it or XDG_CONFIG_HOME");
  return home;
}

/** `~/x` with the home in place of `~`. */
export function expandHome(path: string, env: ReadEnv): string {
  return path === "~" || path.startsWith("~/") ? join(homeDir(env), path.slice(1)) : path;
}

/** Directory of the settings file. */
export function configDir(env: ReadEnv, os: typeof Deno.build.os = Deno.build.os): string {
  const xdg = env("XDG_CONFIG_HOME");
  if (xdg) return join(xdg, "af");
  if (os === "windows") return join(env("APPDATA") || join(homeDir(env), "AppData", "Roaming"), "af");
  if (os === "darwin") return join(homeDir(env), "Library", "Application Support", "af");
  return join(homeDir(env), ".config", "af");
}

/** Directory of the journal and everything else that af makes. */
export function dataDir(env: ReadEnv, os: typeof Deno.build.os = Deno.build.os): string {
  const xdg = env("XDG_DATA_HOME");
  if (xdg) return join(xdg, "af");
  if (os === "windows") return join(env("LOCALAPPDATA") || join(homeDir(env), "AppData", "Local"), "af", "data");
  if (os === "darwin") return join(homeDir(env), "Library", "Application Support", "af", "data");
  return join(homeDir(env), ".local", "share", "af");
}
