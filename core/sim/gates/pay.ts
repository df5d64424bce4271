/** The gate of pay: it follows what was added, and neither dripping nor swapping gains anything. @module */
import type { RunResult } from "../job.ts";
import { EVERY, GAINS_OFFERED } from "../scenarios/market.ts";
import { correlation, correlationInterval, type Mean, meanOf } from "../stats.ts";
import type { Gate } from "./lab.ts";

/** Turns whose newcomer has time to be paid before the market closes. */
const COUNTED = 4;

/** True gain of each newcomer and the epochs that it was paid. */
export function gainsAndPay(results: readonly RunResult[]): (readonly [gain: number, epochs: number])[] {
  return results.flatMap(({ pay, sides = {} }) =>
    Object.keys(sides).flatMap((name) => {
      const [, gain, turn] = /^gain ([.\d]+) turn (\d+)$/.exec(name) ?? [];
      return gain === undefined || Number(turn) >= COUNTED ? [] : [[Number(gain), pay[name] ?? 0] as const];
    })
  );
}

function paidTo(results: readonly RunResult[], epochs: number): Mean {
  return meanOf(results.map(({ shares }) => epochs * shares["attacker"]!));
}

/** Gates of pay. */
export const PAY_GATES: readonly Gate[] = [{
  id: "G10",
  title: "pay follows the gain; neither dripping nor swapping gains",
  sees: ["winner-takes-all"],
  async run(lab) {
    // A correlation takes more runs than the means beside it.
    const [market] = await lab.run(["market"], { detail: true, runs: 4 * lab.runs });
    const [whole, drip, honest, swap] = await lab.run(["at-once", "drip", "swap-0", "swap-10"]);
    const pairs = gainsAndPay(market!), r = correlation(pairs), [low, high] = correlationInterval(r, pairs.length);
    const epochs = 6 * EVERY;
    const [a, b, c, d] = [whole!, drip!, honest!, swap!].map((all) => paidTo(all, epochs)) as [Mean, Mean, Mean, Mean];
    const byGain = GAINS_OFFERED.map((gain) => {
      const own = pairs.filter(([one]) => one === gain).map(([, paid]) => paid);
      return own.length === 0 ? "-" : meanOf(own).mean.toFixed(1);
    });
    return [
      {
        what: "correlation of gain and epochs paid",
        figure: r.toFixed(2),
        interval: `${low.toFixed(2)} to ${high.toFixed(2)}; .03/.05/.08/.12: ${byGain.join("/")}`,
        goal: ">= .6",
        met: r >= 0.6,
      },
      {
        what: "+.12 all at once over dripped in four steps",
        figure: (a.mean / b.mean).toFixed(2),
        interval: `${a.mean.toFixed(1)} and ${b.mean.toFixed(1)} epochs`,
        goal: ">= 1",
        met: a.mean >= b.mean,
      },
      {
        what: "epochs that ten swaps for a twin gain",
        figure: (d.mean - c.mean).toFixed(1),
        interval: `${d.mean.toFixed(1)} and ${c.mean.toFixed(1)}, error ${Math.hypot(c.error, d.error).toFixed(1)}`,
        goal: "<= .5",
        met: d.mean - c.mean <= 0.5,
      },
    ];
  },
}];
