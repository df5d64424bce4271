/** Checks of the machine that af runs on: each ends in one line that says what to do. @module */
import { join } from "node:path";
import { errorText } from "../core/base/errors.ts";
import { lookAtSandbox } from "./wire_sandbox.ts";
import type { Config } from "./config.ts";
import { bucketPlan } from "./publishing.ts";
import type { SettingKey } from "./settings.ts";
import { tryBucket } from "./wire_bucket.ts";

/** Results of a check, the best first. */
export const VERDICTS = ["ok", "warn", "fail"] as const;
/** One of {@linkcode VERDICTS}. */
export type Verdict = typeof VERDICTS[number];

/** The result of one check. */
export interface Finding {
  readonly verdict: Verdict;
  readonly what: string;
  /** What was found, and what to do if it is not ok. */
  readonly text: string;
}

/** The least Deno that af runs on: the one that its binary is built with. */
export const LEAST_DENO = "2.6.10";

/** Whether a version such as `2.9.6` is at least another. */
export function atLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(/[.+-]/).map(Number));
  for (let i = 0; i < 3; i++) if (a![i] !== b![i]) return (a![i] ?? 0) > (b![i] ?? 0);
  return true;
}

/** Runs every check that needs no network. Never throws for what it finds. */
export async function examine(config: Config): Promise<Finding[]> {
  const out = [checkDeno(), check("settings", () => checkSettings(config))];
  out.push(await checkAsync("data directory", () => checkData(config)));
  out.push(check("wallets", () => checkWallets(config)));
  for (const key of ["CHUTES_INFERENCE_URL", "CHUTES_MANAGEMENT_URL", "HF_URL"] as const) {
    out.push(check(key, () => ok(key, `${config.get(key)} (${config.find(key).source})`)));
  }
  for (const [key, use] of [["CHUTES_API_KEY", "validate and eval"], ["HF_TOKEN", "pull and push"]] as const) {
    out.push(check(key, () => checkKey(config, key, use)));
  }
  out.push(check("hosted check", () => checkHosted(config)));
  out.push(check("publishing", () => checkPublishing(config)));
  out.push(await checkAsync("sandbox", checkSandbox));
  out.push(check("network", () => ok("network", `${config.get("AF_NETWORK")}, subnet ${config.get("AF_NETUID")}`)));
  return out;
}

/** Tries the bucket, where the settings name one: writes an object that says nothing and reads it back. Uses its keys. */
export async function examineBucket(config: Config): Promise<Finding[]> {
  const what = "bucket";
  const finding = await checkAsync(what, async () => {
    const plan = bucketPlan(config);
    if (plan === null) return ok(what, "none in the settings");
    const isPublic = await tryBucket(plan);
    const where = `${plan.bucket} at ${new URL(plan.endpoint).host} can be written and read`;
    if (isPublic === null) {
      return { verdict: "warn", what, text: `${where}; AF_BUCKET_PUBLIC_URL does not say where others can read it` };
    }
    if (isPublic) return ok(what, `${where}, and read at ${plan.url}`);
    const text = `${where}, but ${plan.url}/objects/… does not have what was written; check AF_BUCKET_PUBLIC_URL`;
    return { verdict: "fail", what, text };
  });
  return [finding];
}

/** Tries the endpoints: any HTTP answer counts, for keys are not sent. */
export async function examineNetwork(config: Config, signal: AbortSignal): Promise<Finding[]> {
  const keys = ["CHUTES_INFERENCE_URL", "CHUTES_MANAGEMENT_URL", "HF_URL"] as const;
  return await Promise.all(keys.map((key) => {
    const what = `reach ${key}`;
    return checkAsync(what, async () => {
      const url = config.need(key).replaceAll("{slug}", "llm");
      const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
      const response = await fetch(url, { method: "HEAD", redirect: "manual", signal: limit });
      await response.body?.cancel();
      return ok(what, `${url} answers (HTTP ${response.status})`);
    });
  }));
}

function ok(what: string, text: string): Finding {
  return { verdict: "ok", what, text };
}

function check(what: string, work: () => Finding): Finding {
  try {
    return work();
  } catch (thrown) {
    return { verdict: "fail", what, text: errorText(thrown) };
  }
}

async function checkAsync(what: string, work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (thrown) {
    return { verdict: "fail", what, text: errorText(thrown) };
  }
}

function checkDeno(): Finding {
  const version = Deno.version.deno;
  if (atLeast(version, LEAST_DENO)) return ok("Deno", `${version} on ${Deno.build.target}`);
  return { verdict: "fail", what: "Deno", text: `${version} is too old; install ${LEAST_DENO} or newer` };
}

function checkSettings(config: Config): Finding {
  const found = config.find("CHUTE_USER");
  const mode = fileMode(config.path);
  if (mode === undefined) {
    return { verdict: "warn", what: "settings", text: `${config.path} does not exist yet; af set KEY VALUE makes it` };
  }
  return ok(
    "settings",
    `${config.path}, mode ${mode.toString(8)}${found.source === "environment" ? ", environment wins" : ""}`,
  );
}

async function checkData(config: Config): Promise<Finding> {
  const directory = config.dataDir;
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const trial = join(directory, `doctor-${crypto.randomUUID()}`);
  await Deno.writeTextFile(trial, "af", { createNew: true });
  await Deno.remove(trial);
  return ok("data directory", `${directory} can be written`);
}

function checkPublishing(config: Config): Finding {
  const plan = bucketPlan(config);
  if (plan === null) return ok("publishing", "no bucket in the settings: records stay on this machine");
  const where = plan.url === null ? "no public address" : `public at ${plan.url}`;
  return ok("publishing", `bucket ${plan.bucket} at ${new URL(plan.endpoint).host}, under ${plan.prefix}/, ${where}`);
}

function checkHosted(config: Config): Finding {
  const url = config.get("AF_HOSTED_URL");
  const text = url === undefined
    ? "no AF_HOSTED_URL in the settings: candidates are not checked for hiding a better model"
    : `candidates are checked at ${url}, ${config.get("AF_HOSTED_KEY") === undefined ? "without a key" : "with a key"}`;
  return ok("hosted check", text);
}

async function checkSandbox(): Promise<Finding> {
  const { engine, layers } = await lookAtSandbox();
  const around = layers.length > 0 ? `around it ${layers.join("; ")}` : "nothing of the operating system around it";
  if (engine === null) {
    const text = `no Python engine, so only JavaScript runs; deno task engine builds it; ${around}`;
    return { verdict: "warn", what: "sandbox", text };
  }
  return ok("sandbox", `Python engine ${engine.slice(0, 16)}, ${around}`);
}

function checkWallets(config: Config): Finding {
  const directory = config.need("BT_WALLET_PATH");
  if (fileMode(directory) === undefined) {
    const text = `${directory} does not exist; validators and miners need a wallet (or set BT_WALLET_PATH)`;
    return { verdict: "warn", what: "wallets", text };
  }
  const names = [...Deno.readDirSync(directory)].filter((entry) => entry.isDirectory).map((entry) => entry.name);
  const open = names.flatMap((name) => secretFiles(join(directory, name))).filter((path) =>
    (fileMode(path)! & 0o077) !== 0
  );
  if (open.length > 0) {
    return { verdict: "fail", what: "wallets", text: `${open[0]} is open to other users; run: chmod 600 ${open[0]}` };
  }
  return ok("wallets", `${directory} has ${names.length}, closed to other users`);
}

function secretFiles(wallet: string): string[] {
  const hotkeys = join(wallet, "hotkeys");
  const names = fileMode(hotkeys) === undefined ? [] : [...Deno.readDirSync(hotkeys)].map((entry) => entry.name);
  const paths = [
    join(wallet, "coldkey"),
    ...names.filter((name) => !name.endsWith("pub.txt")).map((n) => join(hotkeys, n)),
  ];
  return paths.filter((path) => fileMode(path) !== undefined);
}

function checkKey(config: Config, what: SettingKey, use: string): Finding {
  const { value, source } = config.find(what);
  if (value !== undefined) return ok(what, `set (${source})`);
  return { verdict: "warn", what, text: `not set; ${use} need it: af set ${what} -` };
}

/** Permission bits, 0 on systems without them; undefined if there is no such file. */
function fileMode(path: string): number | undefined {
  try {
    const { mode } = Deno.statSync(path);
    return Deno.build.os === "windows" ? 0 : (mode ?? 0) & 0o777;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return undefined;
    throw thrown;
  }
}
