/**
 * Four validators, one of which lies in four ways, one after the other, through several reigns: prints what each settled, what
 * `af audit` says of the public data, and what the honest ones would have decided without the liar. For people; takes a while.
 * `deno run -A tests/pool_liar_main.ts [BLOCK_MS] [FOLDER for logs and the report]`
 * @module
 */
import { join } from "node:path";
import { utf8 } from "../core/base/bytes.ts";
import { sha256Hex } from "../core/base/hash.ts";
import { sleep } from "../core/base/time.ts";
import { countedIn } from "../core/flow/epoch_input.ts";
import { PoolTallies } from "../core/flow/pool_tallies.ts";
import type { LocalNetwork } from "../core/local/network.ts";
import { LOCAL } from "../core/mechanism/parameters.ts";
import { advance, initialState } from "../core/mechanism/reign.ts";
import type { EpochInput, EpochReport, State } from "../core/mechanism/types.ts";
import type { Store } from "../core/port/store.ts";
import { encodeValidator } from "../core/record/validator_statement.ts";
import { parseCommitment } from "../core/record/commitment.ts";
import { openPage } from "../core/record/page.ts";
import { Journal } from "../core/store/journal.ts";
import { openChain } from "../core/chain/client.ts";
import { LogForge } from "./audit_forge.ts";
import { keyOfSeed } from "./audit_scene.ts";
import { LIES, type Lies } from "./liar_main.ts";
import { type Member, NETUID, withPoolNetwork } from "./pool_network.ts";

const VALIDATORS = 4;
const SUCCESSORS = 2;
/** Epochs that each lie lasts: a quarter of the answers must be enough to be told from honest ones. */
const STAGES = { scores: 2, answers: 4, permit: 2, rewritten: 2 } as const;
/** Rounds of the liar that the others count before it begins to lie. */
const HONEST_ROUNDS = 40;

const HONEST = { scores: 0, answers: 0, permit: null };

interface Decided {
  readonly state: State;
  readonly report: EpochReport;
}

function decidedBy(member: Member): Map<number, Decided & { readonly text: string }> {
  return new Map(
    member.epochs().map(({ epoch, output }) => [epoch, { ...JSON.parse(output) as Decided, text: output }]),
  );
}

/** Waits until all but the last of them have settled so many more epochs, and prints each as it comes. */
async function epochs(all: readonly Member[], count: number, seen: Set<string>): Promise<void> {
  const members = all.slice(0, -1);
  const last = (member: Member) => member.epochs().at(-1)?.epoch ?? 0;
  const goal = Math.max(...members.map(last), 9) + count;
  while (members.some((member) => last(member) < goal)) {
    await sleep(1000);
    for (const member of members) {
      for (const [epoch, { state, report, text }] of decidedBy(member)) {
        if (seen.has(`${member.index} ${epoch}`)) continue;
        seen.add(`${member.index} ${epoch}`);
        const rounds = all.map(({ address }) => state.nextRound[address] ?? "-").join("/");
        console.log(
          `v${member.index} epoch ${epoch} ${sha256Hex(text).slice(0, 12)} reign ${state.reign} ${report.throne} ` +
            `uid ${report.payeeUid} rounds ${rounds}`,
        );
      }
    }
  }
}

/** Turns around one answer's score in a batch that was published long ago, signs everything after it anew, and commits it. */
async function rewrite(network: LocalNetwork, liar: Member): Promise<void> {
  const { chain, close } = await openChain(network.ready.chainUrl, {});
  try {
    const { genesis } = await chain.identity();
    const facts = await chain.facts(NETUID, await chain.head());
    const statement = parseCommitment(facts.commitments.find(({ hotkey }) => hotkey === liar.address)!.bytes);
    if (statement.kind !== "validator" || statement.head === null) throw new Error("The liar has no head on chain");
    const objects = new Map<string, Uint8Array<ArrayBuffer>>();
    const get = async (hash: string) => {
      const response = await fetch(`${liar.url}/objects/${hash}`);
      if (!response.ok) throw new Error(`Object ${hash}: ${response.status}`);
      objects.set(hash, new Uint8Array(await response.arrayBuffer()));
    };
    await get(statement.head);
    const owner = { genesis, netuid: NETUID, validator: liar.address };
    for (const { hash } of openPage(objects.get(statement.head)!, statement.head, owner).entries) await get(hash);
    const known = new Set(objects.keys());
    const forge = new LogForge({ owner, objects, key: keyOfSeed(liar.seed), head: statement.head });
    let isDone = false;
    const place = 4;
    forge.change(place, (record) => {
      if (isDone || record.kind !== "task" || record.status !== "answered") return record;
      isDone = true;
      return { ...record, score: record.score === 1 ? 0 : 1 };
    });
    const head = forge.publish();
    for (const [hash, data] of objects) {
      if (known.has(hash)) continue;
      const put = await fetch(`${liar.url}/objects/${hash}`, { method: "PUT", body: data });
      if (!put.ok) throw new Error(`Putting ${hash}: ${put.status}`);
      await put.body?.cancel();
    }
    network.chain.commit(liar.address, encodeValidator({ ...statement, head }));
    console.log(
      `the liar rewrote the batch of window ${forge.batches[place]!.batch.head.window} and committed ${head}`,
    );
  } finally {
    close();
  }
}

/** What the rounds of the others alone would have decided in the epochs of an honest validator: pay by epoch. */
async function withoutLiar(member: Member, liar: string, startBlock: number): Promise<Map<number, Decided>> {
  const journal = new Journal(member.journal);
  const identity = journal.openForReading();
  const store = new Proxy({} as Store, {
    get: (_, name) => (...args: unknown[]) =>
      Promise.resolve((journal[name as keyof Journal] as (...args: unknown[]) => unknown).apply(journal, args)),
  });
  try {
    if (identity.validator !== member.address) throw new Error("Another's journal");
    const decided = new Map<number, Decided>();
    const rows = member.epochs();
    let state = initialState((JSON.parse(rows[0]!.output) as Decided).state.envs);
    const tallies = await PoolTallies.open(store, state, new Set());
    let before: EpochInput["contenders"] = [];
    for (const { epoch, input: text } of rows) {
      const input = JSON.parse(text) as EpochInput;
      const validators = input.validators.filter(({ validator }) => validator !== liar);
      const canaries = await tallies.grow(validators, state, countedIn(state, [...before, ...input.contenders]));
      const next = advance(state, { ...input, validators, canaries }, tallies.pool, {
        ...LOCAL,
        genesisBlock: startBlock,
      });
      decided.set(epoch, next);
      state = next.state;
      before = input.contenders;
    }
    return decided;
  } finally {
    journal.close();
  }
}

async function audit(network: LocalNetwork, home: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", join(import.meta.dirname!, "..", "main.ts"), "audit"],
      ...["--network", network.ready.chainUrl, "--netuid", String(NETUID), "--profile", "local", ...args],
    ],
    env: { HOME: home, XDG_CONFIG_HOME: join(home, "config"), NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return `exit code ${code}\n${text(stdout)}${text(stderr).split("\n").slice(-8).join("\n")}`;
}

/** The honest validators' decisions and weights side by side, and beside what they would have been without the liar. */
async function compare(network: LocalNetwork, honest: readonly Member[], liar: Member): Promise<void> {
  const all = honest.map(decidedBy);
  const alone = await withoutLiar(honest[0]!, liar.address, network.ready.startBlock);
  let same = 0, compared = 0, paid = 0;
  for (const [epoch, { report, state, text }] of all[0]!) {
    const others = all.map((one) => one.get(epoch)?.text);
    if (others.includes(undefined)) continue;
    compared++;
    if (others.every((one) => one === text)) same++;
    else console.log(`epoch ${epoch}: ${others.map((one) => sha256Hex(one!).slice(0, 12)).join(" ")} DIFFER`);
    const without = alone.get(epoch)!;
    if (without.report.payeeUid === report.payeeUid) paid++;
    else {
      console.log(
        `epoch ${epoch}: uid ${report.payeeUid} (reign ${state.reign}) is paid, without the liar's rounds uid ` +
          `${without.report.payeeUid} (reign ${without.state.reign})`,
      );
    }
  }
  console.log(`${same} of ${compared} epochs the same to the byte at all ${honest.length} honest validators`);
  console.log(`${paid} of ${compared} epochs pay whom they would have paid without the liar's rounds`);
  for (const { index, log } of [...honest, liar]) {
    const set = [...log.matchAll(/epoch (\d+): weights \[\[(\d+),/g)].map((line) => `${line[1]}:${line[2]}`);
    console.log(`v${index} set weights (epoch:uid) ${set.join(" ")}`);
  }
}

if (import.meta.main) {
  const [blockMs = 500] = Deno.args.map(Number);
  const folder = Deno.args[1] ?? await Deno.makeTempDir({ prefix: "af-liar-" });
  const options = { validators: VALIDATORS, blockMs, tempo: 59, successors: SUCCESSORS };
  await withPoolNetwork(options, async ({ network, members, home }) => {
    const honest = members.slice(0, -1), liar = members.at(-1)!;
    const victim = network.cast.at(-1)!;
    const config = join(liar.home, "config", "af");
    await Deno.mkdir(config, { recursive: true });
    const lie = async (stage: string, lies: Partial<Lies>) => {
      const { hotkey, slug } = victim;
      await Deno.writeFile(join(config, `${LIES}.new`), utf8(JSON.stringify({ ...HONEST, hotkey, slug, ...lies })));
      await Deno.rename(join(config, `${LIES}.new`), join(config, LIES));
      console.log(`-- ${stage} (block ${network.chain.head().number})`);
    };
    const seen = new Set<string>();
    try {
      await lie(`v${liar.index} (${liar.address}) is honest; ${victim.name} is ${victim.hotkey}`, {});
      for (const member of members) {
        member.start({ parallel: 3, program: member === liar ? "liar_main.ts" : "../main.ts" });
      }
      const counted = () => [...decidedBy(honest[0]!).values()].at(-1)?.state.nextRound[liar.address] ?? 0;
      while (counted() < HONEST_ROUNDS) await epochs(members, 1, seen);
      await lie("it alters 5 % of the scores of that miner", { scores: 0.05 });
      await epochs(members, STAGES.scores, seen);
      await lie("it invents a quarter of its answers", { answers: 0.25 });
      await epochs(members, STAGES.answers, seen);
      await lie("it lacks the permit and goes on", { permit: liar.address });
      network.chain.setPermit(liar.address, false);
      await epochs(members, STAGES.permit, seen);
      await liar.stop();
      await rewrite(network, liar);
      await epochs(members, STAGES.rewritten, seen);
      for (const member of honest) await member.stop();
      await compare(network, honest, liar);
      const report = await audit(network, home, []);
      console.log(report);
      await Deno.writeTextFile(join(folder, "audit.json"), await audit(network, home, ["--json"]));
    } finally {
      for (const { log, index } of members) await Deno.writeTextFile(join(folder, `v${index}.log`), log);
      console.log(`logs and report: ${folder}`);
    }
  });
}
