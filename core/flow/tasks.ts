/** The tasks of a round: a pure function of the window's secret salt, the block hash and the round's index. @module */
import { sha256 } from "../base/hash.ts";
import type { Environment, Task } from "../port/environment.ts";
import type { WindowRow } from "../port/store.ts";
import { canarySeed, type SeedInput, taskId, taskSeed } from "../record/seed.ts";

/** A task with what is needed to ask it and to name it in a record. */
export interface DrawnTask {
  readonly id: string;
  readonly environment: Environment;
  readonly task: Task;
  /** The request's seed: the same for every contender. */
  readonly requestSeed: number;
}

/** Where tasks are drawn. */
export interface TaskSource {
  readonly netuid: number;
  readonly validator: string;
  readonly envs: readonly Environment[];
}

/** Tasks that are kept for the next contender who is asked them: those of the rounds that are under way. */
const KEPT = 512;
const kept = new Map<string, DrawnTask>();

/** A task of programs takes some milliseconds to make, and every contender is asked the same ones. */
function draw(environment: Environment, seed: Uint8Array): DrawnTask {
  const id = taskId(seed);
  const known = kept.get(id);
  if (known?.environment === environment) return known;
  const requestSeed = new DataView(sha256(seed).buffer).getUint32(0) >>> 1;
  const drawn = { id, environment, task: environment.generate(seed), requestSeed };
  kept.set(id, drawn);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return drawn;
}

/** What the seeds of a round's tasks and canaries depend on, in one environment. */
function seedInput(source: TaskSource, window: WindowRow, index: number, environment: Environment): SeedInput {
  const { salt, blockHash } = window;
  const { netuid, validator } = source;
  return { salt, blockHash, netuid, validator, env: environment.id, version: environment.version, index };
}

/** One fresh task in each environment. */
export function roundTasks(source: TaskSource, window: WindowRow, index: number): DrawnTask[] {
  return source.envs.map((environment) => draw(environment, taskSeed(seedInput(source, window, index, environment))));
}

/**
 * A canary: a task like any other, in an environment that changes from one to the next, with a seed of its own.
 * `serial` counts the canaries of a round: the first ones are the tries before it, the later ones go beside second attempts.
 */
export function canaryTask(source: TaskSource, window: WindowRow, index: number, serial: number): DrawnTask {
  const environment = source.envs[(index + serial) % source.envs.length]!;
  return draw(environment, canarySeed(seedInput(source, window, index, environment), { attempt: serial }));
}
