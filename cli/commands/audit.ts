/** `af audit`: what validators published, checked from public data alone. @module */
import { type Command as Parser, InvalidArgumentError } from "commander";
import { ConfigError } from "../../core/base/errors.ts";
import { decodeAddress } from "../../core/base/ss58.ts";
import { audit } from "../../core/flow/audit/audit.ts";
import type { AuditReport } from "../../core/flow/audit/report.ts";
import { LOCAL, STANDARD } from "../../core/mechanism/parameters.ts";
import { printReport } from "../audit_report.ts";
import type { Command, Context } from "../command.ts";
import { EXIT } from "../exit.ts";
import { logText } from "../logging.ts";
import { network } from "../networks.ts";
import { integer, jsonOption } from "../options.ts";
import { checkValue } from "../settings.ts";
import { openAudit } from "../wire_audit.ts";

interface Options {
  readonly bucket?: string;
  readonly dir?: string;
  readonly network?: string;
  readonly netuid?: number;
  readonly validator: readonly string[];
  readonly block?: number;
  readonly sample?: number;
  readonly full?: boolean;
  readonly profile: string;
}

/** Share of the answers that are programs to be run again where nobody says otherwise. */
const SHARE = 0.05;
/** Digits of the engine's digest in an environment's version. */
const ENGINE_DIGITS = 32;

/** `af audit`. */
export const command: Command<Options> = {
  name: "audit",
  graceful: true,
  configure(parser: Parser) {
    jsonOption(parser)
      .option("--bucket <url>", "public address of the objects; by default what each validator committed on chain")
      .option("--dir <dir>", "a directory with the same objects, DIR/objects/<hash>")
      .option(
        "--network <name>",
        "finney, test, local or an endpoint ws://… (setting AF_NETWORK); old blocks need an archive node",
      )
      .option("--netuid <n>", "subnet (setting AF_NETUID)", integer(0, 65535))
      .option(
        "--validator <hotkey>",
        "whom to audit, may be given again; by default all that committed an index",
        collect,
        [],
      )
      .option("--block <n>", "audit as of this block (the latest finalized one)", integer(0, Number.MAX_SAFE_INTEGER))
      .option("--sample <share>", `share of program answers to run again, 0 to 1 (${SHARE})`, shareOf)
      .option("--full", "run every program answer again")
      .option("--profile <name>", "parameters of the subnet: standard, or local for the embedded network", "standard");
  },
  async run(context, options) {
    const { signal } = context;
    const interrupted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    );
    // A node that hangs must not hold up whoever wants to leave; rooms and broker end with this process.
    return await Promise.race([run(context, options), interrupted]);
  },
};

async function run(context: Context, options: Options): Promise<number> {
  const { print, config, log, signal, verbosity } = context;
  const { bucket, dir } = check(options);
  const share = options.full ? 1 : options.sample ?? SHARE;
  const endpoint = network(
    options.network === undefined ? config.need("AF_NETWORK") : checkValue("AF_NETWORK", options.network),
  );
  const opened = await openAudit({
    network: endpoint,
    netuid: options.netuid ?? Number(config.need("AF_NETUID")),
    bucket,
    dir,
    parameters: options.profile === "local" ? LOCAL : STANDARD,
    programs: share > 0,
    verbosity,
    signal,
    onLog: (room, line) => logText(log.getChild(room), line.level, line.text),
  });
  try {
    using bar = context.progress("Auditing", { unit: "batches" });
    const onProgress = (done: { batches: number; of: number }) => bar.set(done.batches, done.of);
    const report = await audit({ ...opened.deps, onProgress }, {
      share,
      validators: options.validator,
      ...(options.block === undefined ? {} : { block: options.block }),
    });
    bar.done();
    const whole = withEngine(report, opened.engine, share);
    printReport(print, whole);
    return whole.verdict === "agrees" ? EXIT.done : EXIT.failed;
  } finally {
    opened.close();
  }
}

/** Adds what is to be said of the engine that ran the programs, and of environments that this af does not have. */
function withEngine(report: AuditReport, engine: string | null, share: number): AuditReport {
  const notes = [...report.notes], failures = [...report.failures];
  const versions = report.logs.flatMap(({ graded }) => graded);
  const ran = versions.filter(({ version }) => version.includes("+"));
  if (share > 0 && engine === null && ran.length > 0) {
    failures.push(
      "There is no Python engine here, so program answers were not run again: make it with deno task engine, or say --sample 0",
    );
  }
  const own = engine?.slice(0, ENGINE_DIGITS);
  const other = own && ran.find(({ version }) => !version.endsWith(`+${own}`));
  if (other) {
    notes.push(`Programs were run with another engine (${own}) than the log names (${other.env} ${other.version})`);
  }
  const unknown = versions.find(({ env, answers, graded, version }) =>
    answers > 0 && graded === 0 && !(version.includes("+") && (engine === null || env === "program/deduction"))
  );
  if (unknown) {
    failures.push(`This af does not have ${unknown.env} version ${unknown.version}: audit with one that has`);
  }
  const verdict = report.verdict === "agrees" && failures.length > 0 ? "incomplete" : report.verdict;
  return { ...report, verdict, notes, failures };
}

function check(
  { bucket, dir, sample, full, profile, validator }: Options,
): { bucket: string | null; dir: string | null } {
  const usage = (text: string) => new ConfigError(text, { code: "usage" });
  if (bucket !== undefined && dir !== undefined) {
    throw usage("--bucket and --dir both say where the objects are: give one");
  }
  if (sample !== undefined && full) throw usage("--sample and --full say different things: give one");
  if (profile !== "standard" && profile !== "local") {
    throw usage(`--profile is standard or local, not ${JSON.stringify(profile.slice(0, 40))}`);
  }
  const url = bucket?.replace(/\/+$/, "");
  if (url !== undefined && !/^https?:\/\/[^\s?#@]+$/.test(url)) {
    throw usage(`--bucket takes an address such as https://host/path, not ${JSON.stringify(url.slice(0, 80))}`);
  }
  const odd = validator.find((hotkey) => !isAddress(hotkey));
  if (odd !== undefined) {
    throw usage(`--validator takes the address of a hotkey, not ${JSON.stringify(odd.slice(0, 60))}`);
  }
  return { bucket: url ?? null, dir: dir ?? null };
}

function isAddress(text: string): boolean {
  try {
    return decodeAddress(text).length === 32;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}

function shareOf(text: string): number {
  const share = Number(text);
  if (text.trim() === "" || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError("It must be a number from 0 to 1");
  }
  return share;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
