/** Small epochs with given outcomes, for tests of rules. @module */
import { type Agent, type EpochView, FAIL, LOST, PASS, type Settlement } from "../types.ts";

/** Somebody for a test; its rates are never used. */
export function someone(name: string, commit: number, fields: Partial<Agent> = {}): Agent {
  return { name, side: name, commit, from: 0, rates: [], ...fields };
}

/**
 * Outcomes of so many rounds: for each environment a share of passes or a text in which `+` is a pass, `-` a fail and `?` a lost request,
 * repeated as often as needed. A share passes the first tasks, so two shares differ by as little as they can.
 */
export function outcomes(rounds: number, ...envs: readonly (number | string)[]): Uint8Array {
  const out = new Uint8Array(rounds * envs.length);
  for (let i = 0; i < out.length; i++) {
    const round = Math.floor(i / envs.length), env = envs[i % envs.length]!;
    const sign = typeof env === "number" ? (round < Math.round(env * rounds) ? "+" : "-") : env[round % env.length];
    out[i] = sign === "+" ? PASS : sign === "-" ? FAIL : LOST;
  }
  return out;
}

/**
 * An epoch of which `here` see something, in commit order; `columns` has what they, and whoever comes later, make of its tasks. By
 * default all are there.
 */
export function epochOf(
  epoch: number,
  columns: ReadonlyMap<Agent, Uint8Array>,
  envs: number,
  here: readonly Agent[] = [...columns.keys()],
): EpochView {
  const rounds = (columns.values().next().value?.length ?? 0) / envs;
  return {
    epoch,
    first: epoch * rounds,
    rounds,
    envs,
    validators: 1,
    agents: here,
    listed: here,
    outcomes: (agent) => columns.get(agent) ?? new Uint8Array(rounds * envs).fill(LOST),
    published: () => true,
  };
}

/** Who was paid what, as a plain object rounded to a millionth. */
export function payOf({ pay }: Settlement): Record<string, number> {
  return Object.fromEntries([...pay].map(([name, share]) => [name, Math.round(share * 1e6) / 1e6]));
}
