/**
 * The main job on the real chain runtime with a real model: `deno run -A scripts/real_input.ts --chain ws://127.0.0.1:9955
 * --model http://127.0.0.1:18081/v1 [--profile local] [--epochs N] [--parallel N] [--tokens N] [--block-ms N] [--tempo N]
 * [--samples N]`. docs/real_input.md says what it needs and shows what it printed. `af` itself runs as a child, as a person
 * would start it; this script only makes the subnet, the miners and the blocks, and reads everything back. @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LOCAL, STANDARD } from "../core/mechanism/parameters.ts";
import { toHex } from "../core/base/bytes.ts";
import { errorText } from "../core/base/errors.ts";
import { createKeyfile } from "../core/wallet/write.ts";
import { hotkeyPath } from "../core/wallet/names.ts";
import { newKey, RealChain, registerSubnet } from "./real_input_chain.ts";
import { type RealMiner, startStands, threeMiners } from "./real_input_miners.ts";
import { type FrontCounts, startFront } from "./real_input_model.ts";
import { answerLines, countLines, type Journal, levelLines, readJournal } from "./real_input_report.ts";

const ROOT = join(import.meta.dirname!, "..");
const COLDKEY = "real";
const HOTKEY = "validator";

/** What the command line says. */
interface Settings {
  readonly chain: string;
  readonly model: string;
  readonly profile: "standard" | "local";
  /** 0 = until the first decided epoch. */
  readonly epochs: number;
  readonly parallel: number;
  readonly tokens: number;
  readonly blockMs: number;
  readonly tempo: number;
  readonly samples: number;
}

function settings(args: string[]): Settings {
  const { values } = parseArgs({
    args,
    options: {
      chain: { type: "string", default: "ws://127.0.0.1:9955" },
      model: { type: "string", default: "http://127.0.0.1:18081/v1" },
      profile: { type: "string", default: "local" },
      epochs: { type: "string", default: "0" },
      parallel: { type: "string", default: "1" },
      tokens: { type: "string", default: "48" },
      "block-ms": { type: "string", default: "3000" },
      tempo: { type: "string", default: "39" },
      samples: { type: "string", default: "6" },
    },
  });
  const whole = (name: "epochs" | "parallel" | "tokens" | "block-ms" | "tempo" | "samples") => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`--${name} takes a whole number`);
    return value;
  };
  const { chain, model, profile } = values;
  if (profile !== "standard" && profile !== "local") throw new TypeError("--profile is standard or local");
  return {
    chain,
    model: model.replace(/\/+$/, ""),
    profile,
    epochs: whole("epochs"),
    parallel: whole("parallel"),
    tokens: whole("tokens"),
    blockMs: whole("block-ms"),
    tempo: whole("tempo"),
    samples: whole("samples"),
  };
}

function title(text: string): void {
  console.log(`\n== ${text}`);
}

/** Environment of every child: what Deno needs, and what the caller adds; nothing of this machine's own settings of af. */
function childEnv(extra: Readonly<Record<string, string>>): Record<string, string> {
  const keep = ["PATH", "HOME", "DENO_DIR", "TMPDIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(keep), ...extra };
}

function af(args: readonly string[], env: Readonly<Record<string, string>>): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "main.ts"), ...args],
    env: childEnv(env),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
}

/** Makes blocks at a pace until the work has ended. */
async function paced<T>(chain: RealChain, blockMs: number, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => done = true);
  while (!done) {
    const start = performance.now();
    await chain.blocks(1);
    const left = Math.max(0, blockMs - (performance.now() - start));
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([ended.catch(() => {}), new Promise((resolve) => timer = setTimeout(resolve, left))]);
    clearTimeout(timer);
  }
  return await ended;
}

async function main(asked: Settings): Promise<number> {
  const parameters = asked.profile === "local" ? LOCAL : STANDARD;
  const folder = await Deno.makeTempDir({ prefix: "af-real-input-" });
  const closing: (() => Promise<void>)[] = [() => Deno.remove(folder, { recursive: true })];
  const run = crypto.randomUUID().slice(0, 8);
  try {
    const chain = await RealChain.connect(asked.chain);
    closing.push(() => chain.close());
    const front = await startFront({
      url: asked.model,
      maxTokens: asked.tokens || Infinity,
      // The next attempt at the same task asks the same again and takes what was computed meanwhile.
      patienceMs: 2 * parameters.attemptTimeoutMs,
    });
    closing.push(front.close);
    const miners = threeMiners(run, front.url);
    const stands = startStands(miners, run);
    closing.push(stands.close);

    const wallets = join(folder, "wallets");
    const keyfile = hotkeyPath(wallets, COLDKEY, HOTKEY);
    const validator = await createKeyfile(keyfile);
    const secret = JSON.parse(await Deno.readTextFile(keyfile)).secretSeed as string;
    const validatorKey = newKey(Uint8Array.fromHex(secret.slice(2)));

    title(`the runtime: ${chain.runtime} at ${asked.chain}`);
    const { tempo } = asked;
    const { netuid, log } = await registerSubnet(chain, {
      validator: validatorKey,
      commits: miners,
      tempo,
      weightsRateLimit: 20,
    });
    for (const line of log) console.log(`  ${line}`);
    await printFacts(chain, netuid, miners);

    title("af validate");
    const who = [
      "--netuid",
      String(netuid),
      "--coldkey",
      COLDKEY,
      "--hotkey",
      HOTKEY,
      "--data-dir",
      join(folder, "data"),
    ];
    const command = [
      "validate",
      ...who,
      ...["--network", asked.chain, "--profile", asked.profile, "--parallel", String(asked.parallel)],
      ...(asked.epochs > 0 ? ["--epochs", String(asked.epochs)] : ["--once"]),
      ...["-v", "--json"],
    ];
    console.log(`  af ${command.join(" ").replaceAll(folder, "$TMP")}`);
    const started = performance.now();
    const child = af(command, { ...stands.env, BT_WALLET_PATH: wallets }).spawn();
    // On a terminal the child gets the signal too; elsewhere it must be passed on.
    const interrupt = () => child.kill("SIGINT");
    Deno.addSignalListener("SIGINT", interrupt);
    const output = await paced(chain, asked.blockMs, child.output());
    Deno.removeSignalListener("SIGINT", interrupt);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`  exit code ${output.code} after ${seconds} s`);
    if (output.code !== 0) return output.code;
    const answer = JSON.parse(new TextDecoder().decode(output.stdout));

    const journal = await readJournal(join(folder, "data", `journal-${netuid}`, `${COLDKEY}-${HOTKEY}`));
    printJournal(journal, answer.standings.rows, miners, front.counts, asked);
    title("af rank");
    const rank = await af(["rank", ...who], {}).output();
    console.log(new TextDecoder().decode(rank.stdout).replaceAll(/^/gm, "  ").trimEnd());
    return await printWeights(chain, netuid, validator.address, answer) && journal.disagreements === 0 ? 0 : 1;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function printFacts(chain: RealChain, netuid: number, miners: readonly RealMiner[]): Promise<void> {
  title(`subnet ${netuid} as the runtime gives it at block ${await chain.height()}`);
  for (
    const item of [
      "tempo",
      "weightsSetRateLimit",
      "commitRevealWeightsEnabled",
      "minAllowedWeights",
      "maxWeightsLimit",
      "validatorPermit",
      "lastUpdate",
    ]
  ) {
    console.log(`  ${item}: ${JSON.stringify(await chain.read("subtensorModule", item, netuid))}`);
  }
  for (const { miner, key, bytes } of miners) {
    const uid = await chain.read("subtensorModule", "uids", netuid, key.address);
    const stored = await chain.read("commitments", "commitmentOf", netuid, key.address) as {
      block: number;
      info: { fields: Record<string, string>[] };
    };
    const [kind, hex] = Object.entries(stored.info.fields[0]!)[0]!;
    const same = hex === `0x${toHex(bytes)}` ? "as it was sent" : "NOT AS IT WAS SENT";
    console.log(`  uid ${uid} ${miner.model}: ${kind} in block ${stored.block}, ${same}; ${miner.story}`);
  }
}

function printJournal(
  journal: Journal,
  rows: readonly { uid: number; id: string; hotkey: string }[],
  miners: readonly RealMiner[],
  front: FrontCounts,
  asked: Settings,
): void {
  const { complete, absent, open } = journal.rounds;
  title("the journal");
  console.log(
    `  ${complete} rounds complete, ${absent} without the champion, ${open} open, in ${journal.windows} windows`,
  );
  console.log(
    `  ${journal.batches} signed batches; ${journal.tasks.length} task and ${journal.canaries.length} canary records`,
  );
  console.log(`  tasks made and answers graded anew from the journal: ${journal.disagreements} scores differ`);
  for (const { miner } of miners) {
    const row = rows.find((one) => one.hotkey === miner.hotkey);
    if (!row) continue;
    console.log(`  uid ${row.uid} ${miner.name}`);
    for (const line of countLines(journal, row.id)) console.log(`    ${line}`);
    if (miner.external === null) continue;
    title(`the real model (uid ${row.uid}) by level; at most ${asked.tokens || "any number of"} tokens an answer`);
    for (const line of levelLines(journal, row.id)) console.log(`  ${line}`);
    const rate = front.tokens / Math.max(1, front.busyMs / 1000);
    console.log(
      `  in front of it: ${front.requests} requests, ${front.computed} computed (${rate.toFixed(0)} tokens/s), ` +
        `${front.repeated} asked again, ${front.tooLong} too long for its context, ${front.abandoned} not wanted any more, ${front.failed} failed`,
    );
    title("some of its answers at the lowest levels that were drawn");
    for (const line of answerLines(journal, row.id, asked.samples)) console.log(`  ${line}`);
  }
}

/** Whether the runtime holds what af said that it holds. */
async function printWeights(
  chain: RealChain,
  netuid: number,
  validator: string,
  answer: { weights: { readBack: unknown; block: number } | null },
): Promise<boolean> {
  const uid = Number(await chain.read("subtensorModule", "uids", netuid, validator));
  const weights = await chain.read("subtensorModule", "weights", netuid, uid);
  const updates = await chain.read("subtensorModule", "lastUpdate", netuid) as number[];
  title(`the runtime's own words at block ${await chain.height()}, over the script's own connection`);
  console.log(`  SubtensorModule.Weights(${netuid}, ${uid}) = ${JSON.stringify(weights)}`);
  console.log(`  SubtensorModule.LastUpdate(${netuid})[${uid}] = ${updates[uid]}`);
  console.log(`  af read back ${JSON.stringify(answer.weights?.readBack)} set in block ${answer.weights?.block}`);
  const same = JSON.stringify(weights) === JSON.stringify(answer.weights?.readBack);
  console.log(same ? "  they agree" : "  THEY DIFFER");
  return same;
}

async function start(args: string[]): Promise<number> {
  let asked: Settings;
  try {
    asked = settings(args);
  } catch (error) {
    console.error(errorText(error));
    return 2;
  }
  try {
    return await main(asked);
  } catch (error) {
    console.error(errorText(error));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await start(Deno.args));
