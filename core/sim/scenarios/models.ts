/** Models that are made to win by something else than being better: decoys, sybils, specialists, what was learnt by heart. @module */
import type { Agent, Scenario } from "../types.ts";
import { comer, first, rates, ratesWith, scenario, several } from "./kit.ts";

/** Better by .2 in one environment, worse by .1 in the others. */
function decoys(envs: number, count: number): Agent[] {
  return several(count, (i) => comer(`decoy${i}`, "decoys", 100 + i, { rates: ratesWith(envs, 0.5, i, 0.2, -0.1) }));
}

function decoyScenario(count: number): Scenario {
  return scenario({
    id: count > 0 ? "decoys-20" : "decoys-0",
    title: count > 0 ? "20 one-env decoys (+.2/-.1), rival B=+.03" : "the same rival without the decoys",
    about: "Models packed into one environment each stand before an honest rival; they should change nothing",
    sides: ["decoys", "rival"],
    winner: "rival",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        ...decoys(envs, count),
        comer("rival", "rival", 500, { rates: rates(envs, 0.5, 0.03) }),
      ],
    }),
  });
}

function dominated(count: number): Scenario {
  return scenario({
    id: count > 0 ? "dominated-20" : "dominated-0",
    title: count > 0 ? "20 decoys dominated by A, but not by trade-off rival B" : "the same rival without the decoys",
    about: "Weaker variants of the champion against a rival that trades one environment for the others",
    sides: ["decoys", "rival"],
    winner: "rival",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        ...several(count, (i) => comer(`decoy${i}`, "decoys", 100 + i, { rates: rates(envs, 0.5, -0.03) })),
        comer("rival", "rival", 500, { rates: ratesWith(envs, 0.5, envs - 1, -0.05, 0.05) }),
      ],
    }),
  });
}

function sybils(count: number): Scenario {
  return scenario({
    id: `sybil-${count}`,
    title: `sybil k=${count} of a -.01 model, 5 honest`,
    about: "One owner registers the same, slightly worse model under many names beside five honest equals",
    sides: ["attacker"],
    stage: (_, envs) => ({
      agents: [
        first(envs),
        ...several(4, (i) => ({ ...first(envs), name: `honest${i}`, side: "honest", commit: i })),
        ...several(count, (i) => comer(`sybil${i}`, "attacker", 100 + i, { rates: rates(envs, 0.5, -0.01) })),
      ],
    }),
  });
}

/** One attacker against the first champion. */
function lone(
  id: string,
  title: string,
  about: string,
  make: (envs: number) => Partial<Agent> & Pick<Agent, "rates">,
): Scenario {
  return scenario({
    id,
    title,
    about,
    sides: ["attacker"],
    winner: "attacker",
    stage: (_, envs) => ({ agents: [first(envs), comer("attacker", "attacker", 50, make(envs))] }),
  });
}

/** A, B, C, each ahead of the one before in two environments of three: rates that turn in a circle. */
function circle(envs: number): Agent[] {
  const steps = [0.1, 0, -0.1];
  return several(3, (i) =>
    comer(`circle${i}`, "attacker", 100 + i, {
      rates: rates(envs, 0.5, ...Array.from({ length: envs }, (_, e) => steps[(e + i) % 3]!)),
    }));
}

/** Scenarios of such models. */
export const MODELS: readonly Scenario[] = [
  decoyScenario(20),
  decoyScenario(0),
  dominated(20),
  dominated(0),
  ...[1, 10, 50].map(sybils),
  lone(
    "memorised",
    "overfit: 100 % on the static set, 20 % fresh",
    "A model that learnt a fixed public set by heart",
    (envs) => ({
      rates: rates(envs, 0.2, 0),
      staticRates: rates(envs, 1, 0),
    }),
  ),
  lone(
    "regenerated-keys",
    "regenerated answer keys",
    "A copy that makes the answer key first wherever a task's seed is public",
    (envs) => ({
      rates: rates(envs, 0.5, 0),
      knownRates: rates(envs, 1, 0),
    }),
  ),
  lone(
    "specialist",
    "one-env specialist (.95, others -.1)",
    "A model for one environment that is worse in the others",
    (envs) => ({
      rates: ratesWith(envs, 0.5, 0, 0.45, -0.1),
    }),
  ),
  lone(
    "regress-05",
    "-.02 on one env, +.05 others",
    "A model that gives up as much as may not be lost in one environment",
    (envs) => ({
      rates: ratesWith(envs, 0.5, 0, -0.02, 0.05),
    }),
  ),
  lone("regress-10", "-.02 on one env, +.10 others", "The same with a larger gain in the others", (envs) => ({
    rates: ratesWith(envs, 0.5, 0, -0.02, 0.1),
  })),
  scenario({
    id: "cycle",
    title: "cycle A>B>C>A",
    about: "Three models of one owner, each ahead of the one before in most environments and none better on the whole",
    sides: ["attacker"],
    stage: (_, envs) => ({ agents: [first(envs), ...circle(envs)] }),
  }),
];
