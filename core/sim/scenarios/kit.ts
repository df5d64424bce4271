/** What scenarios are put together from. @module */
import type { Agent, Scenario } from "../types.ts";

/** Epochs before anything happens: moving averages and tails of 10,000 tasks have settled. */
export const WARM_UP = 50;
/** Epochs that are measured. */
export const MEASURED = 50;

/** A scenario of the usual length. */
export function scenario(fields: Omit<Scenario, "warmUp" | "epochs"> & Partial<Scenario>): Scenario {
  return { warmUp: WARM_UP, epochs: MEASURED, ...fields };
}

/** Pass rates: a base and a gain, one for all environments or one for each (the last is that of all further ones). */
export function rates(envs: number, base: number, ...gains: readonly number[]): number[] {
  return Array.from({ length: envs }, (_, e) => {
    const rate = base + gains[Math.min(e, gains.length - 1)]!;
    return Math.min(1, Math.max(0, Math.round(rate * 1e6) / 1e6));
  });
}

/** Pass rates with a gain in environment `env` and another one in the rest. */
export function ratesWith(envs: number, base: number, env: number, gain: number, rest: number): number[] {
  return rates(envs, base, ...Array.from({ length: envs }, (_, e) => e === env % envs ? gain : rest));
}

/** The model that is there from the beginning: everybody's first champion. */
export function first(envs: number, base = 0.5, fields: Partial<Agent> = {}): Agent {
  return { name: "first", side: "first", commit: 0, from: 0, rates: rates(envs, base, 0), ...fields };
}

/** Somebody who comes when the attack starts. */
export function comer(
  name: string,
  side: string,
  commit: number,
  fields: Partial<Agent> & Pick<Agent, "rates">,
): Agent {
  return { name, side, commit, from: WARM_UP, ...fields };
}

/** Several of a kind, numbered from 1. */
export function several(count: number, make: (i: number) => Agent): Agent[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}
