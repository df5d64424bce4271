/** Gates of honest work: speed, availability, determinism, a lying validator. @module */
import type { RunResult } from "../job.ts";
import { quantile } from "../stats.ts";
import { fast, neverPaid, none, timesOf, wins } from "./figures.ts";
import type { Gate } from "./lab.ts";

/** Whole runs with looks every 25 rounds, up to n_max. */
const FINE = { rounds: 25, epochs: 400 } as const;

const speed: Gate = {
  id: "G2",
  title: "speed of true improvements",
  sees: ["slow-bets"],
  async run(lab) {
    const [large, middle, small, one] = await lab.run(["all-10", "all-05", "all-03", "one-05-rho80"], {
      changes: FINE,
    });
    return [
      fast("all +.10", large!, 500),
      wins("all +.10: P(win)", large!, 0.99),
      fast("all +.05", middle!, 1500),
      wins("all +.05: P(win)", middle!, 0.99),
      fast("all +.03", small!, 4700),
      wins("all +.03: P(win)", small!, 0.99),
      wins("one +.05 at V=.2: P(win in 10000)", one!, 0.9),
    ];
  },
};

/** Floods and outages of section 4's table, and cheats with being away; who must not be paid in each. */
const AWAY: readonly (readonly [scenario: string, side: string])[] = [
  ["flood-1", "copies"],
  ["flood-3", "copies"],
  ["flood-6", "copies"],
  ["flood-9", "copies"],
  ["bursts-20-20", "copies"],
  ["bursts-40-20", "copies"],
  ["bursts-35-3", "copies"],
  ["outage", "copies"],
  ["outage-20", "copies"],
  ["silence", "attacker"],
  ["downtime", "attacker"],
];

const availability: Gate = {
  id: "G8",
  title: "availability: no copy wins by anybody's outage, its own included",
  sees: ["drop-pairs"],
  async run(lab) {
    const results = await lab.run(AWAY.map(([scenario]) => scenario));
    return AWAY.map(([scenario, side], i) => {
      const median = quantile(timesOf(results[i]!), 0.5)!;
      const all = results[i]!, crowned = all.filter((one) => one.crowned.includes(side)).length;
      const found = none(`${scenario}: ${side} crowned`, crowned, all.length);
      // A champion that stays dark for 20 epochs is stood in for, by the first that is there if nobody has shown anything.
      const regents = all.filter((one) => one.paid[side]).length - crowned;
      const notes = [
        ...(regents > 0 ? [`paid as regents in ${regents}`] : []),
        ...(side === "copies" && !scenario.startsWith("outage") ? [`+.05 after ${median / 200} epochs`] : []),
      ];
      return { ...found, interval: [found.interval, ...notes].join(", ") };
    });
  },
};

/** Logs in which much happens: copies, crownings, absences, several validators. */
const LOGS = ["race", "decoys-20", "flood-3", "outage", "regress-10", "liar-against"] as const;

const determinism: Gate = {
  id: "G9",
  title: "one log, one result: permuted, split over validators, merged",
  sees: ["list-order"],
  async run(lab) {
    const runs = Math.max(1, Math.round(lab.runs / 20));
    const plain = await lab.run(LOGS, { runs, detail: true });
    const shuffled = await lab.run(LOGS, { runs, detail: true, log: { shuffle: "other order" } });
    const single = LOGS.slice(0, -1);
    const split = await lab.run(single, { runs, detail: true, log: { split: 3, shuffle: "split" } });
    const differ = (other: readonly RunResult[][]) =>
      other.flatMap((all, i) => all.filter((run, r) => weights(run) !== weights(plain[i]![r]!))).length;
    return [
      none("rounds, columns and lists in another order: runs that differ", differ(shuffled), runs * LOGS.length),
      none("rounds split over three validators: runs that differ", differ(split), runs * single.length),
    ];
  },
};

/** Weights and champions of every epoch. */
function weights({ history = [] }: RunResult): string {
  return JSON.stringify(history.map(({ pay, champion, race }) => [[...pay], champion, race]));
}

const lying: Gate = {
  id: "G11",
  title: "one of five validators lies",
  sees: ["plain-pool"],
  async run(lab) {
    const [forCopy, against, honest] = await lab.run(["liar-for-copy", "liar-against", "pool-05"]);
    const [a, b] = [against!, honest!].map((all) => quantile(timesOf(all), 0.5)!);
    return [
      neverPaid("it forges for a copy: copy paid", forCopy!, "copies"),
      {
        ...wins("it forges all losses against +.05: P(win)", against!, 0.99),
        interval: `median ${a} rounds, honest ${b}`,
      },
    ];
  },
};

/** Gates of honest work. */
export const HONEST_GATES: readonly Gate[] = [speed, availability, determinism, lying];
