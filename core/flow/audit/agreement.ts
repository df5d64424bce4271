/** Whether validators that pool published the same epochs: with the same accepted logs they must be the same to the byte. @module */
import { sha256Hex } from "../../base/hash.ts";

/** How far the epochs of several validators agree. */
export interface AgreementReport {
  /** Epochs that more than one validator published. */
  readonly compared: number;
  /** Of these, the ones whose outputs are the same to the byte. */
  readonly same: number;
  /** The first other one: validators that agree with each other, the largest group first; null if there is none. */
  readonly first: { readonly epoch: number; readonly groups: readonly (readonly string[])[] } | null;
}

/** Compares published outputs by their digests. */
export class Agreement {
  readonly #epochs = new Map<number, Map<string, string[]>>();

  /** A validator published this output. */
  add(validator: string, epoch: number, output: string): void {
    const digest = sha256Hex(output);
    const groups = this.#epochs.get(epoch) ?? new Map<string, string[]>();
    this.#epochs.set(epoch, groups.set(digest, [...groups.get(digest) ?? [], validator]));
  }

  /** What came of it. */
  get report(): AgreementReport {
    const shared = [...this.#epochs].filter(([, groups]) => [...groups.values()].flat().length > 1)
      .sort(([a], [b]) => a - b);
    const other = shared.find(([, groups]) => groups.size > 1);
    return {
      compared: shared.length,
      same: shared.filter(([, groups]) => groups.size === 1).length,
      first: other ? { epoch: other[0], groups: [...other[1].values()].toSorted((a, b) => b.length - a.length) } : null,
    };
  }
}
