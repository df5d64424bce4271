/** The environments that exist, by id. @module */
import { EnvError } from "../core/base/errors.ts";
import type { Environment } from "../core/port/environment.ts";
import { logic } from "./logic/environment.ts";
import { math } from "./math/environment.ts";
import { abduction } from "./program/abduction.ts";
import { datasetEnvironment } from "./program/dataset.ts";
import { deduction } from "./program/deduction.ts";

/** Every environment, sorted by id. */
export const environments: readonly Environment[] = [
  logic as Environment,
  math as Environment,
  abduction as Environment,
  deduction as Environment,
];

/** Ids of the environments that vote: a round draws one task in each. */
export const voting: readonly string[] = ["logic", "math", "program/abduction", "program/deduction"];

/** Hex digits of the engine's digest that stand in a version: enough that two images never meet in one by chance or by search. */
const ENGINE_DIGITS = 32;

/**
 * An environment whose answers are run, with the image of the engine in its version: validators with different images never pool.
 * `engine` is the image's digest, 64 hex digits. The tasks of a seed are those of the environment itself.
 */
export function boundTo(env: Environment, engine: string): Environment {
  const version = `${env.version}+${engine.slice(0, ENGINE_DIGITS)}`;
  return { ...env, version, generate: (seed, options) => ({ ...env.generate(seed, options), version }) };
}

/**
 * Environments of fixed sets, which have no tasks until they are given rows: they can be looked at, and never vote.
 * Sorted by id.
 */
export const staticEnvironments: readonly Environment[] = [datasetEnvironment([]) as Environment];

/**
 * The environments that vote, sorted by id, with the versions that records have. Everything that asks for weights takes them from
 * here. Without an engine (`null`) those whose answers are run are left out.
 * @throws {EnvError} if one of them is static: a model that has learned its tasks by heart would win.
 */
export function voters(
  engine: string | null,
  envs: readonly Environment[] = voting.map((id) => environment(id)),
): readonly Environment[] {
  const fixed = envs.find((env) => env.static);
  if (fixed) {
    throw new EnvError(`Environment ${fixed.id} has a fixed set of tasks, so it cannot vote: use it with af eval`, {
      code: "static",
    });
  }
  return envs.flatMap((env) => {
    if (env.submission === undefined) return [env];
    return engine === null ? [] : [boundTo(env, engine)];
  });
}

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
