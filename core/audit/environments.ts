/** The environments by the version that a log names. @module */
import { environments } from "../../envs/registry.ts";
import type { Environment } from "../port/environment.ts";
import type { EnvVersion } from "../flow/audit/types.ts";

/**
 * The environment whose tasks and grades are those of this version; null if this af does not have it. Where answers are run, the
 * version ends with the digest of the engine: the tasks are the same with every engine.
 */
export function findEnvironment({ id, version }: EnvVersion): Environment | null {
  const env = environments.find((one) => one.id === id);
  if (!env) return null;
  if (env.submission === undefined) return env.version === version ? env : null;
  const base = /^(.+)\+[0-9a-f]{32}$/.exec(version)?.[1];
  return base === env.version ? env : null;
}
