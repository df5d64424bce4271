/**
 * A market: a base of models that everybody downloads, and newcomers who build on the present champion. What pay rewards is
 * seen only where gains follow one another.
 * @module
 */
import type { Random } from "../../base/random.ts";
import { type Agent, FAIL, PASS, type Scenario, type Seen, type Stage } from "../types.ts";
import { first, rates, scenario } from "./kit.ts";

/** Gains of honest newcomers. */
export const GAINS_OFFERED = [0.03, 0.05, 0.08, 0.12] as const;
/** Epochs from one newcomer to the next. */
export const EVERY = 14;
/** Pass rate of the first champion. */
const BASE = 0.3;
/** Epochs before the market opens: nothing needs to settle here. */
const OPENING = 2;

/** What each model can really do, by name. */
type Skills = Map<string, readonly number[]>;

function built(skills: Skills, seen: Seen, envs: number, gain: number): number[] {
  const on = seen.champion === null ? rates(envs, BASE, 0) : skills.get(seen.champion)!;
  return on.map((rate) => Math.min(0.99, Math.round((rate + gain) * 1e6) / 1e6));
}

/** The first model of the market. */
function opener(envs: number, skills: Skills): Agent {
  const agent = first(envs, BASE);
  skills.set(agent.name, agent.rates);
  return agent;
}

/** A market in which somebody adds a newcomer of its own to the honest ones. */
function market(
  envs: number,
  honest: (turn: number) => number | null,
  more: (seen: Seen, skills: Skills) => readonly Agent[],
): Stage {
  const skills: Skills = new Map();
  const agents = [opener(envs, skills)];
  return {
    agents,
    before(seen) {
      const at = seen.epoch - OPENING, turn = at / EVERY;
      const gain = at >= 0 && Number.isInteger(turn) ? honest(turn) : null;
      const newcomers = [...more(seen, skills)];
      if (gain !== null) {
        newcomers.push({
          name: `gain ${gain} turn ${turn}`,
          side: "honest",
          commit: 10 * seen.epoch + 5,
          from: seen.epoch,
          rates: built(skills, seen, envs, gain),
        });
      }
      for (const one of newcomers) skills.set(one.name, one.rates);
      return newcomers;
    },
  };
}

interface Own {
  readonly agent: Agent;
  hides: boolean;
}

/** Twins of a +.05 model: whenever one reigns it hides .10 of what it can, and the next one commits. */
function swapper(envs: number, twins: number): (seen: Seen, skills: Skills) => readonly Agent[] {
  const own: Own[] = [];
  return (seen, skills) => {
    if (seen.epoch < OPENING) return [];
    const reigns = own.find(({ agent }) => agent.name === seen.champion);
    const mayNext = own.length === 0 || (reigns !== undefined && reigns === own.at(-1) && own.length <= twins);
    if (!mayNext) return [];
    if (reigns) reigns.hides = true;
    const model = own[0]?.agent.rates ?? built(skills, seen, envs, 0.05);
    const state: Own = {
      hides: false,
      agent: {
        name: `own ${own.length}`,
        side: "attacker",
        commit: 10 * seen.epoch,
        from: seen.epoch,
        rates: model,
        alter: (outcome, { env }, luck) =>
          outcome === PASS && state.hides && luck.unit() < 0.1 / model[env]! ? FAIL : outcome,
      },
    };
    own.push(state);
    return [state.agent];
  };
}

/** Somebody who has a gain of .12: all of it at once, or in steps, each when the one before is crowned. */
function seller(envs: number, steps: readonly number[]): (seen: Seen) => readonly Agent[] {
  let next = 0;
  return (seen) => {
    if (seen.epoch < OPENING || next >= steps.length) return [];
    if (next > 0 && seen.champion !== `step ${next - 1}`) return [];
    const step = next++;
    return [{
      name: `step ${step}`,
      side: "attacker",
      commit: 10 * seen.epoch,
      from: seen.epoch,
      rates: rates(envs, BASE, steps[step]!),
    }];
  };
}

function scene(id: string, title: string, about: string, stage: (random: Random, envs: number) => Stage): Scenario {
  return scenario({ id, title, about, warmUp: OPENING, epochs: 6 * EVERY, sides: ["attacker", "honest"], stage });
}

/** Rivals of +.05 from the second turn on. */
const rivals = (turn: number) => turn === 0 ? null : 0.05;

/** Scenarios of the market. */
export const MARKET: readonly Scenario[] = [
  scene(
    "market",
    "a newcomer every 14 epochs, +.03 to +.12 over the champion",
    "Pay should follow what each newcomer added",
    (random, envs) => {
      const turns = Array.from({ length: 8 }, () => random.pick(GAINS_OFFERED));
      return market(envs, (turn) => turns[turn] ?? null, () => []);
    },
  ),
  scene(
    "at-once",
    "+.12 all at once, then rivals of +.05",
    "What somebody gets who publishes all that it has",
    (_, envs) => market(envs, rivals, seller(envs, [0.12])),
  ),
  scene(
    "drip",
    "+.12 in four steps of .03, rivals of +.05",
    "What somebody gets who holds back and drips: it should be no more",
    (_, envs) => market(envs, rivals, seller(envs, [0.03, 0.06, 0.09, 0.12])),
  ),
  scene(
    "swap-0",
    "a +.05 model among rivals of +.05",
    "What an honest owner gets",
    (_, envs) => market(envs, rivals, swapper(envs, 0)),
  ),
  scene(
    "swap-10",
    "the same, swapped 10 times for a twin at an apparent +.10",
    "An owner hides what its champion can and lets a twin win it back; it should gain nothing",
    (_, envs) => market(envs, rivals, swapper(envs, 10)),
  ),
];
