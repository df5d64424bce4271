/**
 * How a seed becomes a level, a generator and a stream of numbers. Part of every environment's version.
 * @module
 */
import { toHex } from "../core/base/bytes.ts";
import { EnvError } from "../core/base/errors.ts";
import { Random } from "../core/base/random.ts";

/** One kind of task: a generator at a level, with its weight in the mix (a whole number, at least 1). */
export interface Slot {
  readonly level: number;
  readonly generator: string;
  readonly weight: number;
}

/** What {@linkcode draw} takes: the environment's names and its mix. */
export interface Mix {
  readonly id: string;
  readonly version: string;
  readonly slots: readonly Slot[];
}

/** Level and generator that a caller fixes; tools only, the mix decides in rounds. */
export interface DrawOptions {
  /** A level of the environment. @default {drawn from the seed} */
  level?: number;
  /** A generator of the environment. @default {drawn from the seed} */
  generator?: string;
}

/** A drawn kind of task and the stream of numbers that makes it. */
export interface Draw {
  readonly level: number;
  readonly generator: string;
  readonly random: Random;
}

/**
 * Draws the kind of task from 32 seed bytes. The stream depends on seed, level and generator only, so that a task asked
 * for by level and generator is the one that the mix would have made.
 * @throws {RangeError} if the seed is not 32 bytes.
 * @throws {EnvError} if no slot has the level and generator asked for.
 */
export function draw(mix: Mix, seed: Uint8Array, options: DrawOptions = {}): Draw {
  if (seed.length !== 32) throw new RangeError(`A task's seed has 32 bytes, not ${seed.length}`);
  const { level, generator } = options;
  const open = mix.slots.filter((slot) =>
    (level === undefined || slot.level === level) && (generator === undefined || slot.generator === generator)
  );
  if (open.length === 0) throw new EnvError(refusal(mix, options), { code: "unknown_task" });
  const name = `af-task/${mix.id}/${mix.version}`;
  const slot = weighted(open, new Random(`${name}/mix/${toHex(seed)}`));
  const stream = `${name}/${slot.generator}/${slot.level}/${toHex(seed)}`;
  return { level: slot.level, generator: slot.generator, random: new Random(stream) };
}

/** One slot, each with a chance in proportion to its weight. */
function weighted(slots: readonly Slot[], random: Random): Slot {
  let ticket = random.int(1, slots.reduce((sum, slot) => sum + slot.weight, 0));
  for (const slot of slots) {
    ticket -= slot.weight;
    if (ticket <= 0) return slot;
  }
  throw new RangeError("A mix needs whole weights of at least 1");
}

/** Says what there is instead of what was asked for. */
function refusal(mix: Mix, { level, generator }: DrawOptions): string {
  const known = [...new Set(mix.slots.map((slot) => slot.generator))];
  if (generator !== undefined && !known.includes(generator)) {
    return `Environment ${mix.id} has no generator ${generator}; it has ${known.join(", ")}`;
  }
  const levels = mix.slots.filter((slot) => generator === undefined || slot.generator === generator).map((s) =>
    s.level
  );
  const owner = generator === undefined ? `Environment ${mix.id}` : `Generator ${generator} of ${mix.id}`;
  return `${owner} has no level ${level}; choose ${Math.min(...levels)} to ${Math.max(...levels)}`;
}
