/**
 * R1, the reference's first rule: AffineFoundation/affine 98d58d3, affine/__init__.py, `validate()`.
 *
 * Everybody answers every task. A score for each environment is a moving average that begins at 0: after each answer it becomes
 * .999 of itself and .001 of the answer's score; a request that fails scores 0. A new commit of a hotkey begins at 0 again. Somebody
 * beats another who stands at least as high in every environment and higher in one (the source compares dense ranks, in which equal
 * scores share a place). Whoever beats most is paid everything; of equals, the one whose commit is oldest. Nobody is ever
 * forgotten: if a hotkey that left is best, nobody is paid.
 *
 * Simplified: the source settles every ten blocks, here it is once an epoch. The source's environments were all generated, so its
 * miners could memorise nothing; here tasks of a fixed set are asked, which shows what the rule would do with such environments.
 * @module
 */
import { type Agent, type EpochView, type Judge, PASS, type Rule, type Settlement } from "../types.ts";

/** What a moving average keeps of itself at each answer (`alpha` in the source). */
export const KEPT = 0.999;

/** Scores of a hotkey, and the commit that they belong to. */
export interface R1Entry {
  readonly agent: Agent;
  /** One moving average for each environment. */
  readonly scores: Float64Array;
}

class R1Judge implements Judge {
  readonly #envs: number;
  /** By hotkey. */
  readonly #entries = new Map<string, R1Entry>();

  constructor(envs: number) {
    this.#envs = envs;
  }

  settle(view: EpochView): Settlement {
    const current = new Map(view.agents.map((agent) => [agent.hotkey ?? agent.name, agent]));
    for (const [hotkey, agent] of current) {
      let entry = this.#entries.get(hotkey);
      if (entry?.agent.name !== agent.name) {
        this.#entries.set(hotkey, entry = { agent, scores: new Float64Array(this.#envs) });
      }
      average(entry.scores, view.outcomes(agent, "static"));
    }
    const best = bestOf([...this.#entries.values()]);
    if (best === null) return { pay: new Map(), champion: null };
    const paid = view.agents.some(({ name }) => name === best.name);
    return { pay: new Map(paid ? [[best.name, 1]] : []), champion: best.name };
  }
}

/** Brings an epoch's outcomes into the moving averages. */
function average(scores: Float64Array, outcomes: Uint8Array): void {
  for (let env = 0; env < scores.length; env++) {
    let score = scores[env]!;
    for (let i = env; i < outcomes.length; i += scores.length) {
      score = KEPT * score + (outcomes[i] === PASS ? 1 - KEPT : 0);
    }
    scores[env] = score;
  }
}

/** Who beats most others, of equals the oldest commit; null if there is nobody. */
export function bestOf(entries: readonly R1Entry[]): Agent | null {
  let best: Agent | null = null, most = -1;
  for (const { agent, scores } of entries) {
    let beaten = 0;
    for (const other of entries) if (beats(scores, other.scores)) beaten++;
    if (beaten > most || (beaten === most && best && agent.commit < best.commit)) [best, most] = [agent, beaten];
  }
  return best;
}

/** At least as high in every environment, higher in one. */
function beats(a: Float64Array, b: Float64Array): boolean {
  let higher = false;
  for (let env = 0; env < a.length; env++) {
    if (a[env]! < b[env]!) return false;
    if (a[env]! > b[env]!) higher = true;
  }
  return higher;
}

/** The rule R1. */
export const r1: Rule = {
  id: "r1",
  title: "R1",
  about: "Pays whoever beats most others by moving averages (affine 98d58d3, validate())",
  begin: ({ envs }) => new R1Judge(envs),
};
