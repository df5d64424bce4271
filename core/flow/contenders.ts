/** Contenders: what hotkeys committed, held against what the chutes and the hub say. @module */
import { AfError, errorText } from "../base/errors.ts";
import type { Contender } from "../mechanism/types.ts";
import type { RawCommitment, SubnetFacts } from "../port/chain.ts";
import type { ChuteFacts } from "../port/model.ts";
import { parseCommitment } from "../record/commitment.ts";
import type { ValidateDeps } from "./deps.ts";

/** Look-ups at once: kind to the management API and the hub. */
const PARALLEL = 16;

/** The id of a contender: a new commit is a new contender. */
export function contenderId(hotkey: string, commitBlock: number): string {
  return `${hotkey}@${commitBlock}`;
}

/** Why a chute is not what was committed, or null. */
export function chuteFault(commitment: { model: string; revision: string }, chute: ChuteFacts): string | null {
  if (chute.name !== commitment.model) return `its chute serves ${chute.name}, not the committed model`;
  if (chute.revision !== commitment.revision) {
    return `its chute serves revision ${chute.revision ?? "(none)"}, not the committed one`;
  }
  if (chute.template === null) return "its chute is no standard template";
  if (chute.externalEgress) return "its chute may reach the internet";
  if (!chute.slug) return "its chute has no address";
  if (!chute.hot) return "its chute is cold";
  return null;
}

/**
 * All contenders at a block, by priority. What cannot be looked up now is taken from `previous`, so that an outage of
 * the management API or the hub ends nobody's duel.
 */
export async function observeContenders(
  deps: Pick<ValidateDeps, "model" | "hub" | "log">,
  facts: SubnetFacts,
  options: { previous: readonly Contender[]; self: string },
): Promise<Contender[]> {
  const uids = new Map(facts.neurons.map((neuron) => [neuron.hotkey, neuron.uid]));
  const known = new Map(options.previous.map((contender) => [contender.id, contender]));
  const waiting = facts.commitments.filter((one) => one.hotkey !== options.self && uids.has(one.hotkey));
  const found: (Contender | null)[] = new Array(waiting.length).fill(null);
  let next = 0;
  await Promise.all(Array.from({ length: PARALLEL }, async () => {
    for (let i = next++; i < waiting.length; i = next++) {
      const raw = waiting[i]!;
      found[i] = await observe(deps, raw, uids.get(raw.hotkey)!, known);
    }
  }));
  return found.filter((one) => one !== null);
}

async function observe(
  deps: Pick<ValidateDeps, "model" | "hub" | "log">,
  raw: RawCommitment,
  uid: number,
  known: ReadonlyMap<string, Contender>,
): Promise<Contender | null> {
  const commitment = parseCommitment(raw.bytes);
  // Validators commit too (their salt chains), and a digest has nothing to ask yet: neither is a contender.
  if (commitment.kind === "validator" || commitment.kind === "digest") return null;
  const id = contenderId(raw.hotkey, raw.block);
  const base: Contender = {
    id,
    hotkey: raw.hotkey,
    uid,
    commitBlock: raw.block,
    extrinsicIndex: raw.extrinsicIndex,
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
  const before = known.get(id);
  try {
    const chute = await deps.model.resolve(chuteId);
    const fault = chuteFault(commitment, chute);
    const seen = { ...open, slug: chute.slug, weightsDigest: before?.weightsDigest ?? null };
    if (fault) return { ...seen, reason: fault };
    // A pinned revision cannot change: one look is enough.
    const weightsDigest = seen.weightsDigest ?? (await deps.hub.describe(model, revision)).weightsDigest;
    return { ...seen, weightsDigest, valid: true };
  } catch (error) {
    if (!(error instanceof AfError)) throw error;
    deps.log("info", `Contender ${id} (uid ${uid}): ${errorText(error)}`);
    if (error.retryable && before?.valid) return { ...before, uid };
    return { ...open, reason: `it cannot be looked up: ${errorText(error)}` };
  }
}
