/**
 * The hosted check: whether what a contender committed, run by the validator itself, is as good as what its endpoint answers. An
 * endpoint may hide a better model behind it (a proxy); the committed weights are what everybody else is to build upon.
 * @module
 */
import { type Evidence, nonInferiority, reaches } from "./eprocess.ts";
import { leftOut, mostRounds, withoutEach } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { isRegressed } from "./stop.ts";
import type { EpochInput, HostedCheck } from "./types.ts";

/** What a hosted check says of a candidate. */
export const HOSTED_VERDICTS = ["passed", "open", "proxy"] as const;
/** One of {@linkcode HOSTED_VERDICTS}; `open` = the candidate waits until there are more rounds. */
export type HostedVerdict = typeof HOSTED_VERDICTS[number];

/** What all checks of an epoch say. */
export interface Hosted {
  /** What the check of a contender says; who is not checked at all has passed. */
  verdict(contender: string): HostedVerdict;
  /** Counts in every environment, of all validators; empty where there are none yet. */
  counts(contender: string): readonly Evidence[];
  /** Whether anybody checks. */
  readonly isChecked: boolean;
}

/**
 * What the checks of one contender say, by one or several validators: their counts add. Passed: hosted is certified not worse than
 * served by more than `hostedTau` in any environment. Proxy: it is certified worse somewhere, by the test that ends duels, or over
 * all; or the check has had all the rounds of a duel and still cannot say that it is not. From four validators on none of them can
 * decide by itself, as in a duel.
 */
export function hostedVerdict(checks: readonly HostedCheck[], parameters: Parameters): HostedVerdict {
  const { alphaNi, bets, nMax, hostedTau } = parameters;
  const parts = partsOf(checks);
  if (parts.length === 0) return "open";
  const counts = (without: readonly number[]) => add(parts.filter((_, v) => !without.includes(v)));
  const pools = withoutEach(parts.length, counts);
  const allowed = { ...parameters, tau: hostedTau };
  if (pools.every((pool) => pool.some((count) => count.n > 0 && isRegressed(count, allowed)))) return "proxy";
  const value = leftOut(parts.length, (without) => nonInferiority(counts(without), hostedTau, bets));
  if (reaches(value, Math.log(1 / alphaNi))) return "passed";
  const most = mostRounds(parts.length, nMax);
  return pools.every((pool) => pool.every((count) => count.n >= most)) ? "proxy" : "open";
}

/** Looks an epoch's checks through. */
export function surveyHosted(
  { hosted = [], hosts = [] }: Pick<EpochInput, "hosted" | "hosts">,
  parameters: Parameters,
): Hosted {
  const checks = Map.groupBy(hosted, (check) => check.contender);
  const unnamed = hosts.length > 0 ? "open" : "passed";
  return {
    verdict(contender) {
      const own = checks.get(contender);
      return own ? hostedVerdict(own, parameters) : unnamed;
    },
    counts: (contender) => add(partsOf(checks.get(contender) ?? [])),
    isChecked: hosts.length > 0 || checks.size > 0,
  };
}

/** Checks with a round, in an order that is the same for everybody. */
function partsOf(checks: readonly HostedCheck[]): (readonly Evidence[])[] {
  return checks.filter(({ counts }) => counts.some((count) => count.n > 0))
    .sort((a, b) => (a.validator ?? "") < (b.validator ?? "") ? -1 : 1)
    .map(({ counts }) => counts);
}

function add(parts: readonly (readonly Evidence[])[]): Evidence[] {
  return (parts[0] ?? []).map((_, e) => ({
    w: parts.reduce((sum, part) => sum + part[e]!.w, 0),
    l: parts.reduce((sum, part) => sum + part[e]!.l, 0),
    n: parts.reduce((sum, part) => sum + part[e]!.n, 0),
  }));
}
