/** Answers that are withheld: refusals, silence, being away, by choice or by misfortune. @module */
import type { Random } from "../../base/random.ts";
import { type Agent, FAIL, LOST, NOT_SHOWN, PASS, REFUSED, type Scenario } from "../types.ts";
import { comer, first, rates, scenario, several, WARM_UP } from "./kit.ts";

/** A model that does not answer part of what it would fail. */
function unless(share: number, code: number): Pick<Agent, "alter"> {
  return { alter: (outcome, _, luck) => outcome === FAIL && luck.unit() < share ? code : outcome };
}

/** Rounds before the attack whose tasks a rule with a pool of 330 shows a newcomer. */
const POOL = 330;

/** Answers with an error on the first `most` tasks of each environment that it would fail. */
function crashing(most: number): Pick<Agent, "alter"> {
  const crashed = new Map<number, number>();
  return {
    alter(outcome, { env, round }) {
      const before = crashed.get(env) ?? 0;
      if (outcome !== FAIL || before >= most || round < WARM_UP * 200 - POOL) return outcome;
      crashed.set(env, before + 1);
      return LOST;
    },
  };
}

/** Looks at an epoch as a whole and was "down" in it wherever it is behind the champion. */
function downWhenBehind(mine: Uint8Array, champion: Uint8Array): void {
  let lead = 0;
  for (let i = 0; i < mine.length; i++) lead += Number(mine[i] === PASS) - Number(champion[i] === PASS);
  if (lead < 0) mine.fill(LOST);
}

function cheats(
  id: string,
  title: string,
  about: string,
  count: number,
  make: (envs: number) => Partial<Agent>,
): Scenario {
  return scenario({
    id,
    title,
    about,
    sides: ["attacker"],
    stage: (_, envs) => ({
      agents: [
        first(envs),
        ...several(
          count,
          (i) => comer(`attacker${i}`, "attacker", 100 + i, { rates: rates(envs, 0.5, 0), ...make(envs) }),
        ),
      ],
    }),
  });
}

/** Away in the given epochs, counted from the start of the attack. */
function away(from: number, to: number, roundsOfEpoch = 200): (round: number) => boolean {
  return (round) => round < (WARM_UP + from) * roundsOfEpoch || round >= (WARM_UP + to) * roundsOfEpoch;
}

function outage(id: string, title: string, champion: Partial<Agent>): Scenario {
  return scenario({
    id,
    title,
    about: "The champion's endpoint is away through no fault of its own; no copy should take its throne",
    sides: ["first", "copies"],
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, champion),
        ...several(20, (i) => comer(`copy${i}`, "copies", 100 + i, { rates: rates(envs, 0.5, 0) })),
      ],
    }),
  });
}

/** Scenarios of answers that are withheld. */
export const ANSWERS: readonly Scenario[] = [
  cheats(
    "refusal",
    "selective refusal by a -.05 model (refuses 65 % of its failures)",
    "A worse model that refuses what it would fail",
    1,
    (envs) => ({
      rates: rates(envs, 0.5, -0.05),
      ...unless(0.65, REFUSED),
    }),
  ),
  cheats(
    "crash-30",
    "a byte copy that crashes on 30 tasks it would fail",
    "A copy whose endpoint answers with an error where it would fail",
    1,
    () => crashing(30),
  ),
  cheats(
    "silence",
    "selective silence: 20 copies, silent on half of their failures",
    "Copies that let the time run out where they would fail",
    20,
    () => unless(0.5, LOST),
  ),
  cheats(
    "downtime",
    "selective downtime: 20 copies, down in the epochs they would lose",
    "Copies that know after each epoch whether they were behind, and were down if so",
    20,
    () => ({
      review: downWhenBehind,
    }),
  ),
  outage("outage", "outage of the champion (4 full epochs, then 3 % misses), 20 byte copies", {
    present: (round: number, luck: Random) => away(0, 4)(round) && (round < WARM_UP * 200 || luck.unit() >= 0.03),
  }),
  outage("outage-20", "outage of the champion for 20 epochs, 20 byte copies", { present: away(0, 20) }),
  scenario({
    id: "outage-all",
    title: "everybody away for 4 epochs, +.05 improver",
    about: "The host of all endpoints is down: nobody gains, and the improver wins when it is back",
    sides: ["first", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, { present: away(0, 4) }),
        comer("improver", "improver", 50, { rates: rates(envs, 0.5, 0.05), present: away(0, 4) }),
      ],
    }),
  }),
  scenario({
    id: "dark-by-choice",
    title: "champion dark for 30 min after every 62 rounds, +.05 improver",
    about: "A champion that slows its own dethroning: being dark should cost as much pay as it gains time",
    sides: ["first", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, darkAfter(62)),
        comer("improver", "improver", 50, { rates: rates(envs, 0.5, 0.05) }),
      ],
    }),
  }),
];

/** Answers `rounds` rounds, loses the last of them, is away for 30 minutes (83 rounds of 21.6 s), and so on. */
function darkAfter(rounds: number): Pick<Agent, "present" | "alter"> {
  const start = WARM_UP * 200, cycle = rounds + 83;
  return {
    present: (round) => round < start || (round - start) % cycle < rounds,
    alter: (outcome, { round }) =>
      outcome !== NOT_SHOWN && round >= start && (round - start) % cycle === rounds - 1 ? LOST : outcome,
  };
}
