/** What a picture of a run shows, taken out of its history: lines of evidence, thresholds, crownings, who is paid. @module */
import type { Scenario, Settlement } from "./types.ts";

/** One run to draw. */
export interface Panel {
  readonly scenario: Scenario;
  /** Name of the rule. */
  readonly rule: string;
  readonly seed: string;
  readonly history: readonly Settlement[];
  /** Side of everybody by name. */
  readonly sides: Readonly<Record<string, string>>;
}

/** A point: epochs since the attack began, and nats. */
export type Point = readonly [epoch: number, nats: number];

/** The lead of a challenger in one duel. */
export interface Lead {
  readonly name: string;
  readonly side: string;
  readonly points: readonly Point[];
  /** How it ended: crowned, stopped by the rule, or neither within its reign. */
  readonly end: "crowned" | "stopped" | "open";
}

/** A change of the champion. */
export interface Crowning {
  /** End of the epoch that crowned. */
  readonly epoch: number;
  readonly name: string;
  readonly side: string;
}

/** What a panel shows. */
export interface Race {
  readonly leads: readonly Lead[];
  /** Lowest and highest evidence that anybody needed, by epoch. */
  readonly needed: readonly { readonly epoch: number; readonly low: number; readonly high: number }[];
  readonly crownings: readonly Crowning[];
  /** For each measured epoch the shares by side that are in force during it; what is missing to 1 is paid to nobody. */
  readonly paid: readonly Readonly<Record<string, number>>[];
  /** Sides in the order in which they appear. */
  readonly sides: readonly string[];
}

/** Reads a run. Epochs of the warm-up are left out. */
export function raceOf({ scenario, history, sides }: Panel): Race {
  const measured = history.slice(scenario.warmUp);
  const sideOf = (name: string) => sides[name] ?? name;
  const open = new Map<string, Point[]>(), leads: Lead[] = [], crownings: Crowning[] = [];
  const needed: { epoch: number; low: number; high: number }[] = [];
  const close = (name: string, end: Lead["end"]) => {
    const points = open.get(name);
    if (points) leads.push({ name, side: sideOf(name), points, end });
    open.delete(name);
  };
  let champion = history[scenario.warmUp - 1]?.champion ?? null;
  measured.forEach((epoch, i) => {
    const at = i + 1, race = (epoch.race ?? []).filter(({ live, name }) => live || open.has(name));
    for (const { name, value, live } of race) {
      const points = open.get(name) ?? [[i, 0] as Point];
      open.set(name, [...points, [at, value]]);
      if (!live) close(name, "stopped");
    }
    const bars = race.map((one) => one.needed);
    if (bars.length > 0) needed.push({ epoch: at, low: Math.min(...bars), high: Math.max(...bars) });
    if (epoch.champion !== champion && epoch.champion !== null) {
      crownings.push({ epoch: at, name: epoch.champion, side: sideOf(epoch.champion) });
      close(epoch.champion, "crowned");
      // A new champion is a new race: everybody begins at nothing against it.
      for (const name of [...open.keys()]) close(name, "open");
    }
    champion = epoch.champion;
  });
  for (const name of [...open.keys()]) close(name, "open");
  // Weights that an epoch sets at its end are in force during the next one.
  const inForce = history.slice(Math.max(0, scenario.warmUp - 1), -1);
  const paid = inForce.map(({ pay }) => {
    const shares: Record<string, number> = {};
    for (const [name, share] of pay) if (share > 0) shares[sideOf(name)] = (shares[sideOf(name)] ?? 0) + share;
    return shares;
  });
  const seen = [...scenario.sides, ...leads.map(({ side }) => side), ...paid.flatMap((one) => Object.keys(one))];
  return { leads, needed, crownings, paid, sides: [...new Set(seen)] };
}
