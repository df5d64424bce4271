/** Copies of the champion, and of whoever is about to follow it. @module */
import type { Random } from "../../base/random.ts";
import type { Agent, Scenario } from "../types.ts";
import { comer, first, rates, scenario, several, WARM_UP } from "./kit.ts";

const sides = ["first", "copies"];

function copies(
  count: number,
  envs: number,
  base: number,
  fields: (i: number) => Partial<Agent> = () => ({}),
): Agent[] {
  return several(count, (i) => comer(`copy${i}`, "copies", 100 + i, { rates: rates(envs, base, 0), ...fields(i) }));
}

/** Copies with noise: the true difference of each is from -.005 to +.002, in thousandths so that tables of rates are shared. */
function noisy(random: Random, count: number, envs: number, base: number): Agent[] {
  return copies(count, envs, base, () => ({
    rates: rates(envs, base, random.int(-5, 2) / 1000),
  }));
}

/** Scenarios of copies. */
export const COPIES: readonly Scenario[] = [
  scenario({
    id: "copy-1",
    title: "1 byte copy, later",
    about: "One copy of the champion with a byte changed, so that no digest tells; it should never be paid",
    sides,
    stage: (_, envs) => ({ agents: [first(envs), ...copies(1, envs, 0.5)] }),
  }),
  scenario({
    id: "copies-20",
    title: "20 byte copies",
    about: "Twenty copies with a byte changed, all at once; none should ever be paid",
    sides,
    stage: (_, envs) => ({ agents: [first(envs), ...copies(20, envs, 0.5)] }),
  }),
  scenario({
    id: "copies-20-staggered",
    title: "20 byte copies, staggered commits",
    about: "The same, one every second epoch",
    sides,
    stage: (_, envs) => ({
      agents: [first(envs), ...copies(20, envs, 0.5, (i) => ({ from: WARM_UP + 2 * (i - 1) }))],
    }),
  }),
  scenario({
    id: "copies-20-exact",
    title: "20 byte copies, unchanged",
    about: "Twenty copies whose weight files are the champion's to the byte, which the digest tells at once",
    sides,
    stage: (_, envs) => ({ agents: [first(envs), ...copies(20, envs, 0.5, () => ({ weights: "first" }))] }),
  }),
  scenario({
    id: "copies-20-noisy",
    title: "20 copies, true delta in [-.005,.002]",
    about: "Twenty copies with a little noise on their weights; none should ever be paid",
    sides,
    stage: (random, envs) => ({ agents: [first(envs), ...noisy(random, 20, envs, 0.5)] }),
  }),
  scenario({
    id: "copies-20-p90",
    title: "the same at pass rate .9",
    about: "Twenty noisy copies where nearly everything is passed",
    sides,
    stage: (random, envs) => ({ agents: [first(envs, 0.9), ...noisy(random, 20, envs, 0.9)] }),
  }),
  scenario({
    id: "race",
    title: "race: +.05 improver, 20 copies of IT right behind",
    about: "Twenty copies of an improver that is not crowned yet commit right behind it; the copies should get nothing",
    sides: ["copies", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        comer("improver", "improver", 50, { rates: rates(envs, 0.5, 0.05) }),
        ...copies(20, envs, 0.55),
      ],
    }),
  }),
  scenario({
    id: "copies-before",
    title: "20 near copies of A registered before +.05 improver B",
    about: "Twenty noisy copies stand before an honest improver, which should win all the same",
    sides: ["copies", "improver"],
    winner: "improver",
    stage: (random, envs) => ({
      agents: [
        first(envs),
        ...noisy(random, 20, envs, 0.5),
        comer("improver", "improver", 500, { rates: rates(envs, 0.5, 0.05) }),
      ],
    }),
  }),
];
