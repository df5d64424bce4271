/**
 * R2, the reference's second rule: AffineFoundation/affine 6e37735, affine/__init__.py, `get_weights()` and the constants before it.
 *
 * Accuracy of a miner in an environment = mean score of its answers in the last 20,000 blocks; a request that failed is no answer
 * and counts nowhere (`if c.response.success`). A new commit begins with nothing. Eligible is who has, in every environment, at
 * least .6 of the answers of whoever has most there. On a set of environments a dominates b if it is nowhere worse by more than
 * max(.002, .84 standard errors of the difference of two independent samples) and somewhere better by at least .0015 (or by that
 * tolerance, if it is less); or if all are ties within the tolerance and its commit is older. Both may dominate each other. For
 * every non-empty set of environments whoever dominates most is awarded points: 1 for a set of one, 2^s for a set of s; of equals,
 * the higher mean accuracy, then the older commit. Pay is in proportion to the points. If nobody is eligible, whoever
 * dominates most on all environments is paid everything.
 *
 * Simplified: the source draws a task for each request (a task is used up to 30 times), here all answer the same tasks, of a fixed
 * set as its ABD and DED are. How many tasks 20,000 blocks hold is not in the source; 4000 a miner and environment are those with
 * which a newcomer becomes eligible after 2400 rounds, as mechanism section 7 has it (.6 of 4000).
 * @module
 */
import { type Agent, type EpochView, type Judge, PASS, type Rule, type Settlement } from "../types.ts";
import { isMissing } from "../world.ts";

/** Rounds of the tail: what 20,000 blocks hold. */
export const TAIL = 4000;
/** Least tolerance of "not worse" (`EPS_FLOOR`), and how many standard errors it has (`Z_NOT_WORSE`). */
const FLOOR = 0.002, ERRORS = 0.84;
/** By how much better somewhere (`EPS_WIN`). */
const WIN = 0.0015;
/** Share of the largest number of answers that makes eligible (`ELIG`). */
const ELIGIBLE = 0.6;

/** What a miner did in the tail. */
export interface R2Entry {
  readonly agent: Agent;
  /** Answers by environment. */
  readonly answers: readonly number[];
  /** Passes by environment. */
  readonly passes: readonly number[];
}

class R2Judge implements Judge {
  readonly #envs: number;
  /** By hotkey: the commit, and its counts epoch by epoch, answers first, then passes. */
  readonly #tails = new Map<string, { readonly agent: Agent; readonly epochs: { at: number; counts: number[] }[] }>();

  constructor(envs: number) {
    this.#envs = envs;
  }

  settle(view: EpochView): Settlement {
    const oldest = view.epoch - Math.ceil(TAIL / view.rounds);
    const current = new Map(view.agents.map((agent) => [agent.hotkey ?? agent.name, agent]));
    const entries: R2Entry[] = [];
    for (const [hotkey, agent] of current) {
      let tail = this.#tails.get(hotkey);
      if (tail?.agent.name !== agent.name) this.#tails.set(hotkey, tail = { agent, epochs: [] });
      tail.epochs.push({ at: view.epoch, counts: countsOf(view.outcomes(agent, "static"), this.#envs) });
      while (tail.epochs[0]!.at <= oldest) tail.epochs.shift();
      const sums = new Array<number>(2 * this.#envs).fill(0);
      for (const { counts } of tail.epochs) counts.forEach((count, i) => sums[i]! += count);
      entries.push({ agent, answers: sums.slice(0, this.#envs), passes: sums.slice(this.#envs) });
    }
    const points = pointsOf(entries.filter(({ answers }) => answers.some((n) => n > 0)), this.#envs);
    const sum = [...points.values()].reduce((a, b) => a + b, 0);
    const pay = new Map([...points].map(([name, value]) => [name, value / sum]));
    const champion = [...pay].reduce((a, b) => b[1] > a[1] ? b : a, ["", 0] as [string, number])[0];
    return { pay, champion: champion || null };
  }
}

function countsOf(outcomes: Uint8Array, envs: number): number[] {
  const counts = new Array<number>(2 * envs);
  for (let env = 0; env < envs; env++) {
    let answers = 0, passes = 0;
    for (let i = env; i < outcomes.length; i += envs) {
      if (outcomes[i] === PASS) passes++;
      if (!isMissing(outcomes[i]!)) answers++;
    }
    counts[env] = answers;
    counts[envs + env] = passes;
  }
  return counts;
}

/** Points by name of whoever wins some set of environments. `entries` are those with at least one answer. */
export function pointsOf(entries: readonly R2Entry[], envs: number): Map<string, number> {
  const all = Array.from({ length: envs }, (_, env) => env);
  const required = all.map((env) => Math.floor(ELIGIBLE * Math.max(0, ...entries.map(({ answers }) => answers[env]!))));
  const eligible = entries.filter(({ answers }) => all.every((env) => answers[env]! >= required[env]!));
  const pool = eligible.length ? eligible : entries;
  const points = new Map<string, number>();
  if (pool.length === 0) return points;
  const sets = Array.from({ length: 2 ** envs - 1 }, (_, i) => i + 1);
  const dominated = countDominated(pool, envs, sets);
  for (const set of eligible.length ? sets : [2 ** envs - 1]) {
    const size = all.filter((env) => set >> env & 1).length;
    const mean = ({ answers, passes }: R2Entry) =>
      all.reduce((sum, env) => set >> env & 1 && answers[env]! ? sum + passes[env]! / answers[env]! : sum, 0) / size;
    let best = 0, bestMean = mean(pool[0]!);
    for (let i = 1; i < pool.length; i++) {
      const more = dominated[i]![set]! - dominated[best]![set]!;
      if (more < 0) continue;
      const own = mean(pool[i]!);
      const wins = more > 0 || own > bestMean ||
        (own === bestMean && pool[i]!.agent.commit < pool[best]!.agent.commit);
      if (wins) [best, bestMean] = [i, own];
    }
    const { name } = pool[best]!.agent;
    points.set(name, (points.get(name) ?? 0) + (size === 1 ? 1 : 2 ** size));
  }
  return points;
}

/** How many others each dominates, by set of environments (a number whose bit e says that environment e is in it). */
function countDominated(pool: readonly R2Entry[], envs: number, sets: readonly number[]): Uint32Array[] {
  const counts = pool.map(() => new Uint32Array(2 ** envs));
  const rates = pool.map(({ answers, passes }) => answers.map((n, env) => n ? passes[env]! / n : 0));
  const errors = pool.map(({ answers }, i) =>
    answers.map((n, env) => rates[i]![env]! * (1 - rates[i]![env]!) / Math.max(n, 1))
  );
  for (let a = 0; a < pool.length; a++) {
    for (let b = 0; b < pool.length; b++) {
      if (a === b) continue;
      let worse = 0, better = 0, apart = 0;
      for (let env = 0; env < envs; env++) {
        // In the source's order of operations, so that equality falls on the same side.
        const own = rates[a]![env]!, theirs = rates[b]![env]!;
        const tolerance = Math.max(FLOOR, ERRORS * Math.sqrt(errors[a]![env]! + errors[b]![env]!));
        if (own < theirs - tolerance) worse |= 1 << env;
        if (own >= theirs + Math.min(WIN, tolerance)) better |= 1 << env;
        if (Math.abs(own - theirs) > tolerance) apart |= 1 << env;
      }
      const older = pool[a]!.agent.commit < pool[b]!.agent.commit;
      for (const set of sets) {
        if ((!(set & worse) && set & better) || (older && !(set & apart))) counts[a]![set]!++;
      }
    }
  }
  return counts;
}

/** The rule R2. */
export const r2: Rule = {
  id: "r2",
  title: "R2",
  about: "Pays the winners of all sets of environments by accuracy with tolerances (affine 6e37735, get_weights())",
  begin: ({ envs }) => new R2Judge(envs),
};
