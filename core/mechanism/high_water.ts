/**
 * High-water: what a champion scores in an environment below the best of those that led to it is taken off what its successor may lose
 * there, so that however often the champion changes, no environment sinks more than about `tau` below its best.
 * @module
 */
import { settled } from "./leave_out.ts";
import type { Parameters } from "./parameters.ts";
import { type Pool, spansOf } from "./pool.ts";
import type { Marks, Scores, State } from "./types.ts";

/** One validator's share of what is known of a champion: in the duel that crowned it, and as champion. */
export interface ChampionShare {
  readonly validator: string;
  readonly duel: Scores;
  readonly reign: Scores;
}

/** Mean scores per environment, and the rounds behind them. */
export interface Means {
  readonly rounds: number;
  readonly means: readonly number[];
}

/** What is known of the champion of a state at an epoch's end, by validator; those that know nothing are left out. */
export function sharesOf(
  state: Pick<State, "reignStartRound" | "championDuel" | "envs">,
  champion: string,
  end: Marks,
  pool: Pool,
): ChampionShare[] {
  const none = (validator: string): Scores => ({ validator, rounds: 0, passes: state.envs.map(() => 0) });
  const reigns = new Map(
    spansOf(pool, state.reignStartRound, end).map(({ validator, rounds, from, to }) => {
      const counts = state.envs.map((env) => rounds.counts(champion, champion, env, from, to));
      return [validator, { validator, rounds: counts[0]?.n ?? 0, passes: counts.map(({ pc }) => pc) }] as const;
    }),
  );
  const duels = new Map(state.championDuel.map((scores) => [scores.validator, scores]));
  return [...new Set([...reigns.keys(), ...duels.keys()])].sort()
    .map((validator) => ({
      validator,
      duel: duels.get(validator) ?? none(validator),
      reign: reigns.get(validator) ?? none(validator),
    }))
    .filter(({ duel, reign }) => duel.rounds + reign.rounds > 0);
}

function add(all: readonly Scores[], envs: number): Means {
  const rounds = all.reduce((sum, one) => sum + one.rounds, 0);
  const passes = Array.from({ length: envs }, (_, e) => all.reduce((sum, one) => sum + one.passes[e]!, 0));
  return { rounds, means: passes.map((count) => rounds === 0 ? 0 : count / rounds) };
}

/** now_e: the champion's mean scores as champion; until it has been that for long, those of its duel are pooled with them. */
export function nowOf(shares: readonly ChampionShare[], envs: number, parameters: Parameters): Means {
  const reign = add(shares.map((share) => share.reign), envs);
  if (reign.rounds >= parameters.highWaterRounds) return reign;
  return add(shares.flatMap((share) => [share.duel, share.reign]), envs);
}

/** tau_e for one environment. Half a standard error or so of slack: a champion owes nothing for bad luck. */
export function allowance(mark: number, mean: number, rounds: number, tau: number): number {
  if (rounds === 0) return tau;
  return tau - Math.min(tau, Math.max(0, mark - mean - Math.sqrt(0.25 / rounds)));
}

/** tau_e of every environment, on the pool without some validators: whoever forges the champion's scores is left out with the rest. */
export type Allowed = (without: readonly string[]) => readonly number[];

/** What a challenger of this champion may be worse by. */
export function allowedBy(
  highWater: readonly number[],
  shares: readonly ChampionShare[],
  parameters: Parameters,
): Allowed {
  const { tau } = parameters;
  if (!parameters.highWater || highWater.every((mark) => mark === 0)) return () => highWater.map(() => tau);
  const known = new Map<string, readonly number[]>();
  return (without) => {
    const key = without.join();
    let found = known.get(key);
    if (!found) {
      const left = shares.filter((share) => !without.includes(share.validator));
      const { rounds, means } = nowOf(left, highWater.length, parameters);
      known.set(key, found = highWater.map((mark, e) => allowance(mark, means[e]!, rounds, tau)));
    }
    return found;
  };
}

/** What a reign leaves behind when it ends: marks that no single validator can move, and the best mean of any champion. */
export function legacyOf(
  state: Pick<State, "highWater" | "bestMean">,
  shares: readonly ChampionShare[],
  parameters: Parameters,
): Pick<State, "highWater" | "bestMean"> {
  const { highWater, bestMean } = state;
  if (shares.length === 0) return { highWater, bestMean };
  const envs = highWater.length;
  const left = (without: readonly number[]) => shares.filter((_, v) => !without.includes(v));
  const marks = highWater.map((mark, e) =>
    Math.max(mark, settled(shares.length, (without) => nowOf(left(without), envs, parameters).means[e]!))
  );
  const whole = settled(
    shares.length,
    (without) => overall(left(without).flatMap((share) => [share.duel, share.reign])),
  );
  // What it showed in its duel counts by itself, too: a champion that sinks on purpose would make room for its twin's pay.
  const duels = shares.map((share) => share.duel).filter((scores) => scores.rounds > 0);
  const shown = duels.reduce((sum, scores) => sum + scores.rounds, 0) < parameters.nMin
    ? whole
    : settled(duels.length, (without) => overall(duels.filter((_, v) => !without.includes(v))));
  return { highWater: marks, bestMean: Math.max(bestMean ?? 0, whole, shown) };
}

/** The mean over all environments, each of which has had the same rounds. */
function overall(scores: readonly Scores[]): number {
  const rounds = scores.reduce((sum, one) => sum + one.rounds * one.passes.length, 0);
  const passes = scores.reduce((sum, one) => sum + one.passes.reduce((total, count) => total + count, 0), 0);
  return rounds === 0 ? 0 : passes / rounds;
}
