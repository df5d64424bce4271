/**
 * S1, the simple baseline of mechanism section 7: one look at 4000 paired tasks in each environment, z-tests, alpha slots as in section 3.
 *
 * One champion is paid everything, the oldest commit to begin with. A challenger's first 4000 rounds against it are looked at once.
 * With d the mean difference in an environment and se = sqrt((V - d^2) / n), V the share of tasks on which the two differ, it is
 * crowned if (d + .02) / se is certified in every environment (not worse), d / se on all environments together (gain), and
 * (d - .005) / se in some environment or on all together (superior). Not worse and gain are tested at the usual 5 % each; superior at the
 * level alpha_j of its slot, divided by the number of tests, K + 1 (Bonferroni). Of several, the oldest commit is
 * crowned, all others begin anew against it; who is not certified is out for good. An answer that is missing counts as wrong.
 *
 * Mechanism section 7 says no more than "one look at 4000 paired tasks/env, z-tests, same alpha slots". That the two side conditions are at
 * 5 % is read from its row "-.02 on one env, +.05 others", which S1 lets pass with P .04.
 * @module
 */
import { alphaOf } from "../../mechanism/eprocess.ts";
import { STANDARD } from "../../mechanism/parameters.ts";
import { normalQuantile } from "../model.ts";
import { type Agent, type EpochView, type Judge, PASS, type Rule, type Settlement } from "../types.ts";

/** Rounds before the look. */
export const LOOK = 4000;
/** Error level of "not worse" and of "gain". */
const SIDE = 0.05;

/** Paired counts of one environment, or of all together. */
export interface Paired {
  /** Tasks that only the challenger passed. */
  won: number;
  /** Tasks that only the champion passed. */
  lost: number;
  /** Tasks. */
  n: number;
}

/** Standard errors by which the mean difference is above `m`. */
export function zOf({ won, lost, n }: Paired, m: number): number {
  const d = (won - lost) / n;
  const error = Math.sqrt(((won + lost) / n - d * d) / n);
  return error > 0 ? (d - m) / error : d > m ? Infinity : -Infinity;
}

/** Whether the look crowns a challenger with this slot. */
export function certified(counts: readonly Paired[], slot: number): boolean {
  const pooled = counts.reduce((sum, one) => ({ won: sum.won + one.won, lost: sum.lost + one.lost, n: sum.n + one.n }));
  const side = quantile(SIDE), sup = quantile(alphaOf(slot, STANDARD) / (counts.length + 1));
  return counts.every((one) => zOf(one, -STANDARD.tau) >= side) && zOf(pooled, 0) >= side &&
    [...counts, pooled].some((one) => zOf(one, STANDARD.delta) >= sup);
}

const quantiles = new Map<number, number>();

/** The z that is exceeded with probability `alpha`; bisection is slow, so it is kept. */
function quantile(alpha: number): number {
  let z = quantiles.get(alpha);
  if (z === undefined) quantiles.set(alpha, z = -normalQuantile(alpha));
  return z;
}

/** A challenger on its way to the look. */
interface Duel {
  readonly agent: Agent;
  readonly slot: number;
  readonly counts: readonly Paired[];
}

class S1Judge implements Judge {
  readonly #envs: number;
  #champion: Agent | null = null;
  #duels = new Map<string, Duel>();
  #slots = 0;
  readonly #out = new Set<string>();

  constructor(envs: number) {
    this.#envs = envs;
  }

  settle(view: EpochView): Settlement {
    this.#champion ??= view.agents[0] ?? null;
    const champion = this.#champion;
    if (!champion) return { pay: new Map(), champion: null };
    const theirs = view.outcomes(champion);
    let next: Agent | null = null;
    for (const agent of view.agents) {
      if (agent === champion || this.#out.has(agent.name)) continue;
      const duel = this.#duels.get(agent.name) ?? this.#begin(agent);
      count(duel.counts, view.outcomes(agent), theirs);
      if (duel.counts[0]!.n < LOOK) continue;
      if (certified(duel.counts, duel.slot)) next ??= agent;
      else this.#out.add(agent.name);
    }
    if (next) {
      this.#champion = next;
      this.#out.add(champion.name);
      this.#duels.clear();
      this.#slots = 0;
    }
    const { name } = this.#champion!;
    const registered = view.agents.some((agent) => agent.name === name);
    return { pay: new Map(registered ? [[name, 1]] : []), champion: name };
  }

  #begin(agent: Agent): Duel {
    const counts = Array.from({ length: this.#envs }, () => ({ won: 0, lost: 0, n: 0 }));
    const duel = { agent, slot: this.#slots++, counts };
    this.#duels.set(agent.name, duel);
    return duel;
  }
}

function count(counts: readonly Paired[], own: Uint8Array, theirs: Uint8Array): void {
  counts.forEach((one, env) => {
    for (let i = env; i < own.length; i += counts.length) {
      one.n++;
      if (own[i] === PASS && theirs[i] !== PASS) one.won++;
      if (own[i] !== PASS && theirs[i] === PASS) one.lost++;
    }
  });
}

/** The rule S1. */
export const s1: Rule = {
  id: "s1",
  title: "S1",
  about: "One look at 4000 paired tasks in each environment with z-tests (mechanism section 7)",
  begin: ({ envs }) => new S1Judge(envs),
};
