/** Logs as the real validate loop makes them, on a chain that remembers every block: what an audit is tried on. @module */
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { fromHex, fromUtf8, toHex, utf8 } from "../core/base/bytes.ts";
import { sha256, sha256Hex } from "../core/base/hash.ts";
import { encodeAddress } from "../core/base/ss58.ts";
import type { ValidateDeps } from "../core/flow/deps.ts";
import { FakeClock, FakeSandbox } from "../core/flow/fake_test.ts";
import { validate } from "../core/flow/validate.ts";
import { LOCAL, type Parameters } from "../core/mechanism/parameters.ts";
import type { Chain, Head, RawCommitment, SubnetFacts, Weight } from "../core/port/chain.ts";
import type { Environment, Task } from "../core/port/environment.ts";
import type { AskOutcome, AskRequest } from "../core/port/model.ts";
import type { BatchHead, IndexHead, SignedCall, Signer } from "../core/port/signer.ts";
import type { Store } from "../core/port/store.ts";
import { batchBytes } from "../core/record/batch.ts";
import { encodeCompact } from "../core/record/commitment.ts";
import { indexBytes } from "../core/record/index_head.ts";
import { Journal } from "../core/store/journal.ts";
import { runHere } from "../envs/program/stand_in.ts";
import { until } from "./flow_scene.ts";
import { memoryBucket, type Objects, servedChute } from "./scene_parts.ts";

/** Netuid of the scene. */
export const NETUID = 0;
/** Blocks of an epoch, less one. */
export const TEMPO = 39;
const URL = "https://objects.example";

/** Hash of a block. */
export function hashOf(number: number): string {
  return `0x${sha256Hex(`block ${number}`)}`;
}

/** A key that signs as a validator. */
export interface Key {
  readonly address: string;
  signBatch(head: BatchHead): string;
  signIndex(head: IndexHead): string;
}

/** The key of a name. */
export function keyOf(name: string): Key {
  return keyOfSeed(sha256(name));
}

/** The key of a mini secret. */
export function keyOfSeed(seed: Uint8Array): Key {
  const secret = secretFromSeed(seed);
  const made = (bytes: Uint8Array) => toHex(sign(secret, bytes));
  return {
    address: encodeAddress(getPublicKey(secret)),
    signBatch: (head) => made(batchBytes(head)),
    signIndex: (head) => made(indexBytes(head)),
  };
}

interface SetWeights {
  readonly uid: number;
  readonly block: number;
  weights: readonly Weight[];
}

/** A chain of made-up blocks that can be read at any of them. Everything in it may be changed by a test. */
export class History {
  head = 400;
  readonly hotkeys: string[];
  readonly permits: Set<string>;
  /** In the order in which they were made. */
  readonly commitments: RawCommitment[] = [];
  readonly weights: SetWeights[] = [];
  readonly owner: string;
  /** Stake in tokens at a block. */
  stakeOf: (hotkey: string, block: number) => number | null = () => null;
  /** First block whose state the node still has. */
  oldest = 0;
  #waiting: { number: number; wake(head: Head): void }[] = [];

  constructor(validators: readonly string[], owner: string, miners: readonly string[]) {
    this.hotkeys = [...validators, owner, ...miners];
    this.permits = new Set(validators);
    this.owner = owner;
  }

  moveTo(number: number): void {
    this.head = number;
    const due = this.#waiting.filter((one) => one.number < number);
    this.#waiting = this.#waiting.filter((one) => one.number >= number);
    for (const one of due) one.wake(this.at(number));
  }
  at(number: number): Head {
    return { number, hash: hashOf(number) };
  }

  /** The port; `submit` takes the calls that {@linkcode signerOf} made. */
  get chain(): Chain {
    return {
      identity: () => Promise.resolve({ genesis: hashOf(0), chain: "test", specName: "test", specVersion: 1 }),
      head: () => Promise.resolve(this.at(this.head)),
      headAfter: (number) =>
        this.head > number
          ? Promise.resolve(this.at(this.head))
          : new Promise((wake) => this.#waiting.push({ number, wake })),
      blockHash: (number) => Promise.resolve(hashOf(number)),
      facts: (_, at) => this.#state(at, () => this.#facts(at)),
      weights: (_, uid, at) => this.#state(at, () => this.#weightsOf(uid, at?.number ?? this.head)?.weights ?? []),
      context: () => Promise.resolve({} as never),
      submit: (extrinsic) => {
        const { hotkey, call } = JSON.parse(fromUtf8(fromHex(extrinsic))) as { hotkey: string; call: SignedCall };
        const block = this.head;
        if (call.call === "set_commitment") {
          this.commitments.push({ hotkey, block, extrinsicIndex: null, bytes: fromHex(call.data) });
        } else {
          const weights = call.uids.map((uid, i): Weight => [uid, call.weights[i]!]);
          this.weights.push({ uid: this.hotkeys.indexOf(hotkey), block, weights });
        }
        return Promise.resolve({ block: this.at(block), extrinsicIndex: 0 });
      },
    };
  }

  async #state<T>(at: Head | undefined, read: () => T): Promise<T> {
    if (at && at.number < this.oldest) {
      const { ChainError } = await import("../core/base/errors.ts");
      throw new ChainError("State already discarded", { code: "state_discarded" });
    }
    return read();
  }
  #weightsOf(uid: number, block: number): SetWeights | undefined {
    return this.weights.findLast((one) => one.uid === uid && one.block <= block);
  }
  #facts(at: Head): SubnetFacts {
    const newest = new Map<string, RawCommitment>();
    for (const one of this.commitments) if (one.block <= at.number) newest.set(one.hotkey, one);
    return {
      block: at,
      netuid: NETUID,
      tempo: TEMPO,
      weightsRateLimit: 0,
      commitReveal: false,
      weightsVersionKey: 0,
      minAllowedWeights: 1,
      ownerHotkey: this.owner,
      neurons: this.hotkeys.map((hotkey, uid) => ({
        uid,
        hotkey,
        permit: this.permits.has(hotkey),
        lastUpdate: this.#weightsOf(uid, at.number)?.block ?? 1,
        registeredAt: 1,
        stake: this.stakeOf(hotkey, at.number),
      })),
      commitments: [...newest.values()].sort((a, b) => a.block - b.block || (a.hotkey < b.hotkey ? -1 : 1)),
    };
  }
}

function signerOf(key: Key): Signer {
  return {
    address: () => Promise.resolve(key.address),
    extrinsic: (call) => Promise.resolve(`0x${toHex(utf8(JSON.stringify({ hotkey: key.address, call })))}`),
    batch: (head) => Promise.resolve(key.signBatch(head)),
    index: (head) => Promise.resolve(key.signIndex(head)),
  };
}

/** Options of {@linkcode makeLogs}. */
export interface LogsOptions {
  readonly envs: readonly Environment[];
  /** Names of validators. @default {["validator"]} */
  readonly validators?: readonly string[];
  /** Skill of each miner by name, 0 to 1, in the order of their commits. */
  readonly miners: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly parameters?: Partial<Parameters>;
  /** What a validator makes of an answer before it grades it. */
  readonly invent?: (at: { validator: string; miner: string; block: number; right: string; given: string }) => string;
}

/** Logs that were made, and the chain and the objects that they are on. */
export interface Logs {
  readonly history: History;
  readonly objects: Objects;
  readonly keys: readonly Key[];
  readonly parameters: Parameters;
  /** Address of a miner. */
  readonly miner: (name: string) => string;
}

/** Runs the real loop, with every validator on the same chain and the same miners, for so many epochs. */
export async function makeLogs(options: LogsOptions): Promise<Logs> {
  const keys = (options.validators ?? ["validator"]).map(keyOf);
  const names = Object.keys(options.miners);
  const miner = (name: string) => keyOf(`miner ${name}`).address;
  const history = new History(keys.map(({ address }) => address), keyOf("owner").address, names.map(miner));
  names.forEach((name, i) => {
    history.commitments.push({ hotkey: miner(name), block: i + 1, extrinsicIndex: null, bytes: statement(name, i) });
  });
  const objects: Objects = new Map();
  const parameters: Parameters = { ...LOCAL, ...options.parameters };
  const directory = await Deno.makeTempDir({ prefix: "af-audit-" });
  try {
    const runs = keys.map((key, i) =>
      startRun({ key, history, objects, parameters, options, directory: `${directory}/${i}` })
    );
    await walk(history, runs, options.epochs, parameters);
    await Promise.all(runs.map(({ stop }) => stop()));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  return { history, objects, keys, parameters, miner };
}

function statement(name: string, i: number): Uint8Array {
  return encodeCompact({ model: `owner/Affine-${name}`, revision: "0".repeat(40), chuteId: chuteId(i) });
}

function chuteId(i: number): string {
  return `00000000-0000-0000-0000-${String(i + 1).padStart(12, "0")}`;
}

interface Run {
  readonly journal: Journal;
  stop(): Promise<void>;
  failure(): unknown;
}

function startRun(
  { key, history, objects, parameters, options, directory }: {
    key: Key;
    history: History;
    objects: Objects;
    parameters: Parameters;
    options: LogsOptions;
    directory: string;
  },
): Run {
  const tasks = new Map<string, { env: Environment; task: Task }>();
  const envs = options.envs.map((env): Environment => ({
    ...env,
    generate(seed, drawn) {
      const task = env.generate(seed, drawn);
      tasks.set(task.prompt, { env, task });
      return task;
    },
  }));
  const names = Object.keys(options.miners);
  const ask = ({ slug, prompt }: AskRequest): AskOutcome => {
    const { env, task } = tasks.get(prompt)!;
    const luck = new DataView(sha256(`${slug} ${prompt}`).buffer).getUint32(0) / 2 ** 32;
    const right = env.solve(task);
    const given = luck < options.miners[slug]! ? right : env.spoil?.(task, slug) ?? "I do not know";
    const text = options.invent?.({ validator: key.address, miner: slug, block: history.head, right, given }) ?? given;
    return { kind: "answered", text, promptTokens: 1, completionTokens: 1 };
  };
  const journal = new Journal(directory);
  let failed: unknown = null;
  const store = new Proxy({} as Store, {
    get: (_, name) =>
      name === "then"
        ? undefined
        // deno-lint-ignore require-await -- what it throws is a rejection
        : async (...args: unknown[]) =>
          (journal[name as keyof Journal] as (...args: unknown[]) => unknown).apply(journal, args),
  });
  const deps: ValidateDeps = {
    chain: history.chain,
    model: {
      resolve: (id) => {
        const name = names[Number(id.slice(-2)) - 1]!;
        return Promise.resolve(servedChute(id, name));
      },
      ask: (request) => Promise.resolve(ask(request)),
    },
    hub: {
      describe: (model, revision) =>
        Promise.resolve({ model, revision, weightsDigest: sha256Hex(model), weightsBytes: 1 }),
    },
    sandbox: new FakeSandbox({ run: ({ submissions }) => Promise.resolve(submissions.map(runHere)) }),
    store,
    signer: signerOf(key),
    clock: new FakeClock(),
    envs,
    parameters,
    netuid: NETUID,
    publishing: { bucket: memoryBucket(objects), url: URL, inspectMs: 1e9 },
    freshSecret: () => sha256(`salts of ${key.address}`),
    log: () => {},
    onEvent: () => {},
  };
  const stop = new AbortController();
  const end = validate(deps, { parallel: 8, signal: stop.signal }).catch((error) => failed = error);
  return {
    journal,
    failure: () => failed,
    async stop() {
      stop.abort();
      await end;
      journal.close();
    },
  };
}

/** Moves the chain window by window; everybody asks all rounds of each. */
async function walk(history: History, runs: readonly Run[], epochs: number, parameters: Parameters): Promise<void> {
  const { windowBlocks, roundsPerWindow } = parameters;
  const isDone = (run: Run, window: number) => {
    if (run.failure()) throw run.failure();
    const rounds = run.journal.rounds(0).filter((round) => round.window === window);
    return rounds.length === roundsPerWindow && rounds.every(({ state }) => state !== "open");
  };
  const settled = (run: Run) => {
    try {
      return run.journal.epochs(0).length;
    } catch {
      // Not open yet.
      return 0;
    }
  };
  await until(() => runs.every((run) => settled(run) > 0));
  const first = Math.floor(history.head / windowBlocks) + 1;
  for (let window = first; runs.some((run) => settled(run) < epochs); window++) {
    const start = window * windowBlocks;
    history.moveTo(start);
    await until(() => runs.every((run) => isDone(run, window)));
    for (const step of [4, 8, 12, 16]) {
      history.moveTo(start + step);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }
  // What was settled last is published and committed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  history.moveTo(history.head + 3);
  await new Promise((resolve) => setTimeout(resolve, 50));
}
