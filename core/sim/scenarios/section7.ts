/**
 * The scenarios of mechanism section 7 with three environments, and beside each the cells that are published there for R1, R2, R4 and S1.
 * The incumbent A is alone for 50 epochs, so that moving averages and tails have settled, then the attack starts. What section 7 leaves
 * open is decided here and explained in docs/simulation_reference.md.
 * @module
 */
import type { Random } from "../../base/random.ts";
import { type Agent, FAIL, LOST, type Scenario } from "../types.ts";

/** Epochs before the attack. */
const WARM_UP = 50;
/** Epochs that are measured. */
const EPOCHS = 50;

/** The rules that have a column, in the order of the cells. */
export const COLUMNS = ["r1", "r2", "r4", "s1"] as const;

/** A published figure for each of {@linkcode COLUMNS}; null where there is none. */
export type Cells = readonly (number | null)[];

/** A row of the tables. */
export interface Row {
  readonly scenario: Scenario;
  /** Runs of the published figures. @default {200} */
  readonly runs?: number;
  /** Mean share of all reward that the scenario's first side has. */
  readonly share?: Cells;
  /** Probability that the first side is ever paid. */
  readonly paid?: Cells;
  /** Probability that the winner ever stands first. */
  readonly won?: Cells;
  /** Median rounds until the winner stands first, of the runs in which it does. */
  readonly median?: Cells;
}

/** Somebody who comes with the attack: side, level in each environment (one number: in all), and what else there is to it. */
type Comer =
  & { readonly side: string; readonly rates: number | readonly number[]; readonly later?: number }
  & Partial<
    Pick<Agent, "name" | "staticRates" | "alter">
  >;

interface Setting {
  readonly title: string;
  readonly about: string;
  /** Who comes, in commit order. */
  comers(random: Random): readonly Comer[];
  /** Pass rate of A. @default {0.5} */
  readonly level?: number;
  /** How far those who are there from the beginning are under `level`, A first. @default {[0]} */
  readonly field?: readonly number[];
  /** @default {["attacker"]} */
  readonly sides?: readonly string[];
  readonly winner?: string;
}

function scenario(id: string, { title, about, comers, level = 0.5, field = [0], sides, winner }: Setting): Scenario {
  return {
    id: `section7-${id}`,
    title,
    about,
    envs: 3,
    rho: 0.5,
    warmUp: WARM_UP,
    epochs: EPOCHS,
    sides: sides ?? ["attacker"],
    ...(winner === undefined ? {} : { winner }),
    stage(random) {
      const agents = field.map((under, i): Agent => ({
        name: i ? `honest ${i}` : "A",
        side: "first",
        commit: i,
        from: 0,
        rates: [level - under, level - under, level - under],
      }));
      comers(random).forEach(({ rates, later = 0, ...rest }, i) =>
        agents.push({
          name: `${rest.side} ${i}`,
          commit: agents.length,
          from: WARM_UP + later,
          rates: typeof rates === "number" ? [rates, rates, rates] : rates,
          ...rest,
        })
      );
      return { agents };
    },
  };
}

/** So many of the same. */
function many(count: number, make: (i: number) => Comer): Comer[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

const copy = (): Comer => ({ side: "attacker", rates: 0.5 });
/** A copy with noise: in each environment its true level is up to .005 under or .002 above the original's. */
const near = (random: Random, level = 0.5): Comer => ({
  side: "attacker",
  rates: [0, 1, 2].map(() => level - 0.005 + 0.007 * random.unit()),
});
/** .2 better in one environment, .1 worse in the others; which one goes round. */
const decoy = (i: number): Comer => ({ side: "attacker", rates: [0, 1, 2].map((env) => env === i % 3 ? 0.7 : 0.4) });
/** Worse than A by .03 everywhere: A dominates it; B, who is worse by .05 in one environment, does not. */
const dominated = (): Comer => ({ side: "decoy", rates: 0.47 });
const B = { name: "B", side: "rival" } as const;
const TRADE_OFF: Comer = { ...B, rates: [0.55, 0.55, 0.45] };

/** A single attacker. */
function single(id: string, title: string, comer: Omit<Comer, "side">): Scenario {
  return scenario(id, {
    title,
    about: "One attacker, the incumbent and nobody else",
    comers: () => [{ side: "attacker", ...comer }],
  });
}

/** An improver without any attack. */
function improver(id: string, title: string, rates: Comer["rates"]): Scenario {
  const about = "An improver, the incumbent and nobody else";
  return scenario(id, { title, about, comers: () => [{ ...B, rates }], sides: ["rival"], winner: "B" });
}

/** Copies of A that come together or one an epoch. */
function copies(id: string, title: string, comers: Setting["comers"], level = 0.5): Scenario {
  return scenario(id, { title, about: "Copies of the incumbent with later commits; they add nothing", comers, level });
}

/** One actor with many keys, and five honest ones, A among them. */
function sybils(count: number): Scenario {
  const about = "An actor with several keys for one model that is a little worse than A, the best of five honest ones";
  const comers = () => many(count, () => ({ side: "attacker", rates: 0.49 }));
  return scenario(`sybil-${count}`, {
    title: `sybil k=${count} of a -.01 model, 5 honest`,
    about,
    comers,
    field: [0, 0.01, 0.02, 0.03, 0.04],
  });
}

/** A byte copy whose requests fail on the first `most` tasks of the pool that it would fail, in each environment. */
function crashing(most: number, level: number): Scenario {
  const first = WARM_UP * 200 - 330;
  const comers = () => {
    const crashed = [0, 0, 0];
    const alter: Agent["alter"] = (outcome, { env, round }) =>
      outcome === FAIL && round >= first && crashed[env]!++ < most ? LOST : outcome;
    return [{ name: "copy", side: "attacker", rates: level, alter }];
  };
  const title = `byte copy that crashes on ${most} tasks that it would fail, pass rate ${level}`;
  const about = "A rule that drops tasks whose request failed lets a copy choose its tasks";
  return scenario(`crash-${most}-at-${100 * level}`, { title, about, comers, level, winner: "copy" });
}

const decoys = scenario("decoys", {
  title: "20 one-env decoys (+.2/-.1), rival B=+.03",
  about: "Decoys that are better in one environment each divide the field, which must not change whether B wins",
  comers: () => [...many(20, decoy), { ...B, rates: 0.53 }],
  sides: ["attacker", "rival"],
  winner: "B",
});

const dominatedDecoys = scenario("dominated", {
  title: "20 decoys dominated by A but not by trade-off rival B",
  about: "Decoys that only A beats must not turn the contest of A and B",
  comers: () => [...many(20, dominated), TRADE_OFF],
  sides: ["rival", "decoy"],
});

const race = scenario("race", {
  title: "race: +.05 improver, 20 copies of it right behind (copies' share)",
  about: "Copies of a pending improver must not be paid for what it added",
  comers: () => [{ ...B, rates: 0.55 }, ...many(20, () => ({ side: "attacker", rates: 0.55 }))],
});

const registered = scenario("near-before", {
  title: "20 near copies of A registered before +.05 improver B",
  about: "A queue of copies must not keep an improver waiting",
  comers: (random) => [...many(20, () => near(random)), { ...B, rates: 0.55 }],
  winner: "B",
});

const refusal: Agent["alter"] = (outcome, _task, luck) => outcome === FAIL && luck.unit() < 0.65 ? LOST : outcome;

/** Every row of section 7's tables that has a cell for one of the four rules. */
export const SECTION7: readonly Row[] = [
  { scenario: copies("copy", "1 byte copy, later", () => [copy()]), share: [.06, .39, .12, 0] },
  {
    scenario: copies("copies", "20 byte copies", () => many(20, copy)),
    share: [.57, .74, .72, 0],
    paid: [null, null, .90, null],
  },
  {
    scenario: copies(
      "staggered",
      "20 byte copies, one commits each epoch",
      () => many(20, (later) => ({ ...copy(), later })),
    ),
    share: [.48, .71, .73, .003],
  },
  {
    scenario: copies("near", "20 copies, true delta in [-.005,.002]", (random) => many(20, () => near(random))),
    share: [.55, .71, .69, 0],
  },
  {
    scenario: copies("near-90", "the same at pass rate .9", (random) => many(20, () => near(random, .9)), .9),
    runs: 60,
    share: [.43, .67, .61, 0],
  },
  { scenario: race, share: [.75, .74, .74, 0] },
  { scenario: decoys, share: [.88, .78, 0, 0], won: [0, 0, .63, .84], median: [null, null, 6300, 4000] },
  {
    scenario: improver("decoys-without", "  the same B without the decoys", .53),
    won: [1, 1, .69, .86],
    median: [3400, 2400, 300, 4000],
  },
  { scenario: dominatedDecoys, share: [0, .20, .03, 0] },
  {
    scenario: scenario("dominated-without", {
      title: "  the same B without the decoys",
      about: "A rival that is better in two environments and worse in one",
      comers: () => [TRADE_OFF],
      sides: ["rival"],
    }),
    share: [0, .62, .11, 0],
  },
  { scenario: sybils(1), share: [.03, .04, .06, 0] },
  { scenario: sybils(10), share: [.18, .19, .31, 0] },
  { scenario: sybils(50), share: [.36, .41, .43, 0] },
  {
    scenario: single("overfit", "overfit: 100 % on the static set, 20 % fresh", { rates: .2, staticRates: [1, 1, 1] }),
    share: [.94, .78, .96, 0],
  },
  {
    scenario: single("specialist", "one-env specialist (.95, others -.1)", { rates: [.95, .4, .4] }),
    share: [0, .58, 0, 0],
  },
  {
    scenario: single("trade-5", "-.02 on one env, +.05 others", { rates: [.48, .55, .55] }),
    share: [.04, .74, .33, .02],
    paid: [.51, null, .35, .04],
  },
  {
    scenario: single("trade-10", "-.02 on one env, +.10 others", { rates: [.48, .60, .60] }),
    share: [.03, .75, .39, .02],
  },
  {
    scenario: single("refusal", "-.05 model that refuses 65 % of its failures", { rates: .45, alter: refusal }),
    share: [0, .61, 0, 0],
  },
  { scenario: registered, won: [null, null, .80, null], median: [2600, 2400, 6300, 4000] },
  {
    scenario: improver("all-1", "improvement: all +.01", .51),
    won: [.995, 1, .33, 0],
    median: [4800, 2400, 300, null],
  },
  { scenario: improver("all-3", "improvement: all +.03", .53), won: [1, 1, .63, .87], median: [3200, 2400, 300, 4000] },
  { scenario: improver("all-5", "improvement: all +.05", .55), won: [1, 1, .92, 1], median: [2600, 2400, 300, 4000] },
  {
    scenario: improver("all-10", "improvement: all +.10", .60),
    won: [null, null, 1, 1],
    median: [null, null, 300, 4000],
  },
  {
    scenario: improver("one-3", "improvement: one env +.03", [.53, .5, .5]),
    share: [.125, .66, null, null],
    won: [.90, 1, .26, .06],
  },
  {
    scenario: improver("one-5", "improvement: one env +.05", [.55, .5, .5]),
    share: [.125, .67, null, null],
    won: [.89, 1, .33, .49],
  },
  {
    scenario: improver("one-10", "improvement: one env +.10", [.60, .5, .5]),
    share: [.125, .67, null, null],
    won: [.92, 1, .37, .43],
  },
  ...[.5, .9].flatMap((level, i) =>
    [[30, .69, 1], [14, .39, .85], [0, .16, .14]].map(([most, ...values]) => ({
      scenario: crashing(most!, level),
      won: [null, null, values[i]!, null],
    }))
  ),
];
