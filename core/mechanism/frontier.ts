/**
 * The Pareto frontier over environments, for people (`af rank`): it decides nothing. Rates come with a 95 % interval (Wilson), and a
 * contender is called dominated only when the intervals say so.
 * @module
 */

/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** Passes in some rounds. The tally gives them: `counts(id, id, env, from, to)` has `pc` of `n`. */
export interface PassCount {
  /** Rounds passed, at most `rounds`. */
  readonly passes: number;
  /** Rounds that count. */
  readonly rounds: number;
}

/** A pass rate with its interval. */
export interface PassRate extends PassCount {
  /** 0 without rounds. */
  readonly rate: number;
  /** Lower end of the interval, at least 0. */
  readonly low: number;
  /** Upper end of the interval, at most 1. */
  readonly high: number;
}

/** A contender on or behind the frontier. */
export interface Standing {
  /** The id that was given. */
  readonly contender: string;
  /** Per environment, in the order that was given. */
  readonly rates: readonly PassRate[];
  /** Whoever certainly dominates it; null = undominated: it is, or may be, on the frontier. */
  readonly dominatedBy: string | null;
  /** Whoever dominates it by the bare rates; null = on the frontier as it looks today. */
  readonly behind: string | null;
}

/** Wilson's 95 % interval. No rounds give 0 to 1. @throws {RangeError} unless 0 <= passes <= rounds. */
export function wilson({ passes, rounds }: PassCount): PassRate {
  if (!(passes >= 0 && passes <= rounds)) throw new RangeError(`${passes} passes in ${rounds} rounds are impossible`);
  if (rounds === 0) return { passes, rounds, rate: 0, low: 0, high: 1 };
  const rate = passes / rounds;
  const weight = 1 + Z * Z / rounds;
  const centre = (rate + Z * Z / (2 * rounds)) / weight;
  const half = Z / weight * Math.sqrt(rate * (1 - rate) / rounds + Z * Z / (4 * rounds * rounds));
  // The formula's ends are exact at 0 and 1, floats are not.
  const low = passes === 0 ? 0 : Math.max(0, centre - half);
  const high = passes === rounds ? 1 : Math.min(1, centre + half);
  return { passes, rounds, rate, low, high };
}

/**
 * Whether `a` certainly dominates `b`: in some environment even its lower end is above the upper end of `b`, and in no environment
 * could it be worse by more than `tolerance` (from lower end to upper end). With tolerance 0 all intervals must be apart.
 */
export function certainlyDominates(a: readonly PassRate[], b: readonly PassRate[], tolerance: number): boolean {
  return a.some((rate, e) => rate.low > b[e]!.high) && a.every((rate, e) => rate.low >= b[e]!.high - tolerance);
}

/** Whether `a` dominates `b` by the bare rates: nowhere lower, somewhere higher. */
function looksDominating(a: readonly PassRate[], b: readonly PassRate[]): boolean {
  if ([...a, ...b].some((rate) => rate.rounds === 0)) return false;
  return a.some((rate, e) => rate.rate > b[e]!.rate) && a.every((rate, e) => rate.rate >= b[e]!.rate);
}

/** Options of {@linkcode frontier}. */
export interface FrontierOptions {
  /** How much worse in an environment still counts as not worse. The mechanism's own is `tau`. @default {0} */
  readonly tolerance?: number;
}

/** Places contenders by their passes per environment; every list is in the same order of environments. Keeps the order given. */
export function frontier(
  contenders: readonly { readonly contender: string; readonly counts: readonly PassCount[] }[],
  options: FrontierOptions = {},
): Standing[] {
  const { tolerance = 0 } = options;
  const all = contenders.map(({ contender, counts }) => ({ contender, rates: counts.map(wilson) }));
  return all.map((one) => {
    const others = all.filter((other) => other !== one);
    return {
      ...one,
      dominatedBy: others.find((other) => certainlyDominates(other.rates, one.rates, tolerance))?.contender ?? null,
      behind: others.find((other) => looksDominating(other.rates, one.rates))?.contender ?? null,
    };
  });
}
