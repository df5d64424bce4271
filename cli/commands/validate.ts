/** `af validate`: the validator. This process becomes the supervisor; everything else runs in children. @module */
import { join } from "node:path";
import { type Command as Parser, Option } from "commander";
import { toHex } from "../../core/base/bytes.ts";
import { ConfigError, SandboxError } from "../../core/base/errors.ts";
import type { ExternalMiner, LocalReady } from "../../core/local/network.ts";
import { rememberEnv } from "../../core/room/process.ts";
import { supervise } from "../../core/room/supervise.ts";
import { hotkeyPath, passwordVariable } from "../../core/wallet/names.ts";
import type { Command, Context } from "../command.ts";
import { journalDir, makeDataDir, newLocalRun } from "../journal.ts";
import { type JoinFile, readJoinFile } from "../join.ts";
import { network } from "../networks.ts";
import { logText } from "../logging.ts";
import { integer, jsonOption } from "../options.ts";
import { BUCKET_SETTINGS, bucketPlan } from "../publishing.ts";
import { checkValue } from "../settings.ts";
import { rootOf } from "../wallet_options.ts";
import type { BrokerReady, LocalStart, SignerReady, SignerStart, ValidatorStart } from "../start.ts";

interface Options {
  readonly coldkey?: string;
  readonly walletPath?: string;
  readonly hotkey?: string;
  readonly netuid?: number;
  readonly network?: string;
  readonly local?: boolean;
  readonly once?: boolean;
  readonly epochs?: number;
  readonly seed: string;
  readonly miner: readonly string[];
  readonly profile?: string;
  readonly dataDir?: string;
  readonly parallel?: number;
  readonly publish?: boolean;
  readonly hosted?: string;
  readonly join?: string;
  readonly json?: boolean;
  readonly logJson?: boolean;
}

/** Names that the validator's process reads itself; no other process gets them. */
const VALIDATOR_ENV = [
  "AF_GENESIS_BLOCK",
  "AF_HOSTED_KEY",
  "AF_HOSTED_URL",
  "CHUTES_API_KEY",
  "CHUTES_INFERENCE_URL",
  "CHUTES_MANAGEMENT_URL",
  "HF_URL",
  "HF_TOKEN",
];
/** Block time and tempo of the embedded network: an epoch passes in about 20 seconds. */
const LOCAL_BLOCK_MS = 200;
const LOCAL_TEMPO = 99;

/** `af validate`. */
export const command: Command<Options> = {
  name: "validate",
  graceful: true,
  configure(parser: Parser) {
    jsonOption(parser)
      .option("--coldkey <name>", "wallet of the validator")
      .option("--hotkey <name>", "hotkey of the validator")
      .option("--wallet-path <dir>", "folder of the wallets (setting BT_WALLET_PATH)")
      .option("--netuid <n>", "subnet (setting AF_NETUID)", integer(0, 65535))
      .option("--network <name>", "finney, test, local or an endpoint ws://… (setting AF_NETWORK)")
      .option("--local", "run on the embedded network: no keys, no internet")
      .option("--once", "stop after the weights of the first decided epoch")
      .option("--epochs <n>", "stop after the weights of so many epochs", integer(1, 1_000_000))
      .option("--seed <text>", "seed of the embedded network: other tasks, same miners", "0")
      .option("--miner <name=url>", "add an OpenAI-compatible endpoint as a miner of the embedded network", collect, [])
      .option("--profile <name>", "parameters: standard, or local for short reigns")
      .option("--hosted <url>", "check candidates on this endpoint of your own (setting AF_HOSTED_URL)")
      .option("--publish", "with --local: publish to the bucket that the settings name, too")
      .addOption(new Option("--join <file>", "with --local: a network that another process has started").hideHelp())
      .option("--data-dir <path>", "directory of the journal (setting AF_DATA_DIR)")
      .option("--parallel <n>", "rounds side by side (8, on the embedded network 20)", integer(1, 32));
  },
  async run(context, options) {
    const joined = options.local && options.join !== undefined ? await readJoinFile(options.join) : null;
    const plan = joined
      ? joinPlan(joined, options)
      : options.local
      ? await localPlan(context, options)
      : await realPlan(context, options);
    // A try-out gets to see no key of the bucket unless it was asked for.
    const validatorEnv = plan.validator.publish ? [...VALIDATOR_ENV, ...BUCKET_SETTINGS] : VALIDATOR_ENV;
    // An encrypted hotkey is opened with the password in its variable, which the signer alone gets to see.
    const signerEnv = [passwordVariable(plan.signer.walletPath)];
    rememberEnv([...validatorEnv, ...signerEnv]);
    const token = freshHex();
    const { verbosity, log } = context;
    const logJson = options.logJson === true;
    let starts = 0;
    const saltRoot = joined?.saltRoot ?? (options.local ? freshHex() : null);
    const brokerToken = freshHex();
    const signer = (last: unknown): SignerStart & { logJson: boolean } => ({
      ...plan.signer,
      token,
      port: (last as SignerReady | null)?.port ?? 0,
      verbosity,
      logJson,
    });
    return await supervise({
      log: (level, text) => logText(log, level, text),
      services: [
        () => ({ role: "signer", start: signer, restart: true, env: signerEnv, readyTimeoutMs: SIGNER_MS }),
        () => ({
          role: "broker",
          start: (last) => ({
            token: brokerToken,
            port: (last as BrokerReady | null)?.port ?? 0,
            parallel: 0,
            verbosity,
            logJson,
          }),
          restart: true,
          env: [],
        }),
        ...(plan.local === null ? [] : [(ready: ReadonlyMap<string, unknown>) => ({
          role: "local" as const,
          start: () => ({
            ...plan.local,
            validator: (ready.get("signer") as SignerReady).address,
            engine: engineOf(ready),
            saltRoot,
            verbosity,
            logJson,
          }),
          restart: false,
          env: [],
        })]),
      ],
      main: {
        role: "validator",
        env: validatorEnv,
        start(ready): ValidatorStart {
          const local = joined?.ready ?? (ready.get("local") as LocalReady | undefined) ?? null;
          return {
            ...plan.validator,
            endpoint: local?.chainUrl ?? plan.validator.endpoint,
            signer: { port: (ready.get("signer") as SignerReady).port, token },
            broker: { port: (ready.get("broker") as BrokerReady).port, token: brokerToken },
            engine: joined ? joined.engine : engineOf(ready, { needed: local === null }),
            saltRoot,
            again: starts++ > 0,
            local,
            verbosity,
            logJson,
          };
        },
      },
    }, context.signal);
  },
};

function freshHex(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Digest of the engine that the broker has, null where it has none.
 * @throws {SandboxError} if there is none and it is needed: a validator that judges fewer environments would set other weights.
 */
function engineOf(ready: ReadonlyMap<string, unknown>, options: { needed?: boolean } = {}): string | null {
  const { engine } = (ready.get("broker") as BrokerReady).facts;
  if (engine === null && options.needed) {
    throw new SandboxError(
      "Programs cannot be judged without the Python engine; make it with deno task engine (python3 with pip, and npm), " +
        "or use a released af, which carries it",
      { code: "no_engine" },
    );
  }
  return engine;
}

/** How long the signer may take to be ready, in milliseconds: a password alone can take half a minute. */
const SIGNER_MS = 180_000;

interface Plan {
  readonly signer: Omit<SignerStart, "token" | "port" | "verbosity">;
  readonly local: Omit<LocalStart, "validator" | "engine" | "saltRoot"> | null;
  readonly validator: Omit<
    ValidatorStart,
    "signer" | "broker" | "engine" | "saltRoot" | "local" | "verbosity" | "logJson" | "again"
  >;
}

function common(
  options: Options,
  profile: "standard" | "local",
): Omit<Plan["validator"], "endpoint" | "journal" | "netuid"> {
  const chosen = options.profile ?? profile;
  if (chosen !== "standard" && chosen !== "local") {
    throw new ConfigError(`--profile is standard or local, not ${JSON.stringify(chosen)}`, { code: "usage" });
  }
  return {
    profile: chosen,
    once: options.once === true,
    epochs: options.epochs ?? 0,
    // Programs of rounds side by side share processes, of which a short epoch can afford few.
    parallel: options.parallel ?? (options.local ? 20 : 8),
    json: options.json === true,
    publish: options.publish === true || !options.local,
    hosted: options.hosted === undefined ? null : checkValue("AF_HOSTED_URL", options.hosted),
  };
}

function netuidOf(context: Context, options: Options): number {
  return options.netuid ?? Number(context.config.need("AF_NETUID"));
}

async function localPlan(context: Context, options: Options): Promise<Plan> {
  for (const flag of ["network", "coldkey", "hotkey", "walletPath"] as const) {
    if (options[flag] !== undefined) {
      const name = flag === "walletPath" ? "wallet-path" : flag;
      throw new ConfigError(`--${name} has no meaning with --local, which brings its own; leave one of them out`, {
        code: "usage",
      });
    }
  }
  if (options.publish && bucketPlan(context.config) === null) {
    throw new ConfigError("--publish needs a bucket; docs/publishing.md says which settings name one (af set)", {
      code: "usage",
    });
  }
  const miners = options.miner.map(externalMiner);
  const settings = common(options, "local");
  const run = await newLocalRun(options.dataDir ?? context.config.dataDir, options.seed);
  const netuid = netuidOf(context, options);
  return {
    signer: { walletPath: join(run, "wallet", "hotkey"), create: true, netuid, genesis: null },
    local: { seed: options.seed, netuid, miners, blockMs: LOCAL_BLOCK_MS, tempo: LOCAL_TEMPO },
    validator: { ...settings, endpoint: "", journal: join(run, "journal"), netuid },
  };
}

function joinPlan({ walletPath, journal, netuid }: JoinFile, options: Options): Plan {
  return {
    signer: { walletPath, create: false, netuid, genesis: null },
    local: null,
    validator: { ...common(options, "local"), endpoint: "", journal, netuid },
  };
}

async function realPlan(context: Context, options: Options): Promise<Plan> {
  if (options.miner.length > 0) {
    throw new ConfigError("--miner adds a miner to the embedded network; add --local", { code: "usage" });
  }
  const { coldkey, hotkey } = options;
  if (coldkey === undefined || hotkey === undefined) {
    throw new ConfigError(
      "af validate needs --coldkey NAME and --hotkey NAME; to try it without keys: af validate --local --once",
      { code: "usage" },
    );
  }
  // What is wrong with the settings is said before anything starts.
  bucketPlan(context.config);
  const netuid = netuidOf(context, options);
  const { endpoint, genesis } = network(
    options.network === undefined ? context.config.need("AF_NETWORK") : checkValue("AF_NETWORK", options.network),
  );
  const walletPath = hotkeyPath(rootOf(context.config, options), coldkey, hotkey);
  const dataDir = options.dataDir ?? context.config.dataDir;
  const journal = journalDir(dataDir, { netuid, coldkey, hotkey });
  await makeDataDir(dataDir);
  return {
    signer: { walletPath, create: false, netuid, genesis },
    local: null,
    validator: { ...common(options, "standard"), endpoint, journal, netuid },
  };
}

function externalMiner(text: string): ExternalMiner {
  const [, name, url] = /^([\w-]{1,32})=(https?:\/\/\S+)$/.exec(text) ?? [];
  if (!name || !url || !URL.canParse(url)) {
    throw new ConfigError(`--miner takes NAME=http://host/v1, not ${JSON.stringify(text.slice(0, 80))}`, {
      code: "usage",
    });
  }
  return { name, url: url.replace(/\/+$/, "") };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
