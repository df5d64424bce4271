/** Tallies of everybody's accepted rounds, made from what the journal keeps of them. @module */
import { neededFrom } from "../mechanism/pool.ts";
import { Tally } from "../mechanism/tally.ts";
import type { Marks, State, ValidatorRounds } from "../mechanism/types.ts";
import type { CanaryCount, Store } from "../port/store.ts";
import { addCanaries, cutRounds, onlyKnown, outcomesOf, unpackRounds } from "../record/round_block.ts";

/** Batches that are read at once: bounds the memory of a rebuild. */
const CHUNK = 64;

function cacheKey(validator: string): string {
  return `tally:${validator}`;
}

/** A tally for each validator. */
export class PoolTallies {
  readonly #store: Store;
  readonly #tallies = new Map<string, Tally>();

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads the counts up to a state; those that are missing, damaged or of another state are made anew from the accepted rounds. */
  static async open(store: Store, state: State, known: ReadonlySet<string>): Promise<PoolTallies> {
    const tallies = new PoolTallies(store);
    const needed = neededFrom(state);
    for (const [validator, end] of Object.entries(state.nextRound)) {
      const first = needed[validator] ?? end;
      const cached = Tally.fromBytes(await store.getCache(cacheKey(validator)) ?? new Uint8Array(), validator);
      const isUsable = cached && cached.end === end && cached.first <= first;
      tallies.#tallies.set(validator, isUsable ? cached : new Tally(state.envs, first));
      if (!isUsable) await tallies.#read(validator, first, end, { known });
    }
    return tallies;
  }

  /** The tallies as the mechanism takes them. */
  get pool(): ReadonlyMap<string, Tally> {
    return this.#tallies;
  }

  /** Adds rounds up to these marks and returns the canaries of what came new after the state. `known` are those who are counted. */
  async grow(
    marks: readonly ValidatorRounds[],
    state: State,
    known: ReadonlySet<string>,
  ): Promise<CanaryCount[]> {
    const canaries = new Map<string, CanaryCount>();
    for (const { validator, nextRound: end } of marks) {
      const before = state.nextRound[validator] ?? 0;
      if (!this.#tallies.has(validator)) this.#tallies.set(validator, new Tally(state.envs, before));
      await this.#read(validator, before, end, { known, canaries });
    }
    return [...canaries.values()].sort((a, b) => a.contender < b.contender ? -1 : 1);
  }

  async #read(
    validator: string,
    from: number,
    to: number,
    { known, canaries = new Map() }: {
      readonly known: ReadonlySet<string>;
      readonly canaries?: Map<string, CanaryCount>;
    },
  ): Promise<void> {
    const tally = this.#tallies.get(validator)!;
    for (let at = from; at < to;) {
      const rows = await this.#store.peerRounds(validator, at, CHUNK);
      if (rows.length === 0) throw new RangeError(`The journal keeps no round ${at} of ${validator}`);
      for (const { packed } of rows) {
        if (at >= to) break;
        const block = onlyKnown(unpackRounds(packed), known);
        addCanaries(canaries, block, at, to);
        const end = Math.min(to, block.first + block.rounds);
        // An epoch that failed half-way has some of them already.
        if (end > tally.end) tally.append(outcomesOf(cutRounds(block, tally.end, end)));
        at = end;
      }
    }
  }

  /** Forgets rounds that no later epoch asks for, and keeps the rest for the next start. */
  async drop(needed: Marks): Promise<void> {
    for (const [validator, tally] of this.#tallies) {
      tally.drop(needed[validator] ?? tally.end);
      await this.#store.putCache(cacheKey(validator), tally.toBytes(validator));
    }
  }
}
