/** What an epoch says of the chain, held against the chain at its block. Pure. @module */
import { canonical } from "../../base/canonical.ts";
import { comparePriority } from "../../mechanism/field.ts";
import type { Contender, EpochInput, State } from "../../mechanism/types.ts";
import type { SubnetFacts } from "../../port/chain.ts";
import { parseCommitment } from "../../record/commitment.ts";
import { hasStake } from "../admission.ts";
import { contenderId } from "../contenders.ts";
import { ownerUidOf, registeredIn, stakeIn } from "../epoch_input.ts";

/** What a contender must be by the chain alone; what only endpoints and the hub tell is not in it. */
type OnChain =
  & Pick<Contender, "id" | "hotkey" | "uid" | "commitBlock" | "extrinsicIndex" | "model" | "revision" | "chuteId">
  & { readonly invalid: string | null };

/** What {@linkcode chainFault} looks at. */
export interface ChainCheck {
  readonly input: EpochInput;
  /** The state before the epoch. */
  readonly state: State;
  readonly facts: SubnetFacts;
  /** Whose epoch it is: no contender of its own where it counts alone. */
  readonly self: string;
  /** Whether only its own rounds count: then nobody else's observations decide who is a contender. */
  readonly isAlone: boolean;
  /** Stake that a validator must have for its rounds to count. */
  readonly minStake: number;
}

/** The first thing that the input of an epoch says otherwise than the chain does; null if nothing. */
export function chainFault(check: ChainCheck): string | null {
  const { input, state, facts } = check;
  const when = `at block ${facts.block.number}`;
  const expected = new Map(contendersOf(check).map((one) => [one.id, one]));
  const seated = new Map(state.seated.map((one) => [one.id, one]));
  const uids = new Map(facts.neurons.map(({ hotkey, uid }) => [hotkey, uid]));
  const listed = new Set(input.contenders.map(({ id }) => id));
  if (listed.size !== input.contenders.length) return "It lists a contender twice";
  for (const contender of input.contenders) {
    const { id, hotkey } = contender;
    const seat = seated.get(id);
    const uid = uids.get(hotkey);
    const onChain = expected.get(id) ??
      (seat && uid !== undefined ? { ...seat, uid, invalid: null } satisfies OnChain : undefined);
    if (onChain === undefined) return `It lists the contender ${id}, which the chain does not have ${when}`;
    const fault = contenderFault(contender, onChain);
    if (fault !== null) return `It says of ${id} ${fault} ${when}`;
  }
  const absent = check.isAlone ? [...expected.keys()].find((id) => !listed.has(id)) : undefined;
  if (absent !== undefined) return `It leaves out the contender ${absent}, which the chain has ${when}`;
  const sorted = input.contenders.every((one, i) => i === 0 || comparePriority(input.contenders[i - 1]!, one) <= 0);
  if (!sorted) return "Its contenders are not in the order of their commitments";
  const poor = input.validators.find(({ validator }) => !hasStake(stakeIn(facts, validator), check.minStake));
  if (poor) {
    const stake = stakeIn(facts, poor.validator);
    return `It counts rounds of ${poor.validator}, whose stake is ${stake ?? "not known"} ${when} and must be ` +
      `${check.minStake}`;
  }
  const owner = ownerUidOf(facts);
  if (input.ownerUid !== owner) {
    return `It says that the owner's uid is ${input.ownerUid}, the chain says ${owner} ${when}`;
  }
  return registeredFault(check);
}

function registeredFault({ input, state, facts }: ChainCheck): string | null {
  const should = registeredIn(facts, state, input.contenders);
  const order = (list: readonly { hotkey: string; uid: number }[]) => canonical(list.toSorted((a, b) => a.uid - b.uid));
  return order(input.registered ?? []) === order(should)
    ? null
    : `Its list of registered hotkeys is not that of block ${facts.block.number}`;
}

/** Contenders as the chain has them. */
function contendersOf({ facts, self, isAlone }: ChainCheck): OnChain[] {
  const uids = new Map(facts.neurons.map(({ hotkey, uid }) => [hotkey, uid]));
  return facts.commitments.flatMap(({ hotkey, block, extrinsicIndex, bytes }): OnChain[] => {
    const uid = uids.get(hotkey);
    if (uid === undefined || (isAlone && hotkey === self)) return [];
    const commitment = parseCommitment(bytes);
    if (commitment.kind === "validator" || commitment.kind === "digest") return [];
    const base = { id: contenderId(hotkey, block), hotkey, uid, commitBlock: block, extrinsicIndex };
    if (commitment.kind === "invalid") {
      return [{ ...base, model: "", revision: "", chuteId: "", invalid: commitment.reason }];
    }
    const { model, revision, chuteId } = commitment;
    return [{ ...base, model, revision, chuteId, invalid: null }];
  });
}

function contenderFault(is: Contender, should: OnChain): string | null {
  for (const key of ["hotkey", "uid", "commitBlock", "model", "revision", "chuteId"] as const) {
    if (is[key] !== should[key]) return `that its ${key} is ${is[key]}, the chain says ${should[key]}`;
  }
  // A node that has dropped the block cannot tell the index any more.
  const both = is.extrinsicIndex !== null && should.extrinsicIndex !== null;
  if (both && is.extrinsicIndex !== should.extrinsicIndex) {
    return `that it is extrinsic ${is.extrinsicIndex} of its block, the chain says ${should.extrinsicIndex}`;
  }
  if (should.invalid !== null && is.valid) return `that it is valid, but its commitment is none (${should.invalid})`;
  return null;
}
