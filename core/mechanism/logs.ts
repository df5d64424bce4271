/** The logs that an epoch of several validators is decided from. @module */

/** How a validator's log stands on chain at the first block of an epoch. */
export interface EpochLog {
  /** SS58 address. */
  readonly validator: string;
  /** Block in which the head of its index that stands then was committed; null if none stands. */
  readonly head: number | null;
  /** The same of the newest head that most validators have read: its log counts up to that one. Null before the first. */
  readonly counts: number | null;
}
