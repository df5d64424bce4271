/** Where a validator publishes, from its settings. @module */
import { ConfigError } from "../core/base/errors.ts";
import type { S3Settings } from "../core/bucket/s3.ts";
import { urlFault } from "../core/record/validator_statement.ts";
import type { Config } from "./config.ts";
import type { SettingKey } from "./settings.ts";

/** A bucket as the settings name it. */
export interface BucketPlan extends Omit<S3Settings, "timeoutMs"> {
  /** Where everybody can read it, null if it does not say. */
  readonly url: string | null;
}

/** Settings that ask for publishing: one of them is enough to want all that it takes. */
const ASKING = [
  "R2_BUCKET_ID",
  "R2_ACCOUNT_ID",
  "R2_WRITE_ACCESS_KEY_ID",
  "R2_WRITE_SECRET_ACCESS_KEY",
  "AF_BUCKET_ENDPOINT",
] as const satisfies readonly SettingKey[];

/** Every setting of the bucket: names that the process that opens it may see. */
export const BUCKET_SETTINGS: readonly SettingKey[] = [
  ...ASKING,
  "AF_BUCKET_REGION",
  "AF_BUCKET_PREFIX",
  "AF_BUCKET_PUBLIC_URL",
];

/**
 * The bucket, or null where no setting asks for one.
 * @throws {ConfigError} code `usage` where some of what it takes is missing or malformed.
 */
export function bucketPlan(config: Config): BucketPlan | null {
  const values = Object.fromEntries(ASKING.map((key) => [key, config.get(key)])) as Record<
    typeof ASKING[number],
    string | undefined
  >;
  if (ASKING.every((key) => values[key] === undefined)) return null;
  const missing: string[] = ASKING.slice(0, 4).filter((key) => key !== "R2_ACCOUNT_ID" && values[key] === undefined);
  const { R2_ACCOUNT_ID: account, AF_BUCKET_ENDPOINT: own } = values;
  if (account === undefined && own === undefined) missing.push("R2_ACCOUNT_ID (or AF_BUCKET_ENDPOINT)");
  if (missing.length > 0) {
    throw refuse(`Publishing is set up in part, but not ${missing.join(", ")}; set it, or remove the others (af get)`);
  }
  if (own === undefined && !/^[0-9a-zA-Z]{1,64}$/.test(account!)) {
    throw refuse("R2_ACCOUNT_ID is no account: letters and digits only");
  }
  if (!/^[\w][\w.-]{1,62}$/.test(values.R2_BUCKET_ID!)) {
    throw refuse("R2_BUCKET_ID is no name of a bucket: letters, digits, - and . only");
  }
  const prefix = config.need("AF_BUCKET_PREFIX");
  if (!/^[\w.-]{1,64}(\/[\w.-]{1,64}){0,8}$/.test(prefix) || /(^|\/)\.\.?(\/|$)/.test(prefix)) {
    throw refuse("AF_BUCKET_PREFIX is no path of letters, digits, -, _ and .");
  }
  return {
    endpoint: own === undefined ? `https://${account}.r2.cloudflarestorage.com` : own.replace(/\/$/, ""),
    region: config.need("AF_BUCKET_REGION"),
    bucket: values.R2_BUCKET_ID!,
    prefix,
    accessKeyId: values.R2_WRITE_ACCESS_KEY_ID!,
    secretAccessKey: values.R2_WRITE_SECRET_ACCESS_KEY!,
    url: publicUrl(config),
  };
}

/** The public address in the one spelling that is committed on chain. */
function publicUrl(config: Config): string | null {
  const value = config.get("AF_BUCKET_PUBLIC_URL")?.replace(/\/+$/, "");
  if (value === undefined) return null;
  const fault = urlFault(value);
  if (fault !== null) throw refuse(`AF_BUCKET_PUBLIC_URL cannot be committed on chain: ${fault}`);
  return value;
}

function refuse(text: string): ConfigError {
  return new ConfigError(text, { code: "usage" });
}
