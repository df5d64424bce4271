/** One run: a scenario under a rule, from a seed. @module */
import { Random } from "../base/random.ts";
import type { Rule, Scenario, Settlement } from "./types.ts";
import { World } from "./world.ts";

/** What came of a run. */
export interface Run {
  /** Mean share of the reward in the measured epochs, by side. */
  readonly shares: Readonly<Record<string, number>>;
  /** Whether a side was ever paid in the measured epochs. */
  readonly paid: Readonly<Record<string, boolean>>;
  /** Measured rounds until the scenario's winner was first paid more than half; null if it never was. */
  readonly won: number | null;
  /** Every epoch, the warm-up included. */
  readonly history: readonly Settlement[];
  /** Side of everybody who took part, by name. */
  readonly sides: Readonly<Record<string, string>>;
}

/** Plays a scenario. Equal seeds give equal runs, and rules that are compared on one seed see the same tasks and the same luck. */
export function play(scenario: Scenario, rule: Rule, seed: string): Run {
  const { envs = 3, rho = 0.5, rounds = 200, validators = 1, warmUp, epochs } = scenario;
  const stage = scenario.stage(new Random(`${seed}\0stage`), envs);
  const world = new World({ seed, envs, rho, rounds, validators, conduct: stage });
  for (const agent of stage.agents) world.add(agent);
  const judge = rule.begin({ envs, random: new Random(`${seed}\0judge`) });
  const history: Settlement[] = [];
  const sums = new Map(scenario.sides.map((side) => [side, 0]));
  let won: number | null = null;
  for (let epoch = 0; epoch < warmUp + epochs; epoch++) {
    const champion = history.at(-1)?.champion ?? null;
    const seen = { epoch: epoch + 1, champion, agents: world.agents, history };
    for (const agent of stage.before?.(seen) ?? []) world.add({ ...agent, from: seen.epoch });
    const settled = judge.settle(world.epoch(epoch, champion));
    history.push(settled);
    if (epoch < warmUp) continue;
    for (const { name, side } of world.agents) {
      const share = settled.pay.get(name) ?? 0;
      if (sums.has(side)) sums.set(side, sums.get(side)! + share);
      if (name === scenario.winner && share > 0.5) won ??= (epoch - warmUp + 1) * rounds;
    }
  }
  const sides = Object.fromEntries(world.agents.map(({ name, side }) => [name, side]));
  const shares = Object.fromEntries([...sums].map(([side, sum]) => [side, sum / epochs]));
  return { shares, paid: Object.fromEntries([...sums].map(([side, sum]) => [side, sum > 0])), won, history, sides };
}
