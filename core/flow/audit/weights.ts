/** Weights on chain against the epochs that they should follow from. Pure. @module */
import type { Neuron, SubnetFacts, Weight } from "../../port/chain.ts";

/** An epoch that was decided. */
export interface Paid {
  readonly epoch: number;
  readonly block: number;
  /** Null = no weights are to be set. */
  readonly payeeUid: number | null;
}

/** How weights stand. */
export type WeightsVerdict =
  /** They are those of the epoch. */
  | { readonly kind: "agree" }
  /** None were set since the epoch. */
  | { readonly kind: "unset" }
  | { readonly kind: "differ"; readonly text: string };

/**
 * Judges the weights that a validator has at a block, at or before the next epoch. `before` is the epoch before: its weights may still
 * have been on their way.
 */
export function judgeWeights(
  weights: readonly Weight[],
  at: { readonly facts: SubnetFacts; readonly neuron: Neuron; readonly paid: Paid; readonly before: Paid | null },
): WeightsVerdict {
  const { facts, neuron, paid, before } = at;
  const { lastUpdate, uid } = neuron;
  // A registration counts as an update, too.
  if (lastUpdate <= paid.block || lastUpdate === neuron.registeredAt) return { kind: "unset" };
  const set = weights.filter(([, weight]) => weight > 0);
  const isOn = (payee: number | null) => payee !== null && set.length === 1 && set[0]![0] === payee;
  if (isOn(paid.payeeUid)) return { kind: "agree" };
  const late = Math.ceil((facts.tempo + 1) / 3);
  if (before !== null && isOn(before.payeeUid) && lastUpdate - paid.block <= late) return { kind: "unset" };
  const should = paid.payeeUid === null
    ? "decided that none are set"
    : `gives the whole weight to uid ${paid.payeeUid}`;
  const shown = JSON.stringify(set).slice(0, 80);
  const text =
    `The weights of uid ${uid}, set in block ${lastUpdate}, are ${shown}, but epoch ${paid.epoch} (block ${paid.block}) ${should}`;
  return { kind: "differ", text };
}
