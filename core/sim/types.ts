/** What a simulation is made of: agents, what an epoch shows of them, rules that pay, scenarios. @module */
import type { Random } from "../base/random.ts";

/** What a round brought in one environment; the codes of {@linkcode ../port/store.ts OutcomeBlock}. */
export const FAIL = 0, PASS = 1, LOST = 2, NOT_SHOWN = 255;

/** A task as whoever answers it could describe it. */
export interface SimTask {
  /** Number of the environment. */
  readonly env: number;
  /** Number of the round since the beginning of the run. */
  readonly round: number;
  /** 0 (nearly everybody passes) to 4095 (nearly nobody). */
  readonly difficulty: number;
}

/** Somebody who takes part: one hotkey with one commit. */
export interface Agent {
  /** Unique in a run. */
  readonly name: string;
  /** Whose it is, such as `attacker`, `rival`, `honest`, `first`: shares are reported by side. */
  readonly side: string;
  /** Order of commits: the lower has priority. Unique in a run. */
  readonly commit: number;
  /** First epoch in which it is registered and asked. */
  readonly from: number;
  /** First epoch in which it is registered no more. @default {Infinity} */
  readonly until?: number;
  /** Mean pass rate in each environment on fresh tasks. */
  readonly rates: readonly number[];
  /** Mean pass rate on the fixed sets that some rules score on. @default {rates} */
  readonly staticRates?: readonly number[];
  /** Whether it is there in a round: it answers the canary, or at all. @default {() => true} */
  present?(round: number): boolean;
  /** Changes what its model did: refusals, requests that fail. Luck is its own. */
  alter?(outcome: number, task: SimTask, luck: Random): number;
  /** What it serves when validators ask it is better than what it committed: the rates of the committed model. @default {rates} */
  readonly hostedRates?: readonly number[];
}

/** What an epoch shows: who was there, and what each did with the same fresh tasks. */
export interface EpochView {
  /** Counted from 0. */
  readonly epoch: number;
  /** Number of its first round. */
  readonly first: number;
  /** Rounds of this epoch. */
  readonly rounds: number;
  /** Number of environments. */
  readonly envs: number;
  /** Registered in this epoch, in commit order. */
  readonly agents: readonly Agent[];
  /**
   * Outcomes of an agent, one byte for each round and environment: `[round * envs + env]`. Drawn when they are first asked for, from
   * a stream of the agent's own: who else is asked never changes them. `kind`: fresh tasks, or tasks of a fixed set.
   */
  outcomes(agent: Agent, kind?: "fresh" | "static"): Uint8Array;
}

/** How an epoch was paid. */
export interface Settlement {
  /** Shares of the epoch's reward by name; together at most 1. */
  readonly pay: ReadonlyMap<string, number>;
  /** Name of who stands first, null while nobody does. */
  readonly champion: string | null;
  /** For the picture of the race: evidence of each challenger and what it needs, in nats, where the rule has such a thing. */
  readonly race?: readonly { readonly name: string; readonly value: number; readonly needed: number }[];
}

/** A mechanism under test in one run. */
export interface Judge {
  /** Settles the epochs of a run, one after the other. */
  settle(view: EpochView): Settlement;
}

/** A mechanism. */
export interface Rule {
  /** Short name, such as `fcd` or `r1`. */
  readonly id: string;
  /** For the head of a column. */
  readonly title: string;
  /** One sentence: what it pays for, and where its rule is written down. */
  readonly about: string;
  /** Starts a run. `random` is for rules that draw lots themselves. */
  begin(setting: { readonly envs: number; readonly random: Random }): Judge;
}

/** What everybody can see before an epoch, attackers too. */
export interface Seen {
  readonly epoch: number;
  readonly champion: string | null;
  /** All agents that were ever registered, in order of registration. */
  readonly agents: readonly Agent[];
  /** How the epochs before were paid. */
  readonly history: readonly Settlement[];
}

/** An experiment: who takes part, what they do, and what is asked. */
export interface Scenario {
  /** Short name, such as `copies-20`. */
  readonly id: string;
  /** For the head of a row. */
  readonly title: string;
  /** One sentence: what is tried, and what should come of it. */
  readonly about: string;
  /** Number of environments. @default {4} */
  readonly envs?: number;
  /** Likeness of models, see {@linkcode ./model.ts TaskModel}. @default {0.5} */
  readonly rho?: number;
  /** Epochs before anything happens, so that a rule with a memory has one. */
  readonly warmUp: number;
  /** Epochs that are measured, from the start of the attack on. */
  readonly epochs: number;
  /** Rounds of an epoch. @default {200} */
  readonly rounds?: number;
  /** Sides whose shares are reported. */
  readonly sides: readonly string[];
  /** Name whose time to win is reported: measured epochs until it is first paid more than half. */
  readonly winner?: string;
  /** Begins a run: whoever is there from epoch 0 on, and what is done later. `random` belongs to the run. */
  stage(random: Random): Stage;
}

/** A run of a scenario as its director sees it. */
export interface Stage {
  readonly agents: readonly Agent[];
  /** Called before each epoch: newcomers of this epoch (their `from` is set to it). */
  before?(seen: Seen): readonly Agent[];
}
