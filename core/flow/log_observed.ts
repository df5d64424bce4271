/**
 * Contenders as a pool of validators sees them: who committed what stands on chain, what chutes and the hub say of it each validator
 * observed for itself and published with its epoch. Pure: everybody who accepted the same epochs finds the same contenders.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { comparePriority } from "../mechanism/field.ts";
import type { Contender, EpochInput, HostedCheck } from "../mechanism/types.ts";
import type { SubnetFacts } from "../port/chain.ts";
import { type OpenCommitment, parseCommitment } from "../record/commitment.ts";
import { contenderId } from "./contenders.ts";

/** Epochs after which nobody is bound by an observation any more. */
export const STALE_EPOCHS = 8;

/** What the chain says of a contender, and nobody may say otherwise. */
const KEYS = ["model", "revision", "chuteId"] as const;

/** What a validator published of the contenders. */
export interface Observation {
  readonly validator: string;
  /** Epoch of the object that it was published in. */
  readonly epoch: number;
  readonly contenders: readonly Contender[];
  /** Its hosted checks; null where it checks nobody. */
  readonly checked: readonly HostedCheck[] | null;
}

/** Options of {@linkcode poolContenders}. */
export interface PoolContendersOptions {
  /** Epoch that is settled. */
  readonly epoch: number;
  /** The newest acceptable observation of each validator that is trusted. */
  readonly observations: readonly Observation[];
  /** Contenders of the epoch before: what stands where nobody says otherwise. */
  readonly previous: readonly Contender[];
  /** The champion, and dark ones that may return; they stay contenders with their old commits. */
  readonly seated: readonly Contender[];
}

/**
 * The contenders of an epoch, by priority: of every open commit on chain the most frequent observation; of equally frequent ones a
 * valid one first, then the one whose canonical text is the smallest. Without any observation a commit is no contender yet, and an
 * observation of something else than what stands on chain is none.
 */
export function poolContenders(
  facts: Pick<SubnetFacts, "neurons" | "commitments">,
  options: PoolContendersOptions,
): Contender[] {
  const uids = new Map(facts.neurons.map((neuron) => [neuron.hotkey, neuron.uid]));
  const standing = new Map<string, OpenCommitment>(options.seated.map((one) => [one.id, one]));
  // A node that has forgotten the block cannot tell the place of a commit in it: then it is observed like the rest.
  const indexes = new Map<string, number>();
  for (const { hotkey, block, extrinsicIndex, bytes } of facts.commitments) {
    const commitment = parseCommitment(bytes);
    if (commitment.kind !== "open") continue;
    const id = contenderId(hotkey, block);
    standing.set(id, commitment);
    if (extrinsicIndex !== null) indexes.set(id, extrinsicIndex);
  }
  const votes = countVotes(options, standing);
  const before = new Map([...options.seated, ...options.previous].map((one) => [one.id, one]));
  return [...standing.keys()].flatMap((id) => {
    const found = winner(votes.get(id)) ?? before.get(id);
    const uid = found && uids.get(found.hotkey);
    return uid === undefined ? [] : [{ ...found!, uid, extrinsicIndex: indexes.get(id) ?? found!.extrinsicIndex }];
  }).sort(comparePriority);
}

interface Vote {
  readonly contender: Contender;
  readonly text: string;
  count: number;
}

function countVotes(
  { observations, epoch }: PoolContendersOptions,
  standing: ReadonlyMap<string, OpenCommitment>,
): Map<string, Map<string, Vote>> {
  const votes = new Map<string, Map<string, Vote>>();
  for (const observation of observations) {
    if (observation.epoch <= epoch - STALE_EPOCHS) continue;
    for (const contender of observation.contenders) {
      const stated = standing.get(contender.id);
      if (!stated || KEYS.some((key) => stated[key] !== contender[key])) continue;
      // Uids are the chain's to say, at the block of this epoch.
      const text = canonical({ ...contender, uid: 0 });
      const texts = votes.get(contender.id) ?? new Map<string, Vote>();
      const vote = texts.get(text) ?? { contender, text, count: 0 };
      vote.count++;
      votes.set(contender.id, texts.set(text, vote));
    }
  }
  return votes;
}

function winner(texts: ReadonlyMap<string, Vote> | undefined): Contender | undefined {
  const sorted = [...texts?.values() ?? []].sort((a, b) =>
    b.count - a.count || Number(b.contender.valid) - Number(a.contender.valid) || (a.text < b.text ? -1 : 1)
  );
  return sorted[0]?.contender;
}

/** The hosted checks of everybody who checks, where an observation is not stale. `envs` = environments that vote. */
export function poolHosted(
  observations: readonly Observation[],
  { epoch, envs }: { readonly epoch: number; readonly envs: number },
): Pick<EpochInput, "hosts" | "hosted"> {
  const fresh = observations.filter((one) => one.checked !== null && one.epoch > epoch - STALE_EPOCHS)
    .sort((a, b) => a.validator < b.validator ? -1 : 1);
  if (fresh.length === 0) return {};
  return {
    hosts: fresh.map(({ validator }) => validator),
    hosted: fresh.flatMap(({ validator, checked }) =>
      checked!.filter(({ counts }) => counts.length === envs).map((check) => ({ ...check, validator }))
    ),
  };
}

/** Most contenders of an observation: a subnet has at most so many places, and some stand twice. */
const MAX_CONTENDERS = 2048;
/** Most environments of a hosted check. */
const MAX_ENVS = 64;
const SHAPE: { readonly [key in keyof Contender]: (value: unknown) => boolean } = {
  id: (value) => isText(value, 80) && /^[0-9A-Za-z]{1,64}@\d{1,15}$/.test(String(value)),
  hotkey: (value) => isText(value, 64),
  uid: isWhole,
  commitBlock: isWhole,
  extrinsicIndex: (value) => value === null || isWhole(value),
  model: (value) => isText(value, 256),
  revision: (value) => isText(value, 64),
  chuteId: (value) => isText(value, 64),
  slug: (value) => value === "" || (isText(value, 128) && /^[0-9a-z-]+$/i.test(String(value))),
  weightsDigest: (value) => value === null || isText(value, 128),
  valid: (value) => typeof value === "boolean",
  reason: (value) => isText(value, 600),
};

function isText(value: unknown, most: number): boolean {
  return typeof value === "string" && value.length <= most && value.isWellFormed();
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** What an epoch's published input says that its validator observed; null where it says nothing, or nothing sound. */
export function observedIn(input: string): Omit<Observation, "validator" | "epoch"> | null {
  const { observed, checked = null } = JSON.parse(input) as { observed?: unknown; checked?: unknown };
  if (!Array.isArray(observed) || observed.length > MAX_CONTENDERS) return null;
  const isSound = observed.every((one) =>
    hasKeys(one, Object.keys(SHAPE)) &&
    (Object.keys(SHAPE) as (keyof Contender)[]).every((key) => SHAPE[key](one[key])) &&
    contenderId(String(one.hotkey), Number(one.commitBlock)) === one.id
  );
  if (!isSound || new Set(observed.map((one) => one.id)).size !== observed.length) return null;
  return { contenders: observed, checked: isHosted(checked, { validator: false }) ? checked : null };
}

/** Whether a value is a list of hosted checks, each contender (of each validator) once and all with counts in as many environments. */
export function isHosted(value: unknown, { validator }: { readonly validator: boolean }): value is HostedCheck[] {
  if (!Array.isArray(value) || value.length > MAX_CONTENDERS) return false;
  const keys = ["contender", "counts", ...(validator ? ["validator"] : [])];
  const isSound = value.every((one) =>
    hasKeys(one, keys) && SHAPE.id(one.contender) && (!validator || isText(one.validator, 64)) &&
    Array.isArray(one.counts) && one.counts.length <= MAX_ENVS && one.counts.length === value[0].counts.length &&
    one.counts.every((count: unknown) =>
      hasKeys(count, ["l", "n", "w"]) && [count.l, count.n, count.w].every(isWhole) &&
      (count.w as number) + (count.l as number) <= (count.n as number)
    )
  );
  return isSound && new Set(value.map((one) => `${one.contender} ${one.validator ?? ""}`)).size === value.length;
}

function hasKeys(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.keys(value).length === keys.length &&
    keys.every((key) => Object.hasOwn(value, key));
}
