/** Draws drafts until one holds; both environments begin here. @module */
import type { Random } from "../../core/base/random.ts";
import { EnvError } from "../../core/base/errors.ts";
import type { Slot } from "../mix.ts";
import type { Draft, Style } from "./draft.ts";
import { FAMILIES, type Family } from "./families/family.ts";
import { type Probe, probe, type Rejection } from "./probe.ts";

/** More drafts than any kind of task ever needs: a generator that needs more is broken. */
const MOST_DRAFTS = 500;

/** Names of the levels. */
export const LEVELS: readonly string[] = [
  "one operation, one line",
  "two or three operations",
  "three or four operations, conditions and loops",
  "five or six operations that build on each other, or a small machine",
  "seven or eight operations, or parsing and a machine with state",
  "nine to eleven operations, or many interacting rules over nested data",
];

/** Told of every draft that was not taken, for measurements. */
export type Rejected = (why: Rejection) => void;

/** The slots of a mix: every family at every level that it has. */
export const SLOTS: readonly Slot[] = slots(FAMILIES);
/** Those of families that make abduction tasks. */
export const ABDUCTION_SLOTS: readonly Slot[] = slots(FAMILIES.filter((one) => !one.deductionOnly));

function slots(families: readonly Family[]): Slot[] {
  return families.flatMap(({ name, weights }) =>
    Object.entries(weights).map(([level, weight]) => ({ level: Number(level), generator: name, weight }))
  );
}

/** The family of this name. */
export function family(name: string): Family {
  const found = FAMILIES.find((one) => one.name === name);
  if (found === undefined) throw new EnvError(`There is no family of programs ${name}`, { code: "unknown_task" });
  return found;
}

/** What a style and a random stream make of one draft; a reason to try another, or the result. */
export type Attempt<T> = (probe: Probe) => T | Rejection;

/** Tries drafts of a family until `attempt` takes one. */
export function compose<T extends object>(
  name: string,
  level: number,
  options: { random: Random; style: () => Style; attempt: Attempt<T>; rejected?: Rejected | undefined },
): T {
  const { random, style, attempt, rejected } = options;
  for (let i = 0; i < MOST_DRAFTS; i++) {
    const draft: Draft = family(name).make(random, level);
    const probed = probe(draft, style(), random);
    const made = typeof probed === "string" ? probed : attempt(probed);
    if (typeof made !== "string") return made;
    rejected?.(made);
  }
  throw new EnvError(`No program of the family ${name} at level ${level} holds`, { code: "unknown_task" });
}
