/** The validate loop on a real journal, around a chain, endpoints and a signer that the test moves by hand. @module */
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519";
import { sha256Hex } from "../core/base/hash.ts";
import { encodeAddress } from "../core/base/ss58.ts";
import type { ValidateDeps } from "../core/flow/deps.ts";
import { FakeClock, FakeSandbox, numberEnv } from "../core/flow/fake_test.ts";
import { LOCAL, type Parameters } from "../core/mechanism/parameters.ts";
import type { Head, RawCommitment, SubnetFacts } from "../core/port/chain.ts";
import type { AskOutcome, AskRequest } from "../core/port/model.ts";
import type { BatchHead, SignedCall } from "../core/port/signer.ts";
import type { EpochRow, RoundRow, Store } from "../core/port/store.ts";
import { fromHex, toHex } from "../core/base/bytes.ts";
import { encodeCompact } from "../core/record/commitment.ts";
import { indexBytes } from "../core/record/index_head.ts";
import { Journal } from "../core/store/journal.ts";
import { servedChute } from "./scene_parts.ts";

/** Address of a name. */
export function address(name: string): string {
  return encodeAddress(fromHex(sha256Hex(name)));
}

/** Blocks of an epoch, less one. */
const TEMPO = 39;
const NETUID = 0;
const KEY = secretFromSeed(new Uint8Array(32).fill(7));
/** Address of the validator, whose key signs the index; what else it signs is another test's subject. */
export const SELF: string = encodeAddress(getPublicKey(KEY));

/** Options of {@linkcode Scene}. */
export interface SceneOptions {
  /** Finalized head at the start. */
  readonly head: number;
  readonly miners: readonly string[];
  /** @default {4} */
  readonly roundsPerWindow?: number;
}

interface Contents {
  readonly rounds: readonly RoundRow[];
  readonly windows: readonly number[];
  readonly batches: readonly number[];
  readonly epochs: readonly EpochRow[];
}

/** A world of one validator, whose miners are uids 1 and up. */
export class Scene {
  readonly directory: string;
  readonly clock: FakeClock = new FakeClock();
  readonly parameters: Parameters;
  readonly miners: readonly string[];
  readonly log: string[] = [];
  /** How an endpoint ends an attempt; by default with the right answer. */
  answer: (request: AskRequest) => Promise<AskOutcome> | AskOutcome = right;
  /** Runs before a batch is signed. */
  onSign: (head: BatchHead) => Promise<void> = () => Promise.resolve();
  /** Runs before the journal does what it is asked. */
  onStore: (method: string) => Promise<void> = () => Promise.resolve();
  /** Runs before the journal says that it is done. */
  onStored: (method: string) => Promise<void> = () => Promise.resolve();
  journal: Journal;
  #head = 0;
  #waiting: { number: number; wake(head: Head): void }[] = [];
  #commitment: RawCommitment | null = null;
  #lastUpdate = 1;
  #isOpen = false;
  #contents: Contents = { rounds: [], windows: [], batches: [], epochs: [] };

  constructor(directory: string, options: SceneOptions) {
    this.parameters = { ...LOCAL, roundsPerWindow: options.roundsPerWindow ?? 4 };
    this.directory = directory;
    this.#head = options.head;
    this.miners = options.miners;
    this.journal = new Journal(directory);
  }

  /** Rounds in the journal; none before it is open. */
  get rounds(): readonly RoundRow[] {
    return this.#read().rounds;
  }
  /** Windows in the journal. */
  get windows(): readonly number[] {
    return this.#read().windows;
  }
  /** Windows whose batch is signed. */
  get batches(): readonly number[] {
    return this.#read().batches;
  }
  /** Epochs in the journal. */
  get epochs(): readonly EpochRow[] {
    return this.#read().epochs;
  }

  /** What the journal holds, or held when it was closed. */
  #read(): Contents {
    if (!this.#isOpen) return this.#contents;
    return this.#contents = {
      rounds: this.journal.rounds(0),
      windows: this.journal.windows(0).map((row) => row.window),
      batches: this.journal.batches(0).map((row) => row.head.window),
      epochs: this.journal.epochs(0),
    };
  }

  /** Moves the chain's finalized head, also back: another node may lag behind. */
  moveTo(number: number): void {
    this.#head = number;
    const due = this.#waiting.filter((one) => one.number < number);
    this.#waiting = this.#waiting.filter((one) => one.number >= number);
    for (const one of due) one.wake(head(number));
  }

  /** What the validator works with. A second call is a restart: a new journal on the same folder. */
  deps(): ValidateDeps {
    const self = SELF;
    this.journal = new Journal(this.directory);
    const journal = this.journal;
    const store = new Proxy({} as Store, {
      get: (_, name) =>
        name === "then" ? undefined : async (...args: unknown[]) => {
          await this.onStore(String(name));
          if (name === "close") this.#read();
          const value = (journal[name as keyof Journal] as (...args: unknown[]) => unknown).apply(journal, args);
          if (name === "open" || name === "close") this.#isOpen = name === "open";
          await this.onStored(String(name));
          return value;
        },
    });
    let signed: SignedCall | null = null;
    return {
      chain: {
        identity: () => Promise.resolve({ genesis: hash(0), chain: "test", specName: "test", specVersion: 1 }),
        head: () => Promise.resolve(head(this.#head)),
        headAfter: (number) =>
          this.#head > number
            ? Promise.resolve(head(this.#head))
            : new Promise((wake) => this.#waiting.push({ number, wake })),
        blockHash: (number) => Promise.resolve(hash(number)),
        facts: (_, at) => Promise.resolve(this.#facts(at)),
        weights: () => Promise.resolve([]),
        context: () => Promise.resolve({} as never),
        submit: () => {
          if (signed?.call === "set_commitment") {
            const bytes = fromHex(signed.data);
            this.#commitment = { hotkey: self, block: this.#head, extrinsicIndex: null, bytes };
          }
          return Promise.resolve({ block: head(this.#head), extrinsicIndex: 0 });
        },
      },
      model: {
        resolve: (chuteId) => {
          const name = this.miners[Number(chuteId.slice(-2)) - 1]!;
          return Promise.resolve(servedChute(chuteId, name));
        },
        ask: async (request) => await this.answer(request),
      },
      hub: {
        describe: (model, revision) =>
          Promise.resolve({ model, revision, weightsDigest: sha256Hex(model), weightsBytes: 1 }),
      },
      store,
      sandbox: new FakeSandbox(),
      freshSecret: () => crypto.getRandomValues(new Uint8Array(32)),
      signer: {
        address: () => Promise.resolve(self),
        extrinsic: (call) => Promise.resolve((signed = call, "0x00")),
        batch: async (batch) => (await this.onSign(batch), "00".repeat(64)),
        index: (page) => Promise.resolve(toHex(sign(KEY, indexBytes(page)))),
      },
      clock: this.clock,
      envs: [numberEnv("logic"), numberEnv("math")],
      parameters: this.parameters,
      netuid: NETUID,
      log: (level, text) => this.log.push(`${level} ${text}`),
      onEvent: () => {},
    };
  }

  #facts(at: Head): SubnetFacts {
    const neuron = (name: string, uid: number) => ({
      uid,
      hotkey: uid === 0 ? SELF : address(name),
      permit: uid === 0,
      lastUpdate: this.#lastUpdate,
      registeredAt: 0,
      stake: null,
    });
    const commitments = this.miners.map((name, i): RawCommitment => ({
      hotkey: address(name),
      block: i + 1,
      extrinsicIndex: null,
      bytes: encodeCompact({
        model: `owner/Affine-${name}`,
        revision: "0".repeat(40),
        chuteId: `00000000-0000-0000-0000-${String(i + 1).padStart(12, "0")}`,
      }),
    }));
    return {
      block: at,
      netuid: NETUID,
      tempo: TEMPO,
      // Weights are another test's subject: here they wait for ever.
      weightsRateLimit: 1_000_000,
      commitReveal: false,
      weightsVersionKey: 0,
      minAllowedWeights: 1,
      ownerHotkey: null,
      neurons: ["validator", ...this.miners].map(neuron),
      commitments: this.#commitment ? [...commitments, this.#commitment] : commitments,
    };
  }
}

/** The right answer to a task of these scenes. */
export function right({ prompt }: AskRequest): AskOutcome {
  return { kind: "answered", text: prompt.replaceAll(/\D/g, ""), promptTokens: 1, completionTokens: 1 };
}

function hash(number: number): string {
  return `0x${sha256Hex(String(number))}`;
}

function head(number: number): Head {
  return { number, hash: hash(number) };
}

/** Lets timers and promises of everybody else go on for a while. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** How long something may take that is bound to come, in milliseconds: a busy machine is slow, and only what hangs is wrong. */
const PATIENCE_MS = 180_000;

/** Waits until something holds; timers and promises of everybody else go on meanwhile. @throws {Error} if it never does. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`It did not come to that: ${holds}`);
    await turns(1);
  }
}

/** Runs with a scene in a folder of its own. */
export async function withScene(
  options: SceneOptions,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "af-flow-" });
  try {
    await work(new Scene(directory, options));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
