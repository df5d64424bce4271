/** Port: what flows may ask of a chain. Everything is read at finalized blocks. @module */

/** A block: its number and its hash (0x and 64 hex digits). */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

/** What a connected chain says that it is. */
export interface ChainIdentity {
  /** Hash of block 0: tells two chains apart. */
  readonly genesis: string;
  readonly chain: string;
  readonly specName: string;
  readonly specVersion: number;
}

/** One registered hotkey of a subnet. */
export interface Neuron {
  readonly uid: number;
  /** SS58 address. */
  readonly hotkey: string;
  /** Validator permit. */
  readonly permit: boolean;
  /** Block of its last weight setting or registration. */
  readonly lastUpdate: number;
  /** Block of its registration. */
  readonly registeredAt: number;
  /**
   * Stake in tokens as the runtime weighs it on this subnet, with what it inherits and lends. Null without a permit, where nobody asks
   * for it, and where the runtime does not tell.
   */
  readonly stake: number | null;
}

/** What a hotkey committed on chain, as bytes that nobody has checked. */
export interface RawCommitment {
  readonly hotkey: string;
  /** Block in which it was committed. */
  readonly block: number;
  /** Index of the extrinsic in that block; null where the chain could not tell (it only breaks ties). */
  readonly extrinsicIndex: number | null;
  readonly bytes: Uint8Array;
}

/** A subnet at one block. */
export interface SubnetFacts {
  readonly block: Head;
  readonly netuid: number;
  /** Blocks of an epoch, less one. */
  readonly tempo: number;
  /** Blocks that must lie between two weight settings. */
  readonly weightsRateLimit: number;
  readonly commitReveal: boolean;
  /** Lowest version key that setWeights may carry. */
  readonly weightsVersionKey: number;
  readonly minAllowedWeights: number;
  /** Hotkey of the subnet's owner where the runtime tells, else null. */
  readonly ownerHotkey: string | null;
  /** Sorted by uid. */
  readonly neurons: readonly Neuron[];
  /** Of hotkeys that are registered, sorted by block, extrinsic index, hotkey. */
  readonly commitments: readonly RawCommitment[];
}

/** What a signer needs to know of the chain to build an extrinsic; see {@linkcode SignedCall}. */
export interface ExtrinsicContext {
  readonly genesis: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  /** Names of the signed extensions, in the order of the runtime's metadata. */
  readonly extensions: readonly string[];
  readonly nonce: number;
  /** A fresh head: the era is mortal and starts here. */
  readonly era: Head;
  /** Blocks that the era lasts, a power of two from 4 to 65536. */
  readonly period: number;
}

/** How an extrinsic ended. */
export interface Inclusion {
  readonly block: Head;
  readonly extrinsicIndex: number;
}

/** A uid and its weight as the chain stores it (0 to 65535, largest scaled to 65535). */
export type Weight = readonly [uid: number, weight: number];

/** A chain. Every method ends within a bound of its own: with a value or a ChainError, never in a hang. */
export interface Chain {
  identity(): Promise<ChainIdentity>;
  /** The latest finalized block. */
  head(): Promise<Head>;
  /** Waits until a block after `number` is finalized and returns the latest. @throws ChainError `no_heads` when none comes within `timeoutMs`. */
  headAfter(number: number, timeoutMs: number): Promise<Head>;
  /** @throws ChainError code `unknown_block` if the chain does not have it (yet, or any more). */
  blockHash(number: number): Promise<string>;
  /** @throws ChainError code `unknown_subnet`. */
  facts(netuid: number, at: Head): Promise<SubnetFacts>;
  /** Weights that `uid` has set, sorted by uid. */
  weights(netuid: number, uid: number, at?: Head): Promise<readonly Weight[]>;
  /** Reads a fresh nonce and head; `calls` names what is to be built, so that a runtime that numbers it differently is refused. */
  context(address: string): Promise<ExtrinsicContext>;
  /**
   * Sends a signed extrinsic (0x hex) and waits until it is finalized in a block.
   * @throws ChainError with the runtime's own name of the error as `code` (SettingWeightsTooFast, …), or `invalid` (pool refused),
   * `outdated`, `stale_nonce`, `dropped`, `timeout`; `retryable` says whether to sign again against a fresh context.
   */
  submit(extrinsic: string): Promise<Inclusion>;
}
