/** Floods: requests of a champion or an improver are made to fail. Attempts as mechanism section 4 has them. @module */
import type { Random } from "../../base/random.ts";
import { type Agent, FAIL, LOST, type Scenario } from "../types.ts";
import { comer, first, rates, scenario, several, WARM_UP } from "./kit.ts";

/** Seconds from a round to the next: an epoch of 360 blocks of 12 s has 200 rounds. */
export const ROUND_SECONDS = 21.6;
const TIMEOUT = 120, PAUSE = 30, LOST_AFTER = 1800, SILENT = 10, CANARIES = 3, CANARY_EVERY = 20;

/** Chance that a request fails, by seconds since the flood began. */
type Flood = (seconds: number) => number;

/** Bursts: `on` minutes of certain failure, `off` minutes of peace. */
export function bursts(on: number, off: number): Flood {
  return (seconds) => seconds % (60 * (on + off)) < 60 * on ? 1 : 0;
}

/** An endpoint under a flood that begins with the attack. */
export function flooded(flood: Flood): Pick<Agent, "present" | "alter"> {
  const at = (round: number) => (round - WARM_UP * 200) * ROUND_SECONDS;
  const fails = (seconds: number, luck: Random) => seconds >= 0 && luck.unit() < flood(seconds);
  return {
    present(round, luck) {
      for (let i = 0; i < CANARIES; i++) if (!fails(at(round) + i * CANARY_EVERY, luck)) return true;
      return false;
    },
    alter(outcome, { round }, luck) {
      let silent = 0;
      for (let since = 0; since < LOST_AFTER; since += TIMEOUT + PAUSE) {
        const now = at(round) + since;
        if (!fails(now, luck)) return outcome;
        // An attempt that failed beside a canary that was answered is the endpoint's own silence.
        if (!fails(now, luck) && ++silent === SILENT) return FAIL;
      }
      return LOST;
    },
  };
}

function flood(id: string, title: string, victim: "first" | "improver", flood: Flood): Scenario {
  const hit = (name: string) => name === victim ? flooded(flood) : {};
  return scenario({
    id,
    title,
    about: "Twenty copies wait while somebody floods an endpoint; no copy should win, and a +.05 improver still should",
    sides: ["first", "copies", "improver"],
    winner: "improver",
    stage: (_, envs) => ({
      agents: [
        first(envs, 0.5, hit("first")),
        ...several(20, (i) => comer(`copy${i}`, "copies", 100 + i, { rates: rates(envs, 0.5, 0) })),
        comer("improver", "improver", 500, { rates: rates(envs, 0.5, 0.05), ...hit("improver") }),
      ],
    }),
  });
}

/** Scenarios of floods. */
export const FLOODS: readonly Scenario[] = [
  ...[0.1, 0.3, 0.6, 0.9].map((p) =>
    flood(`flood-${p * 10}`, `champion flooded, requests fail with p=${text(p)}`, "first", () => p)
  ),
  ...([[20, 20], [40, 20], [35, 3]] as const).map(([on, off]) =>
    flood(`bursts-${on}-${off}`, `champion flooded in bursts, ${on} min on, ${off} off`, "first", bursts(on, off))
  ),
  flood("flood-improver", "improver flooded, requests fail with p=.3", "improver", () => 0.3),
  flood("bursts-improver", "improver flooded in bursts, 40 min on, 20 off", "improver", bursts(40, 20)),
];

function text(p: number): string {
  return p.toFixed(1).slice(1);
}
