/** Several validators on one chain of the test's making: each has a journal, a log that it publishes, and settles from the pool. @module */
import { deepEqual } from "node:assert/strict";
import { sha256Hex } from "../core/base/hash.ts";
import type { State } from "../core/mechanism/types.ts";
import type { ValidateDeps } from "../core/flow/deps.ts";
import { FakeSandbox, numberEnv } from "../core/flow/fake_test.ts";
import type { HostedChecks } from "../core/flow/hosted.ts";
import type { PoolLine } from "../core/flow/pool_due.ts";
import { PooledSettling } from "../core/flow/pool_epoch.ts";
import { offeredIn } from "../core/flow/rounds.ts";
import { LOCAL, type Parameters } from "../core/mechanism/parameters.ts";
import type { HostedCheck } from "../core/mechanism/types.ts";
import { BucketError } from "../core/base/errors.ts";
import { Random } from "../core/base/random.ts";
import type { IndexEntry } from "../core/port/bucket.ts";
import type { RawCommitment, SubnetFacts } from "../core/port/chain.ts";
import type { AnswerRecord, Store } from "../core/port/store.ts";
import { type Batch, batchDigest, compareRecords, FIRST_PREVIOUS, makeHead } from "../core/record/batch.ts";
import { encodeCompact } from "../core/record/commitment.ts";
import { batchLines, epochDigest, epochLines } from "../core/record/content.ts";
import { makeIndexHead, NO_PAGE } from "../core/record/index_head.ts";
import { sealObject } from "../core/record/object.ts";
import { pageLines } from "../core/record/page.ts";
import { recordText } from "../core/record/record.ts";
import { canarySeed, taskId, taskSeed } from "../core/record/seed.ts";
import { GENESIS, NETUID, testOwner, testRecord, type TestValidator, testValidator } from "../core/record/testing.ts";
import { type Attestation, encodeValidator } from "../core/record/validator_statement.ts";
import { Journal } from "../core/store/journal.ts";
import { address } from "./flow_scene.ts";
import { servedChute } from "./scene_parts.ts";

/** Blocks of an epoch, less one; epoch `e` begins at block `40 e + OFFSET`. */
const TEMPO = 39;
const OFFSET = -NETUID - 1 + 160;
const ENVS = [numberEnv("logic"), numberEnv("math")];

/** First block of an epoch of these scenes, counted from 0. */
export function startOf(epoch: number): number {
  return epoch * (TEMPO + 1) + OFFSET + 40;
}

export const PARAMETERS: Parameters = { ...LOCAL, lagBlocks: 10, regradeAnswers: 6, genesisBlock: startOf(0) };

function blockHash(number: number): string {
  return `0x${sha256Hex(`block ${number}`)}`;
}

/** The chain and the miners: what everybody shares. */
export class World {
  readonly commitments: RawCommitment[] = [];
  readonly nodes: Node[] = [];
  /** Validators without a permit. */
  readonly barred = new Set<string>();
  /** Stake in tokens at a block. */
  stakeOf: (hotkey: string, block: number) => number | null = () => null;
  head = 0;
  parameters: Parameters = PARAMETERS;
  /** Probability that a miner passes, in the order of the commits. */
  readonly miners: Record<string, number> = { first: 0.5, better: 0.95, copy: 0.5 };

  constructor() {
    Object.keys(this.miners).forEach((name, i) =>
      this.commitments.push({
        hotkey: address(name),
        block: i + 1,
        extrinsicIndex: null,
        bytes: encodeCompact({
          model: `owner/Affine-${name}`,
          revision: "0".repeat(40),
          chuteId: `00000000-0000-0000-0000-${String(i).padStart(12, "0")}`,
        }),
      })
    );
  }

  facts(at: { number: number; hash: string }): SubnetFacts {
    const standing = new Map<string, RawCommitment>();
    for (const one of this.commitments) if (one.block <= at.number) standing.set(one.hotkey, one);
    const hotkeys = [...this.nodes.map((node) => node.address), ...Object.keys(this.miners).map(address)];
    return {
      block: at,
      netuid: NETUID,
      tempo: TEMPO,
      weightsRateLimit: 0,
      commitReveal: false,
      weightsVersionKey: 0,
      minAllowedWeights: 1,
      ownerHotkey: null,
      neurons: hotkeys.map((hotkey, uid) => ({
        uid,
        hotkey,
        permit: uid < this.nodes.length && !this.barred.has(hotkey),
        lastUpdate: 0,
        registeredAt: 0,
        stake: this.stakeOf(hotkey, at.number),
      })),
      commitments: [...standing.values()].sort((a, b) => a.block - b.block),
    };
  }
}

/** A validator: what it publishes, and how it settles. */
export class Node {
  readonly objects = new Map<string, Uint8Array>();
  readonly world: World;
  readonly key: TestValidator;
  readonly log: string[] = [];
  lines: readonly PoolLine[] = [];
  /** What its hosted checks have found; null = it checks nobody. */
  checked: readonly HostedCheck[] | null = null;
  /** Addresses that it cannot reach. */
  readonly unreachable = new Set<string>();
  /** Runs before any object comes. */
  onGet: (url: string) => Promise<void> = () => Promise.resolve();
  reads = 0;
  /** How long an epoch waits for logs, and reads one. */
  patience: { patienceMs?: number; peerMs?: number; retryMs?: number } = {};
  entries: IndexEntry[] = [];
  /** What it says that it has read. */
  read: Attestation | null = null;
  settling!: PooledSettling;
  journal: Journal;
  readonly #directory: string;
  #previous = FIRST_PREVIOUS;
  #windows = 0;
  #nextRound = 0;
  #epochs = -1;
  readonly #stop = new AbortController();

  constructor(world: World, byte: number, directory: string) {
    this.world = world;
    this.key = testValidator(byte);
    this.#directory = `${directory}/${byte}`;
    this.journal = new Journal(this.#directory);
    world.nodes.push(this);
  }

  get address(): string {
    return this.key.address;
  }
  get url(): string {
    return `https://${this.address.slice(0, 12).toLowerCase()}.example`;
  }
  /** Outputs of all its epochs: what honest validators must agree on. */
  get outputs(): string[] {
    return this.journal.epochs(0).map(({ output }) => output);
  }

  /** Starts, or starts again on the same journal. */
  async open(): Promise<void> {
    this.journal = new Journal(this.#directory);
    this.journal.open({ genesis: GENESIS, netuid: NETUID, validator: this.address, parameters: "p" });
    const checks = this.checked === null
      ? null
      : { report: () => Promise.resolve(this.checked) } as unknown as HostedChecks;
    const options = { self: this.address, genesis: GENESIS, tempo: TEMPO, signal: this.#stop.signal, checks };
    this.settling = await PooledSettling.open(this.#deps(), options);
  }
  async restart(): Promise<void> {
    await this.settling.drain();
    this.journal.close();
    await this.open();
  }

  /** Settles everything that is due at the chain's head. */
  async settle(): Promise<void> {
    const head = { number: this.world.head, hash: blockHash(this.world.head) };
    for (let tries = 0; this.settling.isBehind(head); tries++) {
      if (tries > 2000) throw new Error("It does not settle");
      if (await this.settling.step(head, () => {}) === null) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Reads on until it is known what to say on chain, or half of the epoch is over. */
  async readOn(): Promise<void> {
    const { head: number } = this.world;
    for (let tries = 0;; tries++) {
      const now = { number: tries < 300 ? number : number + TEMPO / 2, hash: "" };
      const stated = this.settling.toState(now);
      if (stated !== null) this.read = stated.read;
      if (stated !== null || tries > 300) return;
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.settling.step({ number, hash: blockHash(number) }, () => {});
    }
  }

  /** Puts up what the journal has settled, then asks the rounds of a window as the state has it, and puts its batch up. */
  publish(window: number, change: (record: AnswerRecord) => AnswerRecord = (record) => record): void {
    for (const row of this.journal.epochs(this.#epochs + 1)) {
      this.add("epoch", row.epoch, epochDigest(row), epochLines(row));
      this.#epochs = row.epoch;
    }
    const batch = this.batch(window, change);
    if (batch) this.add("batch", window, batchDigest(batch.head), batchLines(batch));
  }

  /** The batch of a window; null while nobody is asked. */
  batch(window: number, change: (record: AnswerRecord) => AnswerRecord): Batch | null {
    const offered = offeredIn(this.settling.settled);
    if (offered.length === 0) return null;
    const salt = this.key.salts.saltOf(this.#windows++);
    const hash = blockHash(window * PARAMETERS.windowBlocks);
    const records: AnswerRecord[] = [];
    for (let i = 0; i < PARAMETERS.roundsPerWindow; i++) {
      const round = this.#nextRound++;
      for (const contender of offered) records.push(...this.#asked({ contender, round, window, salt, hash }));
    }
    const leaves = records.map(change).sort(compareRecords).map(recordText);
    const fields = { genesis: GENESIS, netuid: NETUID, validator: this.address, window, blockHash: hash, salt };
    const head = makeHead({ ...fields, previous: this.#previous }, leaves);
    this.#previous = batchDigest(head);
    return { head, signature: this.key.sign(head), leaves };
  }

  #asked(at: { contender: string; round: number; window: number; salt: string; hash: string }): AnswerRecord[] {
    const { contender, round, window, salt } = at;
    const input = { salt, blockHash: at.hash, netuid: NETUID, validator: this.address, version: "1", index: round };
    const base = { contender, round, window };
    const canary = ENVS[round % ENVS.length]!.id;
    const name = Object.keys(this.world.miners).find((one) => contender.startsWith(`${address(one)}@`))!;
    return [
      testRecord(this.address, {
        ...base,
        kind: "canary",
        env: canary,
        task: taskId(canarySeed({ ...input, env: canary })),
        answer: "",
        score: 0,
      }),
      ...ENVS.map((environment) => {
        const seed = taskSeed({ ...input, env: environment.id });
        const passes =
          new Random(`${this.address} ${round} ${environment.id} ${name}`).unit() < this.world.miners[name]!;
        const answer = passes ? environment.solve(environment.generate(seed)) : "1";
        return testRecord(this.address, {
          ...base,
          env: environment.id,
          task: taskId(seed),
          answer,
          score: passes ? 1 : 0,
        });
      }),
    ];
  }

  /** Adds an object to the index. */
  add(kind: IndexEntry["kind"], number: number, digest: string, lines: readonly string[]): void {
    const { data, ...address } = sealObject(lines);
    this.objects.set(address.hash, data);
    this.entries.push({ seq: this.entries.length, kind, number, digest, ...address });
  }

  /** Signs the index as it is now; returns its head. */
  page(): string {
    const head = makeIndexHead({ ...testOwner(this.key), page: 0, previous: NO_PAGE }, this.entries);
    const { data, hash } = sealObject(
      pageLines({ head, signature: this.key.signIndex(head), entries: this.entries }),
    );
    this.objects.set(hash, data);
    return hash;
  }

  /** Commits a head on chain, and with it what it has read; without a head the end of its salts alone. */
  commit(block: number, head: string | null = this.page(), read: Attestation | null = this.read): void {
    const bytes = encodeValidator({ end: this.key.salts.end, head, url: this.url, read: head === null ? null : read });
    this.world.commitments.push({ hotkey: this.address, block, extrinsicIndex: null, bytes });
  }

  close(): Promise<void> {
    this.#stop.abort();
    return this.settling.drain().then(() => this.journal.close());
  }

  #deps(): ValidateDeps {
    const { journal, world } = this;
    const store = new Proxy({} as Store, {
      get: (_, name) =>
        name === "then"
          ? undefined
          : async (...args: unknown[]) =>
            await (journal[name as keyof Journal] as (...args: unknown[]) => unknown).apply(journal, args),
    });
    const names = Object.keys(world.miners);
    return {
      chain: {
        facts: (_: number, at: { number: number; hash: string }) => Promise.resolve(world.facts(at)),
        blockHash: (number: number) => Promise.resolve(blockHash(number)),
      },
      model: {
        resolve: (chuteId: string) => {
          const name = names[Number(chuteId.slice(-2))]!;
          return Promise.resolve(servedChute(chuteId, name));
        },
      },
      hub: {
        describe: (model: string, revision: string) =>
          Promise.resolve({ model, revision, weightsDigest: sha256Hex(model), weightsBytes: 1 }),
      },
      store,
      sandbox: new FakeSandbox(),
      clock: { now: () => performance.now(), wall: () => Date.now(), sleep: () => Promise.resolve() },
      envs: ENVS,
      parameters: world.parameters,
      netuid: NETUID,
      publishing: { url: this.url, bucket: { get: (hash: string) => Promise.resolve(this.objects.get(hash) ?? null) } },
      pooling: {
        retryMs: 1,
        ...this.patience,
        reader: {
          get: async (url: string, hash: string) => {
            await this.onGet(url);
            this.reads++;
            if (this.unreachable.has(url)) throw new BucketError("Nobody answers", { code: "unreachable" });
            return world.nodes.find((node) => node.url === url)?.objects.get(hash) ?? null;
          },
        },
      },
      log: (level: string, text: string) => this.log.push(`${level} ${text}`),
      onEvent: (event: { type: string; validators?: readonly PoolLine[] }) => {
        if (event.type === "pool") this.lines = event.validators!;
      },
    } as unknown as ValidateDeps;
  }
}

/** How an epoch of a scene may differ from an ordinary one. */
export interface EpochOptions {
  /** Changes the records of one node. */
  readonly change?: (node: Node, record: AnswerRecord) => AnswerRecord;
  /** Takes the place of the ordinary commit of a head. */
  readonly commit?: (node: Node, block: number) => void;
  /** Nodes that settle; all others only publish. */
  readonly settle?: (node: Node) => boolean;
}

/** One epoch of the chain: everybody settles at its first block, publishes the two windows before, and commits. */
export async function epoch(world: World, number: number, options: EpochOptions = {}): Promise<void> {
  const block = startOf(number);
  world.head = block + 1;
  await Promise.all(
    world.nodes.filter((node) => options.settle?.(node) ?? true).map(async (node) => {
      await node.settle();
      await node.readOn();
    }),
  );
  for (const node of world.nodes) {
    const change = (record: AnswerRecord) => options.change?.(node, record) ?? record;
    // The epoch of the end of the salts comes before that of the first head.
    if (number === 0) {
      node.commit(block + 5, null);
      continue;
    }
    const last = Math.floor((block + 5) / PARAMETERS.windowBlocks);
    node.publish(last - 2, change);
    node.publish(last - 1, change);
    if (options.commit) options.commit(node, block + 5);
    else node.commit(block + 5);
  }
}

/** Runs with so many validators. */
export async function withWorld(count: number, work: (world: World) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "af-pool-" });
  const world = new World();
  try {
    for (let i = 0; i < count; i++) await new Node(world, i + 1, directory).open();
    await work(world);
  } finally {
    for (const node of world.nodes) await node.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Epochs from one to before another. */
export async function epochs(world: World, from: number, to: number, options?: EpochOptions): Promise<void> {
  for (let number = from; number < to; number++) await epoch(world, number, options);
}

/** Where the mechanism of a node has come to. */
export function stateOf(node: Node): State {
  return node.settling.settled.state;
}

/** These agree to the byte on every epoch. */
export function agree(nodes: readonly Node[]): void {
  const [first, ...rest] = nodes;
  for (const node of rest) deepEqual(node.outputs, first!.outputs);
}

/** How a node sees another one, or itself. */
export function lineOf(node: Node, of: Node): PoolLine {
  return node.lines.find(({ validator }) => validator === of.address)!;
}
