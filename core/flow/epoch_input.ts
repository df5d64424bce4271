/** What an epoch is decided from, and the step that decides it and keeps the decision: the same for one's own log and for a pool. @module */
import { canonical } from "../base/canonical.ts";
import { namedHotkeys } from "../mechanism/field.ts";
import { advance, type Advanced } from "../mechanism/reign.ts";
import type { Tally } from "../mechanism/tally.ts";
import type { Contender, EpochInput, State } from "../mechanism/types.ts";
import type { SubnetFacts } from "../port/chain.ts";
import type { ValidateDeps } from "./deps.ts";

/** Registered hotkeys that a state names and that have no contender of their own, by uid as the chain lists them. */
export function registeredIn(
  facts: Pick<SubnetFacts, "neurons">,
  state: State,
  contenders: readonly Pick<Contender, "hotkey">[],
): { hotkey: string; uid: number }[] {
  const listed = new Set(contenders.map(({ hotkey }) => hotkey));
  const named = namedHotkeys(state);
  return facts.neurons.filter(({ hotkey }) => named.has(hotkey) && !listed.has(hotkey))
    .map(({ hotkey, uid }) => ({ hotkey, uid }));
}

/** Uid of the subnet's owner; null where the chain does not tell, or it has none. */
export function ownerUidOf({ neurons, ownerHotkey }: Pick<SubnetFacts, "neurons" | "ownerHotkey">): number | null {
  return neurons.find(({ hotkey }) => hotkey === ownerHotkey)?.uid ?? null;
}

/** Stake of a hotkey as the chain has it; null where it is not known. */
export function stakeIn({ neurons }: Pick<SubnetFacts, "neurons">, hotkey: string): number | null {
  return neurons.find((neuron) => neuron.hotkey === hotkey)?.stake ?? null;
}

/**
 * Ids of whoever was a contender when rounds that count now were asked: where validators pool nobody else's counts are kept, since a
 * stranger's log can invent contenders. `listed` are those of the epoch before and, once they are known, of this one.
 */
export function countedIn({ duels, away, seated }: State, listed: readonly Pick<Contender, "id">[]): Set<string> {
  const ids = [...duels, ...away.flatMap((one) => one.duels)].map(({ contender }) => contender);
  return new Set([...ids, ...[...listed, ...seated].map(({ id }) => id)]);
}

/** The input of the epoch after `state`: what the chain says at these facts, and what is given. */
export function inputOf(
  facts: SubnetFacts,
  state: State,
  given: Pick<
    EpochInput,
    "epoch" | "validators" | "contenders" | "canaries" | "observed" | "checked" | "hosts" | "hosted" | "logs"
  >,
): EpochInput {
  return {
    ...given,
    block: facts.block.number,
    hash: facts.block.hash,
    registered: registeredIn(facts, state, given.contenders),
    ownerUid: ownerUidOf(facts),
  };
}

/** Decides an epoch from the tallies and makes the decision durable. `self` is the validator whose journal it is. */
export async function decideEpoch(
  { store, parameters }: Pick<ValidateDeps, "store" | "parameters">,
  state: State,
  input: EpochInput,
  { pool, self }: { readonly pool: ReadonlyMap<string, Tally>; readonly self: string },
): Promise<Advanced> {
  const decided = advance(state, input, pool, parameters);
  const { epoch, block, hash } = input;
  await store.putEpoch({
    epoch,
    block,
    hash,
    nextRound: decided.state.nextRound[self] ?? 0,
    input: canonical(input),
    output: canonical(decided),
  });
  return decided;
}
