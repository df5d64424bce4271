/** Canaries of batches, until the epoch that counts them. @module */
import type { CanaryCount } from "../../port/store.ts";

interface Counted {
  /** First round after the batch. */
  readonly end: number;
  readonly canaries: readonly CanaryCount[];
}

/** Canary counts of a log, by batch. */
export class Canaries {
  #batches: Counted[] = [];
  /** First round that can be asked for. */
  #from = 0;

  /** Adds those of the next batch. */
  add(end: number, canaries: readonly CanaryCount[]): void {
    this.#batches.push({ end, canaries });
  }

  /** Canaries of rounds `from` to `to - 1`, by contender; null if these are not whole batches that are held. */
  between(from: number, to: number): CanaryCount[] | null {
    const isEnd = (mark: number) => mark === this.#from || this.#batches.some(({ end }) => end === mark);
    if (!isEnd(from) || !isEnd(to)) return null;
    return addCanaries(
      this.#batches.filter(({ end }) => end > from && end <= to).map(({ canaries }) => canaries),
    );
  }

  /** Nobody asks for rounds before this one any more. */
  forget(before: number): void {
    this.#from = Math.max(this.#from, before);
    this.#batches = this.#batches.filter(({ end }) => end > this.#from);
  }
}

/** Counts added by contender, sorted by its id. */
export function addCanaries(all: readonly (readonly CanaryCount[])[]): CanaryCount[] {
  const sums = new Map<string, CanaryCount>();
  for (const { contender, sent, answered } of all.flat()) {
    const sum = sums.get(contender) ?? { contender, sent: 0, answered: 0 };
    sums.set(contender, { contender, sent: sum.sent + sent, answered: sum.answered + answered });
  }
  return [...sums.values()].sort((a, b) => a.contender < b.contender ? -1 : 1);
}
