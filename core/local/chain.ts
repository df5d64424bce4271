/**
 * The embedded local chain: Substrate JSON-RPC over WebSocket on loopback with the parts of Bittensor's runtime that af
 * uses. An ordinary client connects, reads, signs and sends as it would to a real node; `faults` breaks it on demand.
 *
 * What it does not do: balances and fees (every call is free), emissions and consensus (weights are stored, not
 * counted), and the opening of timelocked weights and commitments (it has no drand).
 * @module
 */
import { AccountId } from "@polkadot-api/substrate-bindings";
import { sha256 } from "../base/hash.ts";
import type { Head } from "../port/chain.ts";
import { COMMITMENTS, rawField, writeCommitment } from "./chain_commitments.ts";
import { type Hyperparameter, writeHyperparameter } from "./chain_hyperparameters.ts";
import { type Block, ChainNode } from "./chain_node.ts";
import { rpcMethods } from "./chain_rpc.ts";
import { serveRpc } from "./chain_server.ts";
import type { CallContext, Storage } from "./chain_storage.ts";
import {
  foundSubnet,
  type GenesisNeuron,
  RAO,
  registerNeuron,
  replaceNeuron,
  setStake,
  SUBTENSOR,
} from "./chain_subnet.ts";

/** A commitment that is there from the beginning. */
export interface GenesisCommitment {
  /** SS58 address. */
  readonly hotkey: string;
  /** At most 512 bytes. */
  readonly bytes: Uint8Array;
  /** Block in which it was made. */
  readonly block: number;
}

/** Options of {@linkcode startLocalChain}. */
export interface LocalChainOptions {
  /** Fixes every block hash, the genesis hash included: see {@linkcode startLocalChain}. */
  readonly seed: string;
  /** Port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** Milliseconds between blocks; 0 makes blocks by hand only. @default {0} */
  readonly blockMs?: number;
  /** Blocks by which finality trails the head. With 0 polkadot.js never reports `inBlock`. @default {1} */
  readonly finalityLag?: number;
  readonly netuid: number;
  /** Blocks of an epoch. */
  readonly tempo: number;
  /** Blocks that must lie between two weight settings. */
  readonly weightsRateLimit: number;
  /** SS58 address of the subnet owner's hotkey, registered or not. */
  readonly ownerHotkey: string;
  /** The position is the uid. */
  readonly neurons: readonly GenesisNeuron[];
  /** @default {[]} */
  readonly commitments?: readonly GenesisCommitment[];
  /** Number of the first block; a high number costs nothing. @default {0} */
  readonly startBlock?: number;
  /** Whether weights must be committed first. @default {false} */
  readonly commitReveal?: boolean;
  /** Stake in tokens that setting weights takes. @default {0} */
  readonly minStake?: number;
  /** Refuse weight calls that come too soon or lack stake before the pool (RPC 1010), as the newest runtime does, instead of including them as failed. @default {true} */
  readonly poolChecks?: boolean;
  /** Called with every block that is made: what anybody could read of the chain at once. */
  readonly onBlock?: (head: Head) => void;
}

/** Ways to break a chain while a client is connected. */
export interface ChainFaults {
  /** Closes every connection; clients may reconnect. */
  dropConnections(): void;
  /** Refuses new connections with HTTP 503. */
  refuse(on: boolean): void;
  /** Keeps new blocks from becoming final; switched off, finality catches up at once. */
  stallFinality(on: boolean): void;
  /** Forgets the state below a block: reads there fail with `UnknownBlock: State already discarded`. */
  forget(beforeBlock: number): void;
}

/** A running local chain. What changes state here takes effect in the next block, outside of any extrinsic. */
export interface LocalChain {
  /** `ws://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** The newest block. */
  head(): Head;
  /** The newest final block. */
  finalizedHead(): Head;
  /** Makes blocks and returns the last. */
  newBlocks(count: number): Promise<Head>;
  /** Registers a hotkey and returns its uid. @throws {Error} naming the pallet's error. */
  register(hotkey: string): number;
  /** Gives a uid to another hotkey. @throws {Error} naming the pallet's error. */
  replace(uid: number, hotkey: string): void;
  /** Prunes a hotkey: its uid goes to a hotkey that nobody holds, whose address is returned. */
  deregister(hotkey: string): string;
  /** Sets a hotkey's stake on the subnet, in tokens. */
  setStake(hotkey: string, stake: number): void;
  /** Replaces a hotkey's commitment, registered or not. @throws {RangeError} above 512 bytes. */
  commit(hotkey: string, bytes: Uint8Array): void;
  /** Gives a registered hotkey the validator permit, or takes it. @throws {RangeError} if it is not registered. */
  setPermit(hotkey: string, permit: boolean): void;
  /** Sets a hyperparameter as the chain stores it. */
  setHyperparameter(name: Hyperparameter, value: number | boolean): void;
  readonly faults: ChainFaults;
  close(): Promise<void>;
}

/** What a client is told of the time between blocks when they are made by hand. */
const BLOCK_MS = 12_000;
/** Blocks that are made in one go before others get a turn. */
const BURST = 32;

/**
 * Starts a local chain.
 *
 * A block's hash is a pure function of (seed, number): headers carry constants of the seed in place of the state and
 * extrinsics roots, so two runs with one seed have the same hash at the same height whatever extrinsics they hold.
 * Tasks that are drawn from block hashes are therefore the same after a crash and a fresh start. (Starts that lie in
 * different multiples of 65,536 are different chains, but for their genesis hash.)
 *
 * Time, on the other hand, is real: Timestamp.Now is the clock of the machine.
 *
 * @throws {Deno.errors.AddrInUse} if the port is taken. @throws {RangeError} for a commitment above 512 bytes.
 */
export function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  return Promise.try(() => open(options));
}

function open(options: LocalChainOptions): LocalChain {
  const { netuid, seed, blockMs = 0, startBlock = 0 } = options;
  const node = new ChainNode({
    seed,
    netuid,
    start: startBlock,
    blockMs: blockMs || BLOCK_MS,
    finalityLag: options.finalityLag ?? 1,
    poolChecks: options.poolChecks ?? true,
  }, (storage) => genesis(storage, options));
  const build = () => {
    node.build();
    options.onBlock?.(headOf(node.head));
  };
  const newBlocks = async (count: number): Promise<Head> => {
    for (let made = 0; made < count; made++) {
      build();
      if (made % BURST === BURST - 1) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return headOf(node.head);
  };
  const server = serveRpc(rpcMethods(node, newBlocks), options.port ?? 0);
  const stopClock = blockMs > 0 ? startClock(build, blockMs) : () => {};
  const replace = ({ storage, block }: CallContext, uid: number, hotkey: string) =>
    replaceNeuron(storage, netuid, { uid, hotkey, coldkey: hotkey, block });
  return {
    url: `ws://127.0.0.1:${server.port}`,
    port: server.port,
    head: () => headOf(node.head),
    finalizedHead: () => headOf(node.finalized),
    newBlocks,
    register: (hotkey) =>
      node.intervene(({ storage, block, deposit }) => {
        const uid = registerNeuron(storage, netuid, { hotkey, coldkey: hotkey, block });
        deposit(SUBTENSOR, "NeuronRegistered", [netuid, uid, hotkey]);
        return uid;
      }),
    replace: (uid, hotkey) => node.intervene((context) => replace(context, uid, hotkey)),
    deregister: (hotkey) =>
      node.intervene((context) => {
        const uid = context.storage.get<number | undefined>(SUBTENSOR, "Uids", netuid, hotkey);
        if (uid === undefined) throw new RangeError(`Hotkey ${hotkey} is not registered`);
        const stranger = AccountId().dec(sha256(`af-local-chain/stranger/${seed}/${uid}/${context.block}`));
        replace(context, uid, stranger);
        return stranger;
      }),
    commit: (hotkey, bytes) =>
      node.intervene(({ storage, block, deposit }) => {
        writeCommitment(storage, { netuid, hotkey, block, fields: [rawField(bytes)] });
        deposit(COMMITMENTS, "Commitment", { netuid, who: hotkey });
      }),
    setPermit: (hotkey, permit) =>
      node.intervene(({ storage }) => {
        const uid = storage.get<number | undefined>(SUBTENSOR, "Uids", netuid, hotkey);
        if (uid === undefined) throw new RangeError(`Hotkey ${hotkey} is not registered`);
        const permits = [...storage.get<boolean[]>(SUBTENSOR, "ValidatorPermit", netuid)];
        permits[uid] = permit;
        storage.set(SUBTENSOR, "ValidatorPermit", [netuid], permits);
      }),
    setStake: (hotkey, stake) => node.intervene(({ storage }) => setStake(storage, netuid, { hotkey, stake })),
    setHyperparameter: (name, value) =>
      node.intervene(({ storage }) => writeHyperparameter(storage, netuid, { name, value })),
    faults: {
      dropConnections: () => server.drop(),
      refuse: (on) => void (server.refusing = on),
      stallFinality: (on) => {
        node.finalityStalled = on;
        node.finalize();
      },
      forget: (beforeBlock) => node.forget(beforeBlock),
    },
    close: () => {
      stopClock();
      return server.close();
    },
  };
}

function headOf({ number, hash }: Block): Head {
  return { number, hash };
}

function genesis(storage: Storage, options: LocalChainOptions): void {
  const { netuid, startBlock = 0 } = options;
  const set = (item: string, value: unknown) => storage.set(SUBTENSOR, item, [netuid], value);
  set("NetworksAdded", true);
  set("NetworkRegistrationAllowed", true);
  set("Tempo", options.tempo);
  set("LastEpochBlock", BigInt(startBlock));
  set("SubnetEpochIndex", BigInt(Math.floor(startBlock / Math.max(1, options.tempo))));
  set("WeightsSetRateLimit", BigInt(options.weightsRateLimit));
  set("CommitRevealWeightsEnabled", options.commitReveal ?? false);
  // The default of 1024 is for a subnet that nobody has configured.
  set("MinAllowedWeights", 1);
  set("SubnetOwnerHotkey", options.ownerHotkey);
  set("SubnetOwner", options.ownerHotkey);
  storage.set(SUBTENSOR, "StakeThreshold", [], BigInt(Math.round((options.minStake ?? 0) * RAO)));
  foundSubnet(storage, netuid, { neurons: options.neurons, block: startBlock });
  for (const { hotkey, bytes, block } of options.commitments ?? []) {
    writeCommitment(storage, { netuid, hotkey, block, fields: [rawField(bytes)] });
  }
}

/** Runs work on a fixed beat; beats that were missed are left out, not made up for. */
function startClock(work: () => void, everyMs: number): () => void {
  let due = performance.now() + everyMs;
  let timer = setTimeout(beat, everyMs);
  function beat(): void {
    work();
    due = Math.max(due + everyMs, performance.now());
    timer = setTimeout(beat, Math.max(0, due - performance.now()));
  }
  return () => clearTimeout(timer);
}
