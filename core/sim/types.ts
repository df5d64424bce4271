/** What a simulation is made of: agents, what an epoch shows of them, rules that pay, scenarios. @module */
import type { Random } from "../base/random.ts";

/**
 * What a round brought in one environment. Fail, pass, lost and not shown are the codes of {@linkcode ../port/store.ts OutcomeBlock};
 * refused is a request that its endpoint answered with an error at once, which some rules drop and ours counts as a fail.
 */
export const FAIL = 0, PASS = 1, LOST = 2, REFUSED = 3, NOT_SHOWN = 255;

/**
 * What a task is made of: `fresh` = from a seed that nobody knew before; `static` = from a fixed public set; `known` = from a public seed,
 * so that whoever wants to can make the answer key first; `hosted` = fresh, but asked of the committed weights on an endpoint of the
 * validator's own.
 */
export type TaskKind = "fresh" | "static" | "known" | "hosted";

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
  /** Mean pass rate on tasks of a public seed. @default {rates} */
  readonly knownRates?: readonly number[];
  /** Whose hotkey it is: a later commit of a hotkey is a new agent beside the old one. @default {name} */
  readonly hotkey?: string;
  /** Equal texts are byte copies of each other, which the digest of the weight files tells. @default {name} */
  readonly weights?: string;
  /** Place in the subnet; a place that somebody left may be given to another. @default {commit} */
  readonly uid?: number;
  /** Whether it is there in a round: it answers the canary, or at all. Luck is its own. @default {() => true} */
  present?(round: number, luck: Random): boolean;
  /** Changes what its model did: refusals, requests that fail. Luck is its own. */
  alter?(outcome: number, task: SimTask, luck: Random): number;
  /** Changes a whole epoch with everything before its eyes, the champion's outcomes too: more than any real cheat can know. */
  review?(mine: Uint8Array, champion: Uint8Array): void;
  /** Whether the validators run its committed weights themselves before it is crowned. @default {false} */
  readonly isHosted?: boolean;
  /** Mean pass rate of what it committed, where what it serves is something else. @default the weights that serve */
  readonly hostedRates?: readonly number[];
}

/** What an epoch shows: who was there, and what each did with the same fresh tasks. */
export interface EpochView {
  /** Counted from 0. */
  readonly epoch: number;
  /** Number of its first round. */
  readonly first: number;
  /** Rounds of this epoch, of each validator. */
  readonly rounds: number;
  /** Number of environments. */
  readonly envs: number;
  /** Number of validators, each with tasks of its own. Rules that know of one only look at number 0. */
  readonly validators: number;
  /** Registered in this epoch, in commit order: whom a rule may ask. */
  readonly agents: readonly Agent[];
  /** Registered when the epoch is settled, which is when the next one begins: newcomers are there already, and who leaves is not. */
  readonly listed: readonly Agent[];
  /**
   * Outcomes of an agent, one byte for each round and environment: `[round * envs + env]`. Drawn when they are first asked for, from
   * a stream of the agent's own: who else is asked never changes them. What a lying validator says is in it. `kind` is `fresh` and
   * `validator` 0 by default.
   */
  outcomes(agent: Agent, kind?: TaskKind, validator?: number): Uint8Array;
  /** Whether a validator's rounds of an epoch (this one or an earlier one) are published by now. */
  published(validator: number, epoch: number): boolean;
}

/** A challenger in the race: its evidence of being better than the champion, and what it takes. */
export interface Runner {
  readonly name: string;
  readonly value: number;
  readonly needed: number;
  /** Whether its duel goes on. */
  readonly live: boolean;
}

/** How an epoch was paid. */
export interface Settlement {
  /** Shares of the epoch's reward by name; together at most 1. */
  readonly pay: ReadonlyMap<string, number>;
  /** Who won the crown in this epoch by the rule's evidence, where the rule has another way to it, too (a regent has won nothing). */
  readonly crowned?: string | null;
  /** Name of who stands first, null while nobody does. */
  readonly champion: string | null;
  /** For the picture of the race, in nats, where the rule has such a thing. */
  readonly race?: readonly Runner[];
  /** What the rule adds to a crowning in the way of pay, by its own measure, where it has one. */
  readonly gain?: number;
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

/** What everybody can see when a newcomer of an epoch commits, attackers too: the epoch before is under way. */
export interface Seen {
  /** First epoch in which a newcomer takes part. */
  readonly epoch: number;
  readonly champion: string | null;
  /** All agents that were ever registered, in order of registration. */
  readonly agents: readonly Agent[];
  /** How the epochs that are settled were paid. */
  readonly history: readonly Settlement[];
}

/** Where a validator may lie. */
export interface Forgery {
  readonly validator: number;
  readonly agent: Agent;
  readonly task: SimTask;
}

/** An experiment: who takes part, what they do, and what is asked. */
export interface Scenario {
  /** Short name, such as `copies-20`. */
  readonly id: string;
  /** For the head of a row. */
  readonly title: string;
  /** One sentence: what is tried, and what should come of it. */
  readonly about: string;
  /** Number of environments. @default {3} */
  readonly envs?: number;
  /** Number of validators. @default {1} */
  readonly validators?: number;
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
  /** Name whose time to win is reported: measured rounds until it is first paid more than half. */
  readonly winner?: string;
  /** Begins a run: whoever is there from epoch 0 on, and what is done later. `random` belongs to the run. */
  stage(random: Random, envs: number): Stage;
}

/** A run of a scenario as its director sees it. */
export interface Stage {
  readonly agents: readonly Agent[];
  /** Called for each epoch but the first while the one before is under way: newcomers (their `from` is set to it). */
  before?(seen: Seen): readonly Agent[];
  /** What a validator says about an outcome. @default the truth */
  forge?(outcome: number, at: Forgery): number;
  /** The epoch in which a validator publishes its rounds of an epoch. @default the same */
  publishedIn?(validator: number, epoch: number): number;
}
