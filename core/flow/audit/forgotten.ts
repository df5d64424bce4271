/** What could not be checked because the node has dropped the state of old blocks. @module */

const WHAT = {
  permit: "permits at the time of batches",
  heads: "index heads that were committed earlier",
  block: "block hashes of windows",
  facts: "facts of the chain in epochs",
  weights: "weights of epochs",
  end: "whether the salt chain was committed before its first window",
} as const;
/** What needs the chain as it was. */
export type ForgottenPart = keyof typeof WHAT;

/** Counts what was not checked. */
export class Forgotten {
  readonly #parts = new Map<ForgottenPart, { count: number; from: number; to: number }>();

  /** Something at this block was not checked. */
  add(what: ForgottenPart, block: number): void {
    const before = this.#parts.get(what) ?? { count: 0, from: block, to: block };
    const { count, from, to } = before;
    this.#parts.set(what, { count: count + 1, from: Math.min(from, block), to: Math.max(to, block) });
  }

  /** One sentence for each kind. */
  get notes(): string[] {
    return [...this.#parts].map(([what, { count, from, to }]) =>
      `Not checked, since the node has dropped the state of those blocks: ${
        WHAT[what]
      } (${count}, blocks ${from} to ${to}); ` +
      "ask an archive node"
    );
  }
}
