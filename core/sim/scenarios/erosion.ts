/** Erosion: a chain of models, each a little worse in one environment and better in the others than the champion before it. @module */
import type { Agent, Scenario, Stage } from "../types.ts";
import { first, rates, scenario } from "./kit.ts";

/** Attempts of the specification's section 9. */
const ATTEMPTS = 30;
/** Epochs from one attempt to the next. */
const EVERY = 10;
const BASE = 0.4, GAIN = 0.05;

/** Pass rate of a champion in the environment that is worn away, by its name. */
export function erodedRate(champion: string | null): number {
  return champion === null || champion === "first" ? BASE : Number(champion.split(" ")[2]);
}

function erode(envs: number, loss: number): Stage {
  const skills = new Map<string, readonly number[]>([["first", rates(envs, BASE, 0)]]);
  return {
    agents: [first(envs, BASE)],
    before({ epoch, champion }) {
      if (epoch % EVERY !== 0) return [];
      const on = skills.get(champion ?? "first")!;
      const made = on.map((rate, e) => Math.round(1000 * (e === 0 ? rate - loss : Math.min(0.99, rate + GAIN))) / 1000);
      const agent: Agent = {
        name: `attempt ${epoch} ${made[0]}`,
        side: "attacker",
        commit: epoch,
        from: epoch,
        rates: made,
      };
      skills.set(agent.name, made);
      return [agent];
    },
  };
}

/** Scenarios of erosion. */
export const EROSION: readonly Scenario[] = [0.005, 0.01, 0.015].map((loss) =>
  scenario({
    id: `erosion-${String(1000 * loss).padStart(2, "0")}`,
    title: `30 attempts at -${loss.toFixed(3).slice(1)} in one environment, +.05 in the others`,
    about: "Whoever is crowned may be a little worse somewhere; a chain of them should not wear an environment away",
    warmUp: 1,
    epochs: ATTEMPTS * EVERY,
    sides: ["attacker"],
    stage: (_, envs) => erode(envs, loss),
  })
);
