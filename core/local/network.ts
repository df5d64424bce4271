/** The embedded network as one thing: chain, Chutes, hub and miners, all on loopback, all from one seed. @module */
import { utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";

/** A model of somebody else that takes part as a miner. */
export interface ExternalMiner {
  readonly name: string;
  /** Base of an OpenAI-compatible endpoint, such as `http://127.0.0.1:8080/v1`. */
  readonly url: string;
}

/** Where the network listens, and who is in it. */
export interface LocalReady {
  readonly chainUrl: string;
  /** With `{slug}`. */
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  readonly hubUrl: string;
  readonly apiKey: string;
  readonly miners: readonly { readonly name: string; readonly uid: number; readonly hotkey: string; readonly story: string }[];
}

void utf8;
void canonical;
