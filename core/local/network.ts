/** The embedded network as one thing: chain, Chutes, hub and miners, all on loopback, all from one seed. @module */
import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { voters } from "../../envs/registry.ts";
import { type LocalChain, startLocalChain } from "./chain.ts";
import { type LocalChutes, startLocalChutes } from "./chutes.ts";
import { startLocalHub } from "./hub.ts";
import { Cheat, chuteOf, externalMiner, localCast, localHotkey, type Miner, Reference } from "./miners.ts";

/** A model of somebody else that takes part as a miner. */
export interface ExternalMiner {
  readonly name: string;
  /** Base of an OpenAI-compatible endpoint, such as `http://127.0.0.1:8080/v1`. */
  readonly url: string;
}

/** Options of {@linkcode startLocalNetwork}. */
export interface LocalNetworkOptions {
  readonly seed: string;
  readonly netuid: number;
  /** SS58 address of the validator: registered with a permit as uid 0. */
  readonly validator: string;
  readonly miners: readonly ExternalMiner[];
  /** Validators besides that one, with permits: their uids come after the miners'. @default {[]} */
  readonly others?: readonly { readonly validator: string; readonly saltRoot: string | null }[];
  /** Digest of the engine that the validator runs programs in, as it stands in the environments' versions; null = it has none. */
  readonly engine: string | null;
  /** Root of the validator's salts, 64 hex digits: with it miners are handed reference solutions of programs. Null = they are not. */
  readonly saltRoot: string | null;
  /** Block time in milliseconds; 0 = blocks are made by hand (`dev_newBlock`). */
  readonly blockMs: number;
  /** Blocks of an epoch, less one. */
  readonly tempo: number;
  /** Leaves out down time, for runs that must be the same twice. @default {false} */
  readonly steady?: boolean;
  /** Miners each better than the one before, for several reigns. @default {0} */
  readonly successors?: number;
}

/** Where the network listens, and who is in it. */
export interface LocalReady {
  readonly chainUrl: string;
  /** With `{slug}`. */
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  readonly hubUrl: string;
  readonly apiKey: string;
  /** Its first block, the first of an epoch. */
  readonly startBlock: number;
  readonly miners: readonly {
    readonly name: string;
    readonly uid: number;
    readonly hotkey: string;
    readonly story: string;
  }[];
}

/** A network that runs. */
export interface LocalNetwork {
  readonly ready: LocalReady;
  readonly chain: LocalChain;
  readonly chutes: LocalChutes;
  readonly cheat: Cheat;
  readonly reference: Pick<Reference, "find"> | null;
  /** Everybody who answers, in the order of their uids. */
  readonly cast: readonly Miner[];
  close(): Promise<void>;
}

/** Blocks between two weight settings: less than an epoch, so that every epoch can pay. */
const RATE_LIMIT = 20;
const WINDOW_BLOCKS = 20;
/** What the cheat does for each prompt: it must not take the machine from everybody else. */
const CHEAT_BUDGET = 4;
/** Uid of the validator, then of the owner; miners follow. */
const FIRST_MINER = 2;

/** Starts everything. The first block is the first of an epoch. */
export async function startLocalNetwork(options: LocalNetworkOptions): Promise<LocalNetwork> {
  const { seed, netuid, validator, tempo } = options;
  const cast: Miner[] = [
    ...localCast(seed, { steady: options.steady ?? false, successors: options.successors ?? 0 }),
    ...options.miners.map((one, i) => externalMiner(one.name, one.url, { seed, commitOrder: 100 + i })),
  ];
  const environments = voters(options.engine);
  const cheat = new Cheat({ netuid, validator, environments, budget: CHEAT_BUDGET });
  const programs = environments.filter((env) => env.submission !== undefined);
  const others = options.others ?? [];
  const references = [{ validator, saltRoot: options.saltRoot }, ...others].flatMap(({ validator, saltRoot }) =>
    saltRoot === null ? [] : [new Reference({ netuid, validator, saltRoot, environments: programs })]
  );
  const reference = anyOf(references);
  const startBlock = 10 * (tempo + 1) - netuid - 1;
  const ownerHotkey = localHotkey(seed, "owner");
  const chain = await startLocalChain({
    seed,
    netuid,
    tempo,
    blockMs: options.blockMs,
    weightsRateLimit: RATE_LIMIT,
    ownerHotkey,
    startBlock,
    neurons: [
      { hotkey: validator, permit: true, stake: 10_000 },
      { hotkey: ownerHotkey },
      ...cast.map(({ hotkey }) => ({ hotkey })),
      ...others.map((one) => ({ hotkey: one.validator, permit: true, stake: 10_000 })),
    ],
    commitments: cast.map(({ hotkey, model, revision, chuteId, commitOrder }) => ({
      hotkey,
      bytes: utf8(JSON.stringify({ model, revision, chute_id: chuteId })),
      block: 100 + commitOrder,
    })),
    onBlock({ number, hash }) {
      if (number % WINDOW_BLOCKS !== 0) return;
      cheat.observeWindow(number / WINDOW_BLOCKS, hash);
      for (const one of references) one.observeWindow(number / WINDOW_BLOCKS, hash);
    },
  });
  const apiKey = sha256Hex(`af-local-key ${seed}`);
  const chutes = startLocalChutes({ chutes: cast.map((miner) => chuteOf(miner, { cheat, reference })), apiKey });
  const hub = startLocalHub({ repos: cast });
  return {
    ready: {
      chainUrl: chain.url,
      inferenceUrl: chutes.inferenceUrl,
      managementUrl: chutes.managementUrl,
      hubUrl: hub.url,
      apiKey,
      startBlock,
      miners: cast.map(({ name, hotkey, story }, i) => ({ name, hotkey, story, uid: FIRST_MINER + i })),
    },
    chain,
    chutes,
    cheat,
    reference,
    cast,
    async close() {
      await Promise.all([chain.close(), chutes.close(), hub.close()]);
    },
  };
}

/** The references of all validators as one: a prompt is of one of them. */
function anyOf(references: readonly Reference[]): Pick<Reference, "find"> | null {
  if (references.length < 2) return references[0] ?? null;
  return {
    find(prompt) {
      for (const one of references) {
        const found = one.find(prompt);
        if (found) return found;
      }
      return null;
    },
  };
}
