/** The environments that exist, by id. @module */
import { EnvError } from "../core/base/errors.ts";
import type { Environment } from "../core/port/environment.ts";
import { logic } from "./logic/environment.ts";
import { math } from "./math/environment.ts";

/** Every environment, sorted by id. */
export const environments: readonly Environment[] = [logic as Environment, math as Environment];

/** Ids of the environments that vote: a round draws one task in each. */
export const voting: readonly string[] = ["logic", "math"];

/**
 * The environment with this id.
 * @throws {EnvError} naming the nearest known id.
 */
export function environment(id: string): Environment {
  const found = environments.find((env) => env.id === id);
  if (found) return found;
  const ids = environments.map((env) => env.id);
  const near = ids.map((known) => ({ known, far: distance(id.slice(0, 40), known) })).sort((a, b) => a.far - b.far)[0]!;
  throw new EnvError(
    `There is no environment ${JSON.stringify(id.slice(0, 40))}; did you mean ${near.known}? Known: ${ids.join(", ")}`,
    { code: "unknown_environment" },
  );
}

/** Edit distance of two short texts. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
