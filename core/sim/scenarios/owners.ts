/** Owners who play with their own models and places: for pay, to keep a crown, to take somebody's place. @module */
import type { Agent, Scenario } from "../types.ts";
import { comer, first, rates, scenario, several, WARM_UP } from "./kit.ts";

/** A champion that commits the same model anew, a byte changed, under its own hotkey. */
function anew(envs: number, every: number): Agent[] {
  return several(10, (i) =>
    comer(`first again ${i}`, "first", 600 + i, {
      rates: rates(envs, 0.5, 0),
      hotkey: "first",
      uid: 0,
      from: WARM_UP + every * (i - 1),
    }));
}

/** Away for some epochs from the start of the attack. */
function away(epochs: number): Pick<Agent, "present"> {
  return { present: (round) => round < WARM_UP * 200 || round >= (WARM_UP + epochs) * 200 };
}

/** A model that is as good as the first one and stands behind it from the beginning. */
function second(envs: number): Agent {
  return { ...first(envs), name: "second", side: "honest", commit: 1 };
}

/** Scenarios of owners. */
export const OWNERS: readonly Scenario[] = [
  scenario({
    id: "dodge",
    title: "champion commits anew every 5 epochs, +.05 improver",
    about:
      "A new commit of the champion's hotkey is a challenger like any other: it neither abdicates nor starts duels over",
    sides: ["first", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [first(envs), comer("improver", "improver", 50, { rates: rates(envs, 0.5, 0.05) }), ...anew(envs, 5)],
    }),
  }),
  scenario({
    id: "proxy",
    title: "a copy that passes requests on to a +.05 model",
    about:
      "What was committed is a copy, what answers is better; the check on the validator's own endpoint tells them apart",
    sides: ["first", "attacker"],
    winner: "attacker",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        comer("attacker", "attacker", 50, {
          rates: rates(envs, 0.5, 0.05),
          isHosted: true,
          hostedRates: rates(envs, 0.5, 0),
        }),
      ],
    }),
  }),
  scenario({
    id: "hosted-honest",
    title: "an honest +.05 improver whose weights are checked",
    about:
      "What was committed is what answers: the check on the validator's own endpoint costs an honest improver little",
    sides: ["first", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        comer("improver", "improver", 50, { rates: rates(envs, 0.5, 0.05), isHosted: true }),
      ],
    }),
  }),
  scenario({
    id: "uid-recycled",
    title: "the champion's uid is given to somebody else",
    about: "The champion is deregistered and an attacker gets its place; it must get none of its pay",
    sides: ["first", "attacker", "honest"],
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, { until: WARM_UP + 5, uid: 7 }),
        second(envs),
        comer("attacker", "attacker", 50, { rates: rates(envs, 0.5, -0.1), uid: 7, from: WARM_UP + 5 }),
      ],
    }),
  }),
  scenario({
    id: "gone",
    title: "champion gone for good, an equal stands behind it",
    about: "After its dark epochs somebody must stand in for a champion that never comes back, without its duel won",
    sides: ["first", "honest"],
    winner: "second",
    stage: (_, envs) => ({ agents: [first(envs, 0.5, away(Infinity)), second(envs)] }),
  }),
  scenario({
    id: "return",
    title: "champion away for 30 epochs, then back, 20 copies",
    about: "A champion that comes back gets its crown back, whoever stood in for it",
    sides: ["first", "honest", "copies"],
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, away(30)),
        second(envs),
        ...several(20, (i) => comer(`copy${i}`, "copies", 100 + i, { rates: rates(envs, 0.5, 0) })),
      ],
    }),
  }),
];
