/** Port: what flows may ask of the signer. Typed fields only, never bytes to sign. @module */
import type { ExtrinsicContext } from "./chain.ts";

/** Calls that the signer knows how to build. */
export type SignedCall =
  | {
    readonly call: "set_weights";
    readonly netuid: number;
    readonly uids: readonly number[];
    readonly weights: readonly number[];
    readonly versionKey: number;
  }
  /** At most 128 bytes, hex without 0x; becomes the single field `Raw<N>`. */
  | { readonly call: "set_commitment"; readonly netuid: number; readonly data: string };

/** Head of a batch, as it is signed (core/record/batch.ts gives the canonical bytes). */
export interface BatchHead {
  /** Hash of the chain's first block, 0x and 64 hex digits. */
  readonly genesis: string;
  /** Subnet, 0 to 65535. */
  readonly netuid: number;
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  /** Number of the window that the records belong to. */
  readonly window: number;
  /** Hash of the window's first block. */
  readonly blockHash: string;
  /** Number of records. */
  readonly count: number;
  /** Merkle root over every byte of every record, hex. */
  readonly root: string;
  /** Digest of the previous batch's head, hex; 64 zeros for the first. */
  readonly previous: string;
  /** The window's salt, published with the batch, hex. */
  readonly salt: string;
}

/** Head of an index page, as it is signed (core/record/page.ts gives the canonical bytes). */
export interface IndexHead {
  /** Hash of the chain's first block, 0x and 64 hex digits. */
  readonly genesis: string;
  /** Subnet, 0 to 65535. */
  readonly netuid: number;
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  /** Number of the page, counted from 0; every page but the newest is full. */
  readonly page: number;
  /** Number of entries on it. */
  readonly count: number;
  /** Merkle root over the canonical JSON of its entries, hex. */
  readonly root: string;
  /** Hash of the object of the page before, hex; 64 zeros for page 0. */
  readonly previous: string;
}

/** A signer that holds one hotkey. */
export interface Signer {
  /** SS58 address of the hotkey. */
  address(): Promise<string>;
  /** A signed extrinsic as 0x hex. @throws SignerError `foreign_netuid`, `foreign_chain`, `unknown_extension`. */
  extrinsic(call: SignedCall, context: ExtrinsicContext): Promise<string>;
  /** sr25519 signature of a batch head under its domain tag, 64 bytes hex. */
  batch(head: BatchHead): Promise<string>;
  /** sr25519 signature of the head of an index page under its own domain tag, 64 bytes hex. */
  index(head: IndexHead): Promise<string>;
}
