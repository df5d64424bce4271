/** Whose rounds count in an epoch, and how many of each: the subnet's minimum stake and its cap on one validator's share. Pure. @module */
import type { Parameters } from "../mechanism/parameters.ts";
import type { ValidatorRounds } from "../mechanism/types.ts";

/** A validator whose rounds could count. */
export interface Applicant extends ValidatorRounds {
  /** Its stake in tokens as the chain has it; null where that is not known. */
  readonly stake: number | null;
  /** Its rounds before this one have been counted. */
  readonly counted: number;
}

/**
 * The validators that have the stake, each with as many of its new rounds as the cap allows; the rest waits for a later epoch. A cap
 * that so few validators cannot keep to gives them equal shares.
 */
export function admit(
  applicants: readonly Applicant[],
  { minStake, shareCap }: Pick<Parameters, "minStake" | "shareCap">,
): ValidatorRounds[] {
  const able = applicants.filter(({ stake }) => hasStake(stake, minStake));
  const most = levelOf(able.map((one) => one.nextRound - one.counted), shareCap);
  return able.map(({ validator, nextRound, counted, drawn }) => ({
    validator,
    nextRound: Math.min(nextRound, counted + most),
    drawn,
  })).sort((a, b) => a.validator < b.validator ? -1 : 1);
}

/** Whether a stake is that from which on a validator counts. */
export function hasStake(stake: number | null, minStake: number): boolean {
  return minStake <= 0 || (stake !== null && stake >= minStake);
}

/** The largest number of rounds each such that nobody has more than its share of all that then count. */
function levelOf(fresh: readonly number[], shareCap: number): number {
  const most = Math.max(0, ...fresh);
  const asking = fresh.filter((count) => count > 0).length;
  const share = Math.max(shareCap, 1 / Math.max(1, asking));
  const fits = (level: number): boolean =>
    level <= share * fresh.reduce((sum, count) => sum + Math.min(count, level), 0) + 1e-9;
  // What fits at a level fits at every lower one.
  let low = 0, high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
