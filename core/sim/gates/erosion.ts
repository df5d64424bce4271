/** High-water: what a chain of champions, each a little worse in one environment, costs that environment. @module */
import { erodedRate } from "../scenarios/erosion.ts";
import { meanOf } from "../stats.ts";
import type { Finding, Gate } from "./lab.ts";

/** Published costs of 30 attempts, with high-water and without. */
const COSTS = [["erosion-05", 0.005, 0.018, 0.081], ["erosion-10", 0.01, 0.021, 0.073], [
  "erosion-15",
  0.015,
  0.017,
  0.032,
]] as const;
/** The cap that section 3 promises: no environment sinks more than about tau. */
const LIMIT = 0.025;

/** The gate of high-water, by the figures of section 9. */
export const HIGH_WATER: Gate = {
  id: "HW",
  title: "high-water: an environment is not worn away (section 9)",
  sees: ["no-high-water"],
  async run(lab) {
    const runs = Math.max(2, Math.round(lab.runs / 5));
    const all = await lab.run(COSTS.map(([scenario]) => scenario), { changes: { envs: 3 }, detail: true, runs });
    return COSTS.map(([, loss, published, without], i): Finding => {
      const { mean, error } = meanOf(
        all[i]!.map(({ history }) => erodedRate(null) - erodedRate(history!.at(-1)!.champion)),
      );
      return {
        what: `30 attempts at -${loss}: cost of that environment`,
        figure: mean.toFixed(3),
        interval: `error ${error.toFixed(3)}; published ${published}, without ${without}`,
        goal: `<= ${LIMIT}`,
        met: mean <= LIMIT,
      };
    });
  },
};
