/**
 * Broken versions of the mechanism, by what is left out: the gates must miss on them, or the gates see nothing.
 * @module
 */
import type { Parameters } from "../../mechanism/parameters.ts";
import type { TaskKind } from "../types.ts";

/** What is changed. */
export interface Mutation {
  /** One sentence for people. */
  readonly about: string;
  readonly parameters?: Partial<Parameters>;
  /** Tasks without an answer are dropped in place of failed. */
  readonly dropPairs?: boolean;
  /** What is asked, in place of fresh tasks. */
  readonly asks?: TaskKind;
  /** The rounds of all validators are one heap: nobody is left out in turn. */
  readonly plainPool?: boolean;
  /** Candidates are not checked on the validator's own endpoint. */
  readonly noHosted?: boolean;
  /** Priority goes by the order in which a validator lists contenders, not by commit. */
  readonly listOrder?: boolean;
}

/** All mutations by name. */
export const MUTATIONS = {
  "no-hold": { about: "no hold rule: an earlier challenger holds nobody back", parameters: { alphaHold: Infinity } },
  "no-ni": { about: "no NI: a challenger may be worse somewhere", parameters: { tau: 0.999, alphaNi: 1 } },
  "no-statements": {
    about: "neither NI nor GAIN: being better somewhere is enough",
    parameters: { tau: 0.999, alphaNi: 1, alphaGain: Infinity },
  },
  "no-alpha": {
    about: "no level shared by all challengers: each may be wrong in half of its duels",
    parameters: { alphaTotal: 64 },
  },
  "lucky": {
    about: "whoever is a little ahead once is crowned",
    parameters: { alphaTotal: 120, tau: 0.999, alphaNi: 1, alphaGain: Infinity, alphaHold: Infinity, delta: 0 },
  },
  "slow-bets": { about: "a single small bet", parameters: { bets: [0.005] } },
  "drop-pairs": { about: "a task without an answer is dropped, not failed", dropPairs: true },
  "public-seed": { about: "the seed of a task is public before it is asked", asks: "known" },
  "static-set": { about: "the tasks are a fixed public set", asks: "static" },
  "plain-pool": { about: "the rounds of all validators are one heap", plainPool: true },
  "no-hosted": { about: "no check of candidates on the validator's own endpoint", noHosted: true },
  "no-high-water": { about: "no high-water: every change of champion may cost tau", parameters: { highWater: false } },
  "winner-takes-all": { about: "mode W: the champion is paid as long as it reigns", parameters: { pay: "W" } },
  "list-order": { about: "priority by the order of a list in place of the commit", listOrder: true },
} as const satisfies Readonly<Record<string, Mutation>>;

/** Name of a mutation. */
export type MutationName = keyof typeof MUTATIONS;
