/**
 * A stage for runs that must be the same twice: an embedded network outside of the processes that are killed, a wallet, a
 * prepared journal, and blocks that never outrun the validator, so that kills change when something is asked but not what.
 * @module
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toHex } from "../core/base/bytes.ts";
import { sha256, sha256Hex } from "../core/base/hash.ts";
import { sleep } from "../core/base/time.ts";
import { chuteOf } from "../core/local/miners.ts";
import { type LocalNetwork, startLocalNetwork } from "../core/local/network.ts";
import { LOCAL, parametersDigest } from "../core/mechanism/parameters.ts";
import type { EpochReport, State } from "../core/mechanism/types.ts";
import type { JournalIdentity } from "../core/port/store.ts";
import { openStore } from "../core/store/client.ts";
import { formatKeyfile } from "../core/wallet/keyfile.ts";
import { KeyPair } from "../core/wallet/keypair.ts";
import { voters } from "../envs/registry.ts";
import { engineDigest } from "./engine.ts";
import { Group } from "./kill_group.ts";
import { call } from "./kill_rpc.ts";

/** With this netuid and tempo an epoch is two windows and begins where a window begins. */
export const NETUID = 19;
export const TEMPO = 39;
/** Milliseconds between blocks where nothing holds them. */
const BLOCK_MS = 30;
/** Blocks of a window after which only an extrinsic that waits makes another one. */
const FREE_BLOCKS = 10;

/** A request that reached the Chutes stand-in. */
export interface Asked {
  readonly slug: string;
  readonly prompt: string;
}

/** Options of {@linkcode openStage}. */
export interface StageOptions {
  readonly seed: string;
  /** Milliseconds before an answer, the longest; each question has a time of its own. @default {0} */
  readonly delayMs?: number;
}

function windowOf(block: number): number {
  return Math.floor(block / LOCAL.windowBlocks);
}

/** Everything around a validator that may die. */
export class Stage {
  readonly network: LocalNetwork;
  readonly key: KeyPair;
  /** Folder of the journal. */
  readonly journal: string;
  /** Every request, in order. */
  readonly asked: Asked[];
  /** Whether a window may be left once its rounds are settled. */
  mayLeave: (window: number) => boolean = () => true;
  /** Whether the weights of the last epoch may get their blocks. */
  mayFinish: () => boolean = () => true;
  /** Lets no block come. */
  hold = false;
  /** Longest time before an answer, in milliseconds; each question has a time of its own. */
  delayMs: number;
  /** Answers that are still given; whoever asks for more waits until {@linkcode Stage.drop}. */
  budget = Infinity;
  /** Called with every window that begins. */
  onWindow: (window: number) => void = () => {};
  readonly #root: string;
  readonly #socket: WebSocket;
  readonly #stop = new AbortController();
  readonly #blocks: Promise<void>;
  readonly #groups: Group[] = [];
  #dropped: PromiseWithResolvers<void> = Promise.withResolvers();
  #calls = 0;

  constructor(parts: {
    root: string;
    network: LocalNetwork;
    key: KeyPair;
    journal: string;
    asked: Asked[];
    socket: WebSocket;
    delayMs: number;
  }) {
    this.#root = parts.root;
    this.network = parts.network;
    this.key = parts.key;
    this.journal = parts.journal;
    this.asked = parts.asked;
    this.#socket = parts.socket;
    this.delayMs = parts.delayMs;
    this.#blocks = this.#makeBlocks();
    this.#blocks.catch((error) => console.error("No block is made any more:", error));
  }

  /** Starts a validator. */
  start(self: { program: string; args: string[] }, options: readonly string[]): Group {
    const { ready } = this.network;
    const group = new Group({
      program: self.program,
      args: [
        ...self.args,
        "validate",
        ...["--network", ready.chainUrl, "--netuid", String(NETUID), "--coldkey", "c", "--hotkey", "h"],
        ...["--profile", "local", "--data-dir", join(this.#root, "data")],
        ...options,
      ],
      env: {
        BT_WALLET_PATH: join(this.#root, "wallets"),
        XDG_CONFIG_HOME: join(this.#root, "config"),
        XDG_DATA_HOME: join(this.#root, "share"),
        CHUTES_API_KEY: ready.apiKey,
        CHUTES_INFERENCE_URL: ready.inferenceUrl,
        CHUTES_MANAGEMENT_URL: ready.managementUrl,
        HF_URL: ready.hubUrl,
      },
    });
    this.#groups.push(group);
    return group;
  }

  /** The time of an answer: some for every question, and no end when the budget is used up. */
  async think(asked: Asked): Promise<void> {
    this.asked.push(asked);
    const share = parseInt(sha256Hex(`${asked.slug} ${asked.prompt}`).slice(0, 8), 16) / 2 ** 32;
    if (this.delayMs > 0) await sleep(share * this.delayMs);
    if (this.budget-- <= 0) await this.#dropped.promise;
  }

  /** Gives up the answers that nobody waits for any more. */
  drop(): void {
    this.#dropped.resolve();
    this.#dropped = Promise.withResolvers();
  }

  /** Extrinsics that wait for a block. */
  async pending(): Promise<number> {
    return (await this.#rpc("author_pendingExtrinsics", []) as unknown[]).length;
  }

  /** One look into the journal, beside whoever writes it or has just been killed. */
  look<T>(work: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(join(this.journal, "journal.db"), { readOnly: true, timeout: 5_000 });
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  /** Number of records that are durable; their ids are 1 to this number. */
  records(): number {
    return this.look((db) => Number(db.prepare("SELECT coalesce(max(id), 0) AS n FROM bodies").get()!.n));
  }

  /** What the last epoch decided, or null before the first. */
  lastEpoch(): { epoch: number; state: State; report: EpochReport } | null {
    const row = this.look((db) => db.prepare("SELECT epoch, output FROM epochs ORDER BY epoch DESC LIMIT 1").get());
    return row ? { epoch: Number(row.epoch), ...JSON.parse(String(row.output)) } : null;
  }

  /** Whether `--once` ends with the last epoch: its rounds are all asked. */
  decided(): boolean {
    const last = this.lastEpoch();
    if (!last) return false;
    const { report, state } = last;
    const live = state.duels.some((duel) => duel.state === "live" || duel.state === "waiting");
    return (report.crowned !== null && state.reign > 1) || !live;
  }

  /** Makes no block any more. */
  async freeze(): Promise<void> {
    this.#stop.abort();
    await this.#blocks;
  }

  /** Ends everything, whoever a failed test left behind too, and removes the files. */
  async close(): Promise<void> {
    for (const group of this.#groups) if (group.members().length > 0) await group.destroy();
    this.drop();
    await this.freeze().catch(() => {});
    this.#socket.close();
    await this.network.close();
    await Deno.remove(this.#root, { recursive: true });
  }

  /** Window of the last final block. */
  window(): number {
    return windowOf(this.network.chain.finalizedHead().number);
  }

  /** Whether every round of a window (of the one that is final now) has been asked to its end. */
  isSettled(window: number = this.window()): boolean {
    const row = this.look((db) =>
      db.prepare("SELECT count(*) AS n, count(*) FILTER (WHERE state = 0) AS open FROM rounds WHERE window = ?").get(
        window,
      )
    )!;
    return Number(row.n) >= LOCAL.roundsPerWindow && row.open === 0;
  }

  async #makeBlocks(): Promise<void> {
    const { chain } = this.network;
    const first = this.window();
    // An extrinsic needs its own block and one more to be final.
    let owed = 0;
    let included = false;
    while (!this.#stop.signal.aborted) {
      await sleep(BLOCK_MS);
      if (await this.pending() > 0) owed = 2;
      const window = this.window();
      // Rounds begin in the window after the one in which the salt chain is committed, which is the first.
      const over = window === first ? included && owed === 0 : this.isSettled(window) && this.mayLeave(window);
      if (this.hold || !this.#isDue(over, owed > 0)) continue;
      await chain.newBlocks(1);
      included ||= owed > 0;
      owed = Math.max(0, owed - 1);
      if (this.window() > window) this.onWindow(this.window());
    }
  }

  #isDue(over: boolean, owed: boolean): boolean {
    if (this.decided()) return this.mayFinish();
    if (over) return true;
    const { number } = this.network.chain.head();
    // Finality trails by one: with the next block this one becomes final.
    if (windowOf(number) > this.window()) return false;
    return owed || number % LOCAL.windowBlocks < FREE_BLOCKS;
  }

  #rpc(method: string, params: readonly unknown[]): Promise<unknown> {
    return call(this.#socket, ++this.#calls, { method, params });
  }
}

/** Sets a stage: two with the same seed are the same, but for their ports. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, delayMs = 0 } = options;
  const root = await Deno.makeTempDir({ prefix: "af-kill-" });
  const secret = sha256(`af-kill-validator ${seed}`);
  const key = new KeyPair(secret);
  const hotkeys = join(root, "wallets", "c", "hotkeys");
  await Deno.mkdir(hotkeys, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(join(hotkeys, "h"), formatKeyfile(secret), { mode: 0o600 });
  const engine = engineDigest();
  const saltRoot = toHex(sha256(`af-kill-salt ${seed}`));
  const network = await startLocalNetwork({
    seed,
    netuid: NETUID,
    validator: key.address,
    miners: [],
    engine,
    saltRoot,
    blockMs: 0,
    tempo: TEMPO,
    steady: true,
  });
  const asked: Asked[] = [];
  const socket = new WebSocket(network.ready.chainUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const genesis = String(await call(socket, 0, { method: "chain_getBlockHash", params: [0] }));
  const journal = join(root, "data", `journal-${NETUID}`, "c-h");
  await prepare(journal, {
    genesis,
    netuid: NETUID,
    validator: key.address,
    parameters: parametersDigest(LOCAL, voters(engine).map(({ id, version }) => `${id}@${version}`)),
  }, saltRoot);
  const stage = new Stage({ root, network, key, journal, asked, socket, delayMs });
  for (const miner of network.cast) {
    const chute = chuteOf(miner, network);
    network.chutes.add({
      ...chute,
      async answer(question) {
        await stage.think({ slug: miner.slug, prompt: question.prompt });
        return await chute.answer!(question);
      },
    });
  }
  return stage;
}

/** The salts are random in every new journal; here they must be the same in both runs. */
async function prepare(directory: string, identity: JournalIdentity, saltRoot: string): Promise<void> {
  const { store, close } = await openStore({ directory });
  await store.open(identity);
  await store.setMeta("salt_root", saltRoot);
  await store.close();
  close();
}
