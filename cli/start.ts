/** Start messages: what each process is told on its standard input. Types only. @module */
import type { SandboxFacts } from "../core/port/sandbox.ts";
import type { LocalNetworkOptions, LocalReady } from "../core/local/network.ts";

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

/** For the sandbox broker. */
export interface BrokerStart {
  readonly token: string;
  /** Port on 127.0.0.1, 0 = any. */
  readonly port: number;
  /** Batches that run side by side, 0 = as many as there are cores. */
  readonly parallel: number;
  readonly verbosity: number;
}

/** What the broker says when it listens. */
export interface BrokerReady {
  readonly port: number;
  readonly facts: SandboxFacts;
}

/** For the process of the embedded network. */
export type LocalStart = LocalNetworkOptions;

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
  readonly broker: { readonly port: number; readonly token: string };
  /** Digest of the engine's image; null on an embedded network without one. */
  readonly engine: string | null;
  /** Root of a new journal's salts, 64 hex digits, that the embedded network knows as well; null = nobody else may know it. */
  readonly saltRoot: string | null;
  /** Whether it has run before under this command: then it waits for a node that was there, for as long as it takes. */
  readonly again: boolean;
  /** Whether it publishes where the settings name a bucket. */
  readonly publish: boolean;
  /** The endpoint that candidates are checked on; null = as the settings say, on an embedded network none. */
  readonly hosted: string | null;
  /** The embedded network, null where the outside world is asked. */
  readonly local: LocalReady | null;
}
