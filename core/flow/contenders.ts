/** Contenders: what hotkeys committed, held against what the chutes and the hub say. @module */
import { AfError, errorText, ModelError } from "../base/errors.ts";
import { quote } from "../base/quote.ts";
import type { Contender } from "../mechanism/types.ts";
import type { RawCommitment, SubnetFacts } from "../port/chain.ts";
import type { ChuteFacts } from "../port/model.ts";
import { comparePriority } from "../mechanism/field.ts";
import { type Commitment, parseCommitment } from "../record/commitment.ts";
import type { ValidateDeps } from "./deps.ts";

/** Look-ups at once: kind to the management API and the hub. */
const PARALLEL = 16;

/** The id of a contender: a new commit is a new contender. */
export function contenderId(hotkey: string, commitBlock: number): string {
  return `${hotkey}@${commitBlock}`;
}

/** Why a chute is not what was committed, or null. */
export function chuteFault(commitment: { model: string; revision: string }, chute: ChuteFacts): string | null {
  if (chute.name !== commitment.model) return `its chute serves ${quote(chute.name)}, not the committed model`;
  if (chute.revision !== commitment.revision) {
    return `its chute serves revision ${quote(chute.revision ?? "(none)")}, not the committed one`;
  }
  if (chute.template === null) return "its chute is no standard template";
  if (chute.externalEgress) return "its chute may reach the internet";
  if (!chute.slug) return "its chute has no address";
  return null;
}

/** Options of {@linkcode observeContenders}. */
export interface ObserveOptions {
  /** Contenders of the epoch before. */
  readonly previous: readonly Contender[];
  /** The validator's own hotkey: no contender. */
  readonly self: string;
  /** The champion, and dark ones that may return: they stay contenders with their old commits when their hotkeys commit anew. */
  readonly seated: readonly Contender[];
  /** The first champion is chosen: the earliest valid commit, whoever can be looked up the soonest. @default {false} */
  readonly isFirst?: boolean;
}

/**
 * All contenders at a block, by priority. What cannot be looked up now is taken from `previous`, so that an outage of
 * the management API or the hub ends nobody's duel.
 * @throws {ModelError} `unanswered`, retryable: the first champion is chosen, and an earlier commit cannot be looked up now.
 */
export async function observeContenders(
  deps: Pick<ValidateDeps, "model" | "hub" | "log">,
  facts: SubnetFacts,
  options: ObserveOptions,
): Promise<Contender[]> {
  const uids = new Map(facts.neurons.map((neuron) => [neuron.hotkey, neuron.uid]));
  const known = new Map([...options.seated, ...options.previous].map((contender) => [contender.id, contender]));
  const commits = facts.commitments.filter((one) => one.hotkey !== options.self && uids.has(one.hotkey));
  const waiting: Work[] = commits.map((raw) => ({ ...raw, commitment: parseCommitment(raw.bytes) }));
  for (const seat of options.seated) {
    if (!uids.has(seat.hotkey) || commits.some((one) => idOf(one) === seat.id)) continue;
    // The chain holds only a hotkey's newest commit, but a new commit is no abdication.
    const { hotkey, commitBlock: block, extrinsicIndex } = seat;
    waiting.push({ hotkey, block, extrinsicIndex, commitment: { kind: "open", ...seat } });
  }
  const found: (Contender | null)[] = new Array(waiting.length).fill(null);
  const outages: AfError[] = [];
  const missed = new Map<string, AfError>();
  let next = 0;
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (let i = next++; i < waiting.length; i = next++) {
      const work = waiting[i]!;
      found[i] = await observe(deps, work, { uid: uids.get(work.hotkey)!, known, outages, missed });
    }
  }));
  if (outages.length > 0) {
    deps.log(
      "warning",
      `${outages.length} of ${waiting.length} contenders could not be looked up and count as they did before: ${
        errorText(outages[0])
      }`,
    );
  }
  const contenders = found.filter((one) => one !== null).sort(comparePriority);
  if (options.isFirst) requireFirst(contenders, missed);
  return contenders;
}

/** The first champion keeps its crown until somebody is certified better: an outage must not choose it. */
function requireFirst(contenders: readonly Contender[], missed: ReadonlyMap<string, AfError>): void {
  const first = contenders.find((one) => one.valid || missed.has(one.id));
  const cause = first && missed.get(first.id);
  if (!cause) return;
  throw new ModelError(
    `The first champion cannot be chosen while the earliest commit ${first.id} cannot be looked up: ${
      errorText(cause)
    }`,
    { code: "unanswered", retryable: true, cause },
  );
}

/** A commit that is to be held against chute and hub. */
interface Work extends Omit<RawCommitment, "bytes"> {
  readonly commitment: Commitment;
}

function idOf({ hotkey, block }: { hotkey: string; block: number }): string {
  return contenderId(hotkey, block);
}

/** Whether a look-up failed for a reason that no contender can be blamed for: an outage, or a key of ours that is refused. */
function isOurs(error: AfError): boolean {
  return error.retryable || error.code === "unauthorized" || error.code === "unanswered";
}

async function observe(
  deps: Pick<ValidateDeps, "model" | "hub" | "log">,
  raw: Work,
  at: {
    readonly uid: number;
    readonly known: ReadonlyMap<string, Contender>;
    readonly outages: AfError[];
    readonly missed: Map<string, AfError>;
  },
): Promise<Contender | null> {
  const { commitment } = raw;
  const { uid } = at;
  // Validators commit too (their salt chains), and a digest has nothing to ask yet: neither is a contender.
  if (commitment.kind === "validator" || commitment.kind === "digest") return null;
  const id = idOf(raw);
  const base: Contender = {
    id,
    hotkey: raw.hotkey,
    uid,
    commitBlock: raw.block,
    // A node that has pruned the block no longer tells the index: what was seen before stands, or ties would flip.
    extrinsicIndex: raw.extrinsicIndex ?? at.known.get(id)?.extrinsicIndex ?? null,
    model: "",
    revision: "",
    chuteId: "",
    slug: "",
    weightsDigest: null,
    valid: false,
    reason: "",
  };
  if (commitment.kind === "invalid") return { ...base, reason: commitment.reason };
  const { model, revision, chuteId } = commitment;
  const open = { ...base, model, revision, chuteId };
  const before = at.known.get(id);
  try {
    const chute = await deps.model.resolve(chuteId);
    const fault = chuteFault(commitment, chute);
    const seen = { ...open, slug: chute.slug, weightsDigest: before?.weightsDigest ?? null };
    if (fault) return { ...seen, reason: fault };
    // A newcomer must be served once. Afterwards canaries tell whether it is there, many times an epoch and not once.
    if (!chute.hot && seen.weightsDigest === null) return { ...seen, reason: "its chute is cold" };
    // A pinned revision cannot change: one look is enough.
    const weightsDigest = seen.weightsDigest ?? (await deps.hub.describe(model, revision)).weightsDigest;
    return { ...seen, weightsDigest, valid: true };
  } catch (error) {
    if (!(error instanceof AfError)) throw error;
    deps.log("info", `Contender ${id} (uid ${uid}): ${errorText(error)}`);
    if (before?.valid && isOurs(error)) {
      at.outages.push(error);
      return { ...before, uid };
    }
    if (isOurs(error)) at.missed.set(id, error);
    return { ...open, reason: `it cannot be looked up: ${errorText(error)}` };
  }
}
