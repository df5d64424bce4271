/** Which failures of a validator at work pass by themselves, and how long to wait for that. @module */
import { AfError } from "../base/errors.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Whether work may go on after a failure: what failed is asked again at a later block.
 *
 * The node has proven at the start that it is one of this chain. What it says since then (an error inside, a state that it has
 * just pruned, the page of a proxy while it is restarted) may be otherwise at the next block; only another chain is final. A
 * journal that cannot be written is always final, whatever else may help: nothing may be asked that cannot be kept.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AfError) || error.kind === "StoreError") return false;
  return error.kind === "ChainError" ? error.code !== "foreign_chain" : error.retryable;
}

/** Pause after so many failures on end (the first is 0), in milliseconds: a long outage must not fill the log. */
export function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
}
