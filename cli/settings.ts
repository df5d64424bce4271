/** The settings that af knows, and the check of each value. Pure. @module */
import { ConfigError } from "../core/base/errors.ts";
import { hint } from "./nearest.ts";

/** What a setting's value may be. */
export const SETTING_KINDS = ["secret", "text", "url", "path", "network", "netuid", "block"] as const;
/** One of {@linkcode SETTING_KINDS}. */
export type SettingKind = typeof SETTING_KINDS[number];

/** One setting. */
export interface Setting {
  readonly kind: SettingKind;
  /** One line for `af get` and the documentation. */
  readonly help: string;
  readonly default?: string;
}

/** Every setting by its key; an environment variable of the same name wins over the file. */
export const SETTINGS = {
  CHUTES_API_KEY: { kind: "secret", help: "key for inference on Chutes" },
  CHUTE_USER: { kind: "text", help: "user name on Chutes, for push" },
  HF_TOKEN: { kind: "secret", help: "Hugging Face token, for pull and push" },
  HF_USER: { kind: "text", help: "Hugging Face user name, for push" },
  R2_BUCKET_ID: { kind: "text", help: "bucket of the public records" },
  R2_ACCOUNT_ID: { kind: "text", help: "account of the bucket" },
  R2_WRITE_ACCESS_KEY_ID: { kind: "secret", help: "key id that may write the bucket" },
  R2_WRITE_SECRET_ACCESS_KEY: { kind: "secret", help: "secret key that may write the bucket" },
  AF_BUCKET_ENDPOINT: { kind: "url", help: "S3-compatible service of the bucket, in place of R2_ACCOUNT_ID's" },
  AF_BUCKET_REGION: { kind: "text", help: "region of the bucket", default: "auto" },
  AF_BUCKET_PREFIX: { kind: "text", help: "what the keys of objects begin with in the bucket", default: "af" },
  AF_BUCKET_PUBLIC_URL: { kind: "url", help: "where everybody can read the bucket: <url>/objects/<hash>" },
  CHUTES_INFERENCE_URL: {
    kind: "url",
    help: "OpenAI-compatible inference; {slug} is the chute's",
    default: "https://{slug}.chutes.ai/v1",
  },
  CHUTES_MANAGEMENT_URL: { kind: "url", help: "management API of Chutes", default: "https://api.chutes.ai" },
  AF_HOSTED_URL: {
    kind: "url",
    help: "your own OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1: candidates are checked on it",
  },
  AF_HOSTED_KEY: { kind: "secret", help: "key of AF_HOSTED_URL, if it wants one" },
  HF_URL: { kind: "url", help: "Hugging Face hub", default: "https://huggingface.co" },
  BT_WALLET_PATH: { kind: "path", help: "directory of the Bittensor wallets", default: "~/.bittensor/wallets" },
  AF_NETWORK: { kind: "network", help: "finney, test, local or an endpoint (wss://…)", default: "finney" },
  AF_NETUID: { kind: "netuid", help: "subnet", default: "120" },
  AF_GENESIS_BLOCK: { kind: "block", help: "block from which validators that pool replay the log: one number for all" },
  AF_DATA_DIR: { kind: "path", help: "directory of the journal; by default the user's data directory" },
} as const satisfies Record<string, Setting>;

/** Key of a setting. */
export type SettingKey = keyof typeof SETTINGS;
/** All keys, in the order in which they are shown. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** The setting of a key. */
export function setting(key: SettingKey): Setting {
  return SETTINGS[key];
}

/** The key that a user typed. @throws {ConfigError} code `usage`, with the nearest known key, if there is none. */
export function settingKey(word: string): SettingKey {
  if (Object.hasOwn(SETTINGS, word)) return word as SettingKey;
  const shown = JSON.stringify(word.slice(0, 80));
  throw new ConfigError(`Unknown setting ${shown}${hint(word, SETTING_KEYS)}; af get lists all`, { code: "usage" });
}

/**
 * The value as it is kept: checked, and trimmed at its ends.
 * @param origin where the value is from, for the message: `argument`, `environment` or `file`.
 * @throws {ConfigError} code `usage`; the message never repeats a secret.
 */
export function checkValue(key: SettingKey, raw: string, origin = "argument"): string {
  const value = raw.trim();
  const refuse = (why: string): never => {
    throw new ConfigError(`${key} (${origin}) ${why}`, { code: "usage" });
  };
  // deno-lint-ignore no-control-regex -- that is what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) refuse("must be one line without control characters");
  if (value.length > 4096) refuse("is longer than 4096 characters");
  switch (setting(key).kind) {
    case "secret":
      if (/\s/.test(value)) refuse("must not hold white space");
      break;
    case "url":
      checkUrl(value, ["https:", "http:"], refuse);
      break;
    case "network":
      if (!["finney", "test", "local"].includes(value)) checkUrl(value, ["wss:", "ws:"], refuse);
      break;
    case "block":
      if (!/^\d{1,12}$/.test(value)) refuse("must be a whole number");
      break;
    case "netuid":
      if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) refuse("must be a whole number from 0 to 65535");
      break;
  }
  return value;
}

function checkUrl(value: string, protocols: readonly string[], refuse: (why: string) => never): void {
  const wanted = `must be an address like ${protocols[0]}//host`;
  const url = URL.parse(value.replaceAll("{slug}", "slug"));
  if (!url || !protocols.includes(url.protocol)) return refuse(wanted);
  if (url.username || url.password) refuse("must not hold a user name or password");
  if (url.search || url.hash) refuse("must end with its path, without ? and #");
}

/** A secret as it may be shown: its last four characters, and only if it is long enough to keep the rest. */
export function mask(value: string): string {
  return value.length >= 20 ? `****${value.slice(-4)}` : "****";
}
