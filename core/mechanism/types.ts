/** What the mechanism takes and gives: all of it plain data that canonical JSON can carry. @module */

import type { EpochLog } from "./logs.ts";

/** A contender as a validator observed it at an epoch; everything that the decision depends on. */
export interface Contender {
  /** `hotkey@commitBlock`. */
  readonly id: string;
  /** SS58 address of the miner. */
  readonly hotkey: string;
  /** Its place in the subnet; places are given to others when it leaves. */
  readonly uid: number;
  /** Block of the commitment: the earlier has priority. */
  readonly commitBlock: number;
  /** Place of the commitment in its block; null where it is not known. */
  readonly extrinsicIndex: number | null;
  /** Repository on the hub, `owner/name`. */
  readonly model: string;
  /** Commit of the repository, 40 hex digits. */
  readonly revision: string;
  /** UUID of the chute that serves it. */
  readonly chuteId: string;
  /** Slug of the chute, empty where it could not be resolved. */
  readonly slug: string;
  /** SHA-256 over the content hashes of the weight files, hex: equal digests are copies. Null where the hub did not tell. */
  readonly weightsDigest: string | null;
  /** Whether commitment, chute and hub agree; the reason is one sentence when they do not. */
  readonly valid: boolean;
  /** Why it is not valid, one sentence; empty if it is. */
  readonly reason: string;
}

/** One number of a round for each validator, by SS58 address: every validator numbers its rounds by itself, from 0. */
export type Marks = Readonly<Record<string, number>>;

/** How far the rounds of one validator go at an epoch. */
export interface ValidatorRounds {
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  /** Its rounds before this one count in this epoch. */
  readonly nextRound: number;
  /**
   * Its rounds before this one were already drawn when the epoch was settled (`drawn >= nextRound`). A duel uses only tasks drawn
   * after its start, so new duels and new reigns start at this round, and rounds between count for nobody who starts here.
   */
  readonly drawn: number;
}

/** What an epoch adds to the state. */
export interface EpochInput {
  /** Number of the epoch on chain; larger than the one before. */
  readonly epoch: number;
  /** Block at which everything here was read. */
  readonly block: number;
  /** Hash of that block, 0x and 64 hex digits. */
  readonly hash: string;
  /**
   * The validators whose rounds count. One that is not named keeps what it had; in a duel that began without it,
   * it counts from its `drawn` on: of rounds before nobody can tell here whether they were drawn after that duel began.
   */
  readonly validators: readonly ValidatorRounds[];
  /** Sorted by priority: commit block, extrinsic index, hotkey. */
  readonly contenders: readonly Contender[];
  /**
   * Registered hotkeys without a contender of their own, such as a former champion's whose present commit cannot be read. Only those that
   * the state names matter. @default {[]}
   */
  readonly registered?: readonly { readonly hotkey: string; readonly uid: number }[];
  /** Hosted checks as far as the validators have come with them; of several validators they are pooled. @default {[]} */
  readonly hosted?: readonly HostedCheck[];
  /**
   * Validators that check candidates on endpoints of their own. With any of them a candidate that `hosted` does not name waits for its
   * check; without, it is not checked. @default {[]}
   */
  readonly hosts?: readonly string[];
  /**
   * The hosted checks of the validator that published this input, where validators pool: as `observed`, it decides only later epochs.
   * Null where it checks nobody. @default {undefined} not pooled
   */
  readonly checked?: readonly HostedCheck[] | null;
  /**
   * What the validator that published this input saw of the contenders itself, where validators pool: it decides nothing here, but later
   * epochs are decided from what all of them saw. Null for an epoch that was settled after its time. @default {undefined} not pooled
   */
  readonly observed?: readonly Contender[] | null;
  /** Logs of validators that pool, as the chain has them: what `validators` follows from. @default {undefined} not pooled */
  readonly logs?: readonly EpochLog[];
  /** Uid of the subnet's owner; null where the chain does not tell. */
  readonly ownerUid: number | null;
  /** Canaries sent and answered in the rounds that this epoch adds, per contender id; of several validators they add. */
  readonly canaries: readonly { readonly contender: string; readonly sent: number; readonly answered: number }[];
}

/**
 * A hosted check: fresh tasks for the contender's endpoint (served) and for an endpoint that the validator runs itself from the pinned
 * revision (hosted). All that was seen so far, not only in this epoch.
 */
export interface HostedCheck {
  /** Id of the contender. */
  readonly contender: string;
  /** SS58 address of the validator whose endpoint it is. @default {""} */
  readonly validator?: string;
  /** Per environment, in sorted order of id: `w` passed hosted only, `l` passed served only, `n` rounds. */
  readonly counts: readonly { readonly w: number; readonly l: number; readonly n: number }[];
}

/** States of a duel. */
export const DUEL_STATES = ["live", "waiting", "terminated", "void"] as const;
/** One of {@linkcode DUEL_STATES}; waiting = certified, held back by an earlier challenger. */
export type DuelState = typeof DUEL_STATES[number];

/** Counts of a pair (challenger, opponent) in one environment on their common rounds. */
export interface Counts {
  /** Challenger-only passes. */
  readonly w: number;
  /** Opponent-only passes. */
  readonly l: number;
  /** All passes of the challenger. */
  readonly pc: number;
  /** All passes of the opponent. */
  readonly p0: number;
  /** Common rounds. */
  readonly n: number;
}

/** The three statements and their thresholds, in nats. */
export interface DuelValues {
  /** Evidence that it is nowhere worse by more than `tau`, less what the champions before have used up of it. */
  readonly ni: number;
  /** Evidence that it is better by more than `delta` somewhere. */
  readonly sup: number;
  /** Evidence that its mean over the environments is higher. */
  readonly gain: number;
  /** What `ni` must reach. */
  readonly niNeeded: number;
  /** What `sup` must reach; grows with the slot. */
  readonly supNeeded: number;
  /** What `gain` must reach. */
  readonly gainNeeded: number;
  /** Per environment what `ni` allows to be worse: `tau` less the debt to the high-water mark. */
  readonly allowed: readonly number[];
}

/** A duel as it is recorded at an epoch. */
export interface Duel {
  /** Id of the challenger. */
  readonly contender: string;
  /** Index j of alpha_j within the reign that the duel began in; -1 for a copy that was void before it could begin. */
  readonly slot: number;
  /** Epoch in which it began. */
  readonly startEpoch: number;
  /** First round of each validator that counts in this duel. */
  readonly startRound: Marks;
  /** Validators with at least one round that counts in this duel. */
  readonly validators: number;
  /** Where it stands; terminated and void are final for this commit. */
  readonly state: DuelState;
  /**
   * Why it ended: `futile`, `regressed`, `rounds`, `copy:<id>`, `proxy` (its endpoint is better than what it committed), `gone`; why it
   * waits: `hold:<id>`, `hosted` (its hosted check goes on), `invalid` (not served as committed); `crowned` in the report of its
   * crowning; empty while it is simply live.
   */
  readonly reason: string;
  /** Rounds whose canary it was sent. */
  readonly offered: number;
  /** Rounds offered that it missed, because no canary was answered. */
  readonly satOut: number;
  /** Rounds with an answer that never came; each counts as failed. */
  readonly lost: number;
  /** Per environment, in sorted order of id. */
  readonly counts: readonly Counts[];
  /** Evidence so far and what is needed, in nats, rounded to six decimals. */
  readonly values: DuelValues;
}

/** Passes of a contender in the rounds of one validator. */
export interface Scores {
  /** SS58 address of the validator. */
  readonly validator: string;
  /** Rounds shown to the contender, in each of which every environment asked once. */
  readonly rounds: number;
  /** Per environment, in sorted order of id. */
  readonly passes: readonly number[];
}

/** Epochs of pay that somebody earned by what it added and has not been paid yet. */
export interface Tenure {
  /** Id of the contender that was crowned. */
  readonly contender: string;
  /** At least 1. */
  readonly epochs: number;
}

/** A reign: a champion, its duels and what they are judged by. */
export interface Reign {
  /** Epoch in which it began. */
  readonly reignStartEpoch: number;
  /** First round of each validator that counts in this reign. */
  readonly reignStartRound: Marks;
  /** Whether the champion was never crowned: it stands in for one that is dark. */
  readonly isRegent: boolean;
  /** Slot of the next challenger of this reign. */
  readonly nextSlot: number;
  /** In commit order. */
  readonly duels: readonly Duel[];
  /** The champion's own passes in the duel that made it champion; none for the first one. */
  readonly championDuel: readonly Scores[];
  /** Per environment the largest mean score of the champions that led to this one, each taken when its reign ended; 0 before. */
  readonly highWater: readonly number[];
}

/** A dark champion that a regent stands in for, with all that goes on when it returns. */
export interface Away extends Reign {
  /** Its contender id. */
  readonly champion: string;
  /** Last epoch in which it may return. */
  readonly until: number;
}

/** Everything that the next epoch needs besides the outcomes. */
export interface State extends Reign {
  /** Last epoch that was settled, -1 before the first. */
  readonly epoch: number;
  /** Number of the reign: 0 before there is a champion, one more with every crowning, regent and return. */
  readonly reign: number;
  /** Id of the champion; null before there is one. */
  readonly champion: string | null;
  /** Rounds of each validator before this one have been counted. */
  readonly nextRound: Marks;
  /** Sorted ids of the environments that vote. */
  readonly envs: readonly string[];
  /** The champion's rounds shown and lost, one entry an epoch, newest last, at most `paidLostEpochs`. */
  readonly championLost: readonly { readonly shown: number; readonly lost: number }[];
  /** Epochs on end in which the champion answered too few canaries, or was not registered. */
  readonly darkEpochs: number;
  /** Of these the epochs in which it was dark already: after `regentEpochs` a regent is installed. */
  readonly pausedEpochs: number;
  /** Dark champions with a right of return, the first that went first. */
  readonly away: readonly Away[];
  /** Earlier champions, the latest last, each once. */
  readonly former: readonly string[];
  /** Highest mean score of an earlier champion, in its duel or in duel and reign pooled; null while there is none. */
  readonly bestMean: number | null;
  /** Epochs of pay that are left, the latest crowning last. */
  readonly tenure: readonly Tenure[];
  /** The champion and those that are away as they were last listed: the chain forgets a statement when its hotkey commits anew. */
  readonly seated: readonly Contender[];
}

/** What happened to the throne in an epoch. */
export const THRONE_EVENTS = ["kept", "vacant", "first", "crowned", "regent", "returned"] as const;
/** One of {@linkcode THRONE_EVENTS}. */
export type ThroneEvent = typeof THRONE_EVENTS[number];

/** Who may be paid: the champion, a former one for its tenure, a regent, nobody (the owner), nobody at all. */
export const PAYS = ["champion", "tenure", "regent", "vacant", "none"] as const;
/** One of {@linkcode PAYS}. */
export type PayKind = typeof PAYS[number];

/** What a crowning was worth; scores and bounds are rounded to six decimals. */
export interface Granted {
  /** Lower bound of the gain over the champion that it beat. */
  readonly lower: number;
  /** Its mean score in the duel, less 1.65 standard errors. */
  readonly score: number;
  /** Highest mean score of an earlier champion; null if there was none. */
  readonly best: number | null;
  /** What counts as gained. */
  readonly gain: number;
  /** Epochs of pay for it, before the stack was cut to its cap. */
  readonly epochs: number;
}

/** What an epoch decided. */
export interface EpochReport {
  /** Number of the epoch. */
  readonly epoch: number;
  /** Contender crowned in this epoch (the first champion too), or null. A regent and a champion that returns are not crowned. */
  readonly crowned: string | null;
  /** Id of the champion after the epoch; null if there is no valid contender. */
  readonly champion: string | null;
  /** What happened to the throne. */
  readonly throne: ThroneEvent;
  /** What the crowning was worth; null without one, and in mode W. */
  readonly granted: Granted | null;
  /** Id of the contender that is paid; null if nobody earned the epoch's weight. Its hotkey must hold the uid when weights are signed. */
  readonly payee: string | null;
  /** Uid that gets the whole weight; null = set no weights. */
  readonly payeeUid: number | null;
  /** Why this uid. */
  readonly pay: PayKind;
  /** Why this one is paid, one sentence. */
  readonly payReason: string;
  /** Duels as they stood when the epoch was decided, before a new reign reset them. */
  readonly duels: readonly Duel[];
  /** Whose counts it was decided from, and whether one liar among them can decide: one sentence. */
  readonly pooling: string;
  /** One sentence per contender: why it is not champion, or why it is. */
  readonly explain: Readonly<Record<string, string>>;
}
