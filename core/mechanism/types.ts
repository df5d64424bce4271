/** What the mechanism takes and gives: all of it plain data that canonical JSON can carry. @module */

/** A contender as a validator observed it at an epoch; everything that the decision depends on. */
export interface Contender {
  /** `hotkey@commitBlock`. */
  readonly id: string;
  readonly hotkey: string;
  readonly uid: number;
  readonly commitBlock: number;
  readonly extrinsicIndex: number | null;
  readonly model: string;
  readonly revision: string;
  readonly chuteId: string;
  /** Slug of the chute, empty where it could not be resolved. */
  readonly slug: string;
  /** Null where the hub did not tell. */
  readonly weightsDigest: string | null;
  /** Whether commitment, chute and hub agree; the reason is one sentence when they do not. */
  readonly valid: boolean;
  readonly reason: string;
}

/** What an epoch adds to the state. */
export interface EpochInput {
  readonly epoch: number;
  readonly block: number;
  readonly hash: string;
  /** Rounds before this one count in this epoch. */
  readonly nextRound: number;
  /**
   * Rounds before this one were already drawn when the epoch was settled (`drawn >= nextRound`). A duel uses only tasks drawn
   * after its start, so new duels and new reigns start at this round, and rounds between count for nobody who starts here.
   */
  readonly drawn: number;
  /** Sorted by priority: commit block, extrinsic index, hotkey. */
  readonly contenders: readonly Contender[];
  /** Uid of the subnet's owner; null where the chain does not tell. */
  readonly ownerUid: number | null;
  /** Canaries sent and answered in the rounds that this epoch adds, per contender id. */
  readonly canaries: readonly { readonly contender: string; readonly sent: number; readonly answered: number }[];
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
  readonly n: number;
}

/** The three statements and their thresholds, in nats. */
export interface DuelValues {
  readonly ni: number;
  readonly sup: number;
  readonly gain: number;
  readonly niNeeded: number;
  readonly supNeeded: number;
  readonly gainNeeded: number;
}

/** A duel as it is recorded at an epoch. */
export interface Duel {
  readonly contender: string;
  /** Index j of alpha_j within the reign that the duel began in; -1 for a copy that was void before it could begin. */
  readonly slot: number;
  readonly startEpoch: number;
  /** First round that counts in this duel. */
  readonly startRound: number;
  readonly state: DuelState;
  /**
   * Why it ended: `futile`, `regressed`, `rounds`, `copy:<id>`, `gone`; why it waits: `hold:<id>`, `invalid` (not served as
   * committed); `crowned` in the report of its crowning; empty while it is simply live.
   */
  readonly reason: string;
  readonly offered: number;
  readonly satOut: number;
  readonly lost: number;
  /** Per environment, in sorted order of id. */
  readonly counts: readonly Counts[];
  readonly values: DuelValues;
}

/** Everything that the next epoch needs besides the outcomes. */
export interface State {
  readonly epoch: number;
  /** 0 before there is a champion. */
  readonly reign: number;
  readonly champion: string | null;
  readonly reignStartEpoch: number;
  readonly reignStartRound: number;
  readonly nextRound: number;
  readonly nextSlot: number;
  /** In commit order. */
  readonly duels: readonly Duel[];
  /** Sorted ids of the environments that vote. */
  readonly envs: readonly string[];
  /** The champion's rounds shown and lost, one entry an epoch, newest last, at most `paidLostEpochs`. */
  readonly championLost: readonly { readonly shown: number; readonly lost: number }[];
  /** Consecutive epochs in which the champion was dark. */
  readonly darkEpochs: number;
}

/** What an epoch decided. */
export interface EpochReport {
  readonly epoch: number;
  /** Contender crowned in this epoch, or null. */
  readonly crowned: string | null;
  readonly champion: string | null;
  /** Uid that gets the whole weight; null = set no weights. */
  readonly payeeUid: number | null;
  /** `champion`, `vacant` or `none`, and why in one sentence. */
  readonly pay: "champion" | "vacant" | "none";
  readonly payReason: string;
  /** Duels as they stood when the epoch was decided, before a crowning reset them. */
  readonly duels: readonly Duel[];
  /** One sentence per contender: why it is not champion, or why it is. */
  readonly explain: Readonly<Record<string, string>>;
}
