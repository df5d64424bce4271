/** Start messages: what each process is told on its standard input. Types only. @module */
import type { ExternalMiner, LocalReady } from "../core/local/network.ts";

/** For the signer process. */
export interface SignerStart {
  readonly walletPath: string;
  readonly create: boolean;
  readonly netuid: number;
  readonly genesis: string | null;
  readonly token: string;
  readonly port: number;
  readonly verbosity: number;
}

/** What the signer says when it listens. */
export interface SignerReady {
  readonly port: number;
  readonly address: string;
}

/** For the process of the embedded network. */
export interface LocalStart {
  readonly seed: string;
  readonly netuid: number;
  /** SS58 address of the validator. */
  readonly validator: string;
  readonly miners: readonly ExternalMiner[];
  /** Block time; 0 = blocks are made by hand (`dev_newBlock`). */
  readonly blockMs: number;
  /** Blocks of an epoch, less one. */
  readonly tempo: number;
  /** Without the miners whose answers depend on the time of day. @default {false} */
  readonly steady?: boolean;
}

/** For the validator process. */
export interface ValidatorStart {
  readonly endpoint: string;
  readonly netuid: number;
  readonly profile: "standard" | "local";
  /** Directory of the journal. */
  readonly journal: string;
  readonly once: boolean;
  /** 0 = no end. */
  readonly epochs: number;
  readonly parallel: number;
  readonly json: boolean;
  readonly logJson: boolean;
  readonly verbosity: number;
  readonly signer: { readonly port: number; readonly token: string };
  /** Whether it has run before under this command: then it waits for a node that was there, for as long as it takes. */
  readonly again: boolean;
  /** The embedded network, null where the outside world is asked. */
  readonly local: LocalReady | null;
}
