/** Honest improvers: how sure and how fast they win. @module */
import type { Scenario } from "../types.ts";
import { comer, first, rates, ratesWith, scenario } from "./kit.ts";

interface Gain {
  readonly id: string;
  readonly title: string;
  /** Gain in the first environment. */
  readonly gain: number;
  /** Gain in the rest. */
  readonly rest: number;
  readonly base?: number;
  readonly rho?: number;
}

function improver({ id, title, gain, rest, base = 0.5, rho = 0.5 }: Gain): Scenario {
  return scenario({
    id,
    title,
    about: `An honest model that is better by ${gain} in ${rest === gain ? "all environments" : "one environment"}`,
    rho,
    sides: ["improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [first(envs, base), comer("improver", "improver", 50, { rates: ratesWith(envs, base, 0, gain, rest) })],
    }),
  });
}

const all = [0.01, 0.02, 0.03, 0.05, 0.08, 0.1].map((gain): Gain => ({
  id: `all-${digits(gain)}`,
  title: `all +${text(gain)}`,
  gain,
  rest: gain,
}));

const one = [0.03, 0.05, 0.1].map((gain): Gain => ({
  id: `one-${digits(gain)}`,
  title: `one env +${text(gain)}, rest equal`,
  gain,
  rest: 0,
}));

const others: readonly Gain[] = [
  { id: "all-03-p90", title: "all +.03 at pass rate .9", gain: 0.03, rest: 0.03, base: 0.9 },
  { id: "all-05-p90", title: "all +.05 at pass rate .9", gain: 0.05, rest: 0.05, base: 0.9 },
  { id: "one-05-p90", title: "one env +.05 at pass rate .9", gain: 0.05, rest: 0, base: 0.9 },
  { id: "all-03-rho80", title: "all +.03, models alike by .8 (V=.2)", gain: 0.03, rest: 0.03, rho: 0.8 },
  { id: "all-05-rho80", title: "all +.05, models alike by .8 (V=.2)", gain: 0.05, rest: 0.05, rho: 0.8 },
  { id: "one-05-rho80", title: "one env +.05, models alike by .8 (V=.2)", gain: 0.05, rest: 0, rho: 0.8 },
  { id: "all-05-rho95", title: "all +.05, models alike by .95 (V=.1)", gain: 0.05, rest: 0.05, rho: 0.95 },
  { id: "one-05-rho95", title: "one env +.05, models alike by .95 (V=.1)", gain: 0.05, rest: 0, rho: 0.95 },
];

function text(gain: number): string {
  return gain.toFixed(2).slice(1);
}

function digits(gain: number): string {
  return gain.toFixed(2).slice(2);
}

/** Scenarios of improvers. */
export const GAINS: readonly Scenario[] = [
  ...[...all, ...one, ...others].map(improver),
  scenario({
    id: "junk-200",
    title: "200 junk registrations before +.05 improver",
    about: "Two hundred worthless models stand before an honest improver; they cost it slots of alpha, not the crown",
    sides: ["junk", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs),
        ...Array.from(
          { length: 200 },
          (_, i) => comer(`junk${i + 1}`, "junk", 100 + i, { rates: rates(envs, 0.5, -0.3) }),
        ),
        comer("improver", "improver", 900, { rates: rates(envs, 0.5, 0.05) }),
      ],
    }),
  }),
];
