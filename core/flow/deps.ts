/** What the flows are given: ports, parameters and somebody who listens to what happens. @module */
import type { Parameters } from "../mechanism/parameters.ts";
import type { Contender, EpochReport, State } from "../mechanism/types.ts";
import type { Chain, Head } from "../port/chain.ts";
import type { Clock } from "../port/clock.ts";
import type { Environment } from "../port/environment.ts";
import type { Host } from "../port/hosted.ts";
import type { Hub } from "../port/hub.ts";
import type { Model } from "../port/model.ts";
import type { Sandbox } from "../port/sandbox.ts";
import type { Signer } from "../port/signer.ts";
import type { AnswerRecord, Store } from "../port/store.ts";
import type { Pooling } from "./pool.ts";
import type { PoolLine } from "./pool_due.ts";
import type { Publishing } from "./publish.ts";

/** Lines of the log, the least important first. */
export type FlowLevel = "debug" | "info" | "warning" | "error";

/** What happened, for people who watch. Nothing depends on whether anybody listens. */
export type FlowEvent =
  | { readonly type: "head"; readonly head: Head; readonly epochEnd: number }
  | { readonly type: "contenders"; readonly contenders: readonly Contender[] }
  | { readonly type: "round_started"; readonly round: number; readonly window: number }
  | { readonly type: "record"; readonly record: AnswerRecord }
  | {
    readonly type: "round_done";
    readonly round: number;
    readonly window: number;
    readonly state: "complete" | "absent";
    readonly shown: number;
    readonly passed: number;
    readonly tasks: number;
  }
  | { readonly type: "batch"; readonly window: number; readonly count: number; readonly root: string }
  | {
    /** The index moved, or publishing began to fail. */
    readonly type: "published";
    /** Hash of the newest index page that is up. */
    readonly head: string | null;
    /** Objects that are up. */
    readonly entries: number;
    /** Batches and epochs that are not up yet. */
    readonly waiting: number;
    /** Why it fails, one sentence; null if it works. */
    readonly failing: string | null;
  }
  | {
    /** Whose logs count in an epoch. */
    readonly type: "pool";
    readonly epoch: number;
    readonly validators: readonly PoolLine[];
  }
  | { readonly type: "epoch"; readonly state: State; readonly report: EpochReport }
  | {
    readonly type: "weights";
    readonly epoch: number;
    readonly uid: number;
    readonly block: number;
    readonly readBack: readonly (readonly [number, number])[];
  };

/** Everything that `validate` works with. */
export interface ValidateDeps {
  readonly chain: Chain;
  readonly model: Model;
  readonly hub: Hub;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Environments that vote, sorted by id. */
  readonly envs: readonly Environment[];
  readonly parameters: Parameters;
  readonly netuid: number;
  /** Where batches and epochs are published; without it they stay in the journal. */
  readonly publishing?: Publishing;
  /** How logs of other validators are read; without it, or without publishing, one's own log alone counts. */
  readonly pooling?: Pooling;
  /** Where this validator runs candidates' committed weights itself; without it, it checks nobody. */
  readonly host?: Host;
  /** 32 bytes that nobody else knows: the root of a new journal's salt chain. */
  readonly freshSecret: () => Uint8Array;
  readonly log: (level: FlowLevel, text: string) => void;
  readonly onEvent: (event: FlowEvent) => void;
}
