/**
 * The hosted check: whether what a contender committed, run by the validator itself, is as good as what its endpoint answers. An
 * endpoint may hide a better model behind it (a proxy); the committed weights are what everybody else is to build upon.
 * @module
 */
import { nonInferiority, reaches } from "./eprocess.ts";
import type { Parameters } from "./parameters.ts";
import { isRegressed } from "./stop.ts";
import type { HostedCheck } from "./types.ts";

/** What a hosted check says of a candidate. */
export const HOSTED_VERDICTS = ["passed", "open", "proxy"] as const;
/** One of {@linkcode HOSTED_VERDICTS}; `open` = the candidate waits until there are more rounds. */
export type HostedVerdict = typeof HOSTED_VERDICTS[number];

/**
 * Passed: hosted is certified not worse than served by more than `tau` in any environment. Proxy: it is certified worse somewhere, by
 * the test that ends duels, or over all; or the check has had all the rounds of a duel and still cannot say that it is not.
 */
export function hostedVerdict({ counts }: HostedCheck, parameters: Parameters): HostedVerdict {
  const { alphaNi, bets, nMax, tau } = parameters;
  if (counts.some((count) => count.n > 0 && isRegressed(count, parameters))) return "proxy";
  if (counts.length > 0 && reaches(nonInferiority(counts, tau, bets), Math.log(1 / alphaNi))) return "passed";
  return counts.length > 0 && counts.every((count) => count.n >= nMax) ? "proxy" : "open";
}
