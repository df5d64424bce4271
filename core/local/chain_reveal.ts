/** Commit-reveal of weights on the local chain: by hash, and the timelocked form without its opening. @module */
import { blake2b } from "@noble/hashes/blake2.js";
import { AccountId } from "@polkadot-api/substrate-bindings";
import { Struct, u16, u64, Vector } from "scale-ts";
import { concat } from "../base/bytes.ts";
import { hex } from "./chain_codec.ts";
import { compact } from "./chain_hashes.ts";
import type { CallContext } from "./chain_storage.ts";
import { commitEpoch, fail, setElement, SUBTENSOR, uidOf } from "./chain_subnet.ts";
import { storeWeights, tooSoon } from "./chain_weights.ts";

/** Arguments of reveal_weights. */
export interface RevealWeights {
  readonly netuid: number;
  readonly uids: number[];
  readonly values: number[];
  readonly salt: number[];
  readonly version_key: bigint;
}

type WeightCommit = readonly [hash: string, epoch: bigint, block: bigint, unused: bigint];

/** Most commits that a hotkey may have open. */
const MAX_COMMITS = 10;

/** Commits to weights by a hash. */
export function commitWeights(context: CallContext, call: { netuid: number; commit_hash: string }): void {
  const { storage, signer, block } = context;
  const { netuid, commit_hash } = call;
  const uid = committingUid(context, netuid);
  const open = openCommits(context, netuid);
  if (open.length >= MAX_COMMITS) fail("TooManyUnrevealedCommits");
  const commit: WeightCommit = [commit_hash, commitEpoch(storage, netuid, block), BigInt(block), 0n];
  storage.set(SUBTENSOR, "WeightCommits", [netuid, signer], [...open, commit]);
  setElement(storage, "LastUpdate", { netuid, uid }, BigInt(block));
  context.deposit(SUBTENSOR, "WeightsCommitted", [signer, netuid, commit_hash]);
}

/** Opens a commit in the epoch in which that is allowed. */
export function revealWeights(context: CallContext, call: RevealWeights): void {
  const { storage, signer, block } = context;
  const { netuid } = call;
  if (!storage.get<boolean>(SUBTENSOR, "CommitRevealWeightsEnabled", netuid)) fail("CommitRevealDisabled");
  const all = storage.get<WeightCommit[] | undefined>(SUBTENSOR, "WeightCommits", netuid, signer) ??
    fail("NoWeightsCommitFound");
  const open = openCommits(context, netuid);
  const hash = commitHash(signer, call);
  if (open.length === 0) fail(all.some(([known]) => known === hash) ? "ExpiredWeightCommit" : "NoWeightsCommitFound");
  const position = open.findIndex(([known]) => known === hash);
  if (position < 0) fail("InvalidRevealCommitHashNotMatch");
  const period = storage.get<bigint>(SUBTENSOR, "RevealPeriodEpochs", netuid);
  if (commitEpoch(storage, netuid, block) !== open[position]![1] + period) fail("RevealTooEarly");
  const rest = open.slice(position + 1);
  storage.set(SUBTENSOR, "WeightCommits", [netuid, signer], rest.length > 0 ? rest : undefined);
  const { uids: dests, values: weights, version_key } = call;
  storeWeights(context, { netuid, dests, weights, version_key }, { revealed: true });
  context.deposit(SUBTENSOR, "WeightsRevealed", [signer, netuid, hash]);
}

/** Arguments of commit_timelocked_weights. */
export interface CommitTimelocked {
  readonly netuid: number;
  readonly commit: Uint8Array;
  readonly reveal_round: bigint;
  readonly commit_reveal_version: number;
}

/** Stores a timelocked commit. It is never opened: that takes drand's signatures, which this chain does not fetch. */
export function commitTimelocked(context: CallContext, call: CommitTimelocked): void {
  const { storage, signer, block } = context;
  const { netuid, reveal_round } = call;
  if (!storage.get<boolean>(SUBTENSOR, "CommitRevealWeightsEnabled", netuid)) fail("CommitRevealDisabled");
  if (call.commit_reveal_version !== storage.get<number>(SUBTENSOR, "CommitRevealWeightsVersion")) {
    fail("IncorrectCommitRevealVersion");
  }
  const uid = committingUid(context, netuid);
  const epoch = commitEpoch(storage, netuid, block);
  const commits = storage.get<[string, bigint, unknown, bigint][]>(SUBTENSOR, "TimelockedWeightCommits", netuid, epoch);
  if (commits.filter(([who]) => who === signer).length >= MAX_COMMITS) fail("TooManyUnrevealedCommits");
  const entry = [signer, BigInt(block), call.commit, reveal_round];
  storage.set(SUBTENSOR, "TimelockedWeightCommits", [netuid, epoch], [...commits, entry]);
  setElement(storage, "LastUpdate", { netuid, uid }, BigInt(block));
  const hash = hex(blake2b(concat(compact(call.commit.length), call.commit), { dkLen: 32 }));
  context.deposit(SUBTENSOR, "TimelockedWeightsCommitted", [signer, netuid, hash, reveal_round]);
}

/** The checks that both kinds of commits share. */
function committingUid({ storage, signer, block }: CallContext, netuid: number): number {
  if (!storage.get<boolean>(SUBTENSOR, "NetworksAdded", netuid)) fail("MechanismDoesNotExist");
  if (!storage.get<boolean>(SUBTENSOR, "CommitRevealWeightsEnabled", netuid)) fail("CommitRevealDisabled");
  const uid = uidOf(storage, netuid, signer) ?? fail("HotKeyNotRegisteredInSubNet");
  if (tooSoon(storage, { netuid, uid, block })) fail("CommittingWeightsTooFast");
  return uid;
}

/** Commits of the signer that have not expired. */
function openCommits({ storage, signer, block }: CallContext, netuid: number): WeightCommit[] {
  const commits = storage.get<WeightCommit[] | undefined>(SUBTENSOR, "WeightCommits", netuid, signer) ?? [];
  const period = storage.get<bigint>(SUBTENSOR, "RevealPeriodEpochs", netuid);
  const now = commitEpoch(storage, netuid, block);
  const first = commits.findIndex(([, epoch]) => now <= epoch + period);
  return first < 0 ? [] : commits.slice(first);
}

/** blake2-256 over the SCALE of (account, netuid, uids, values, salt, version key): what a commit by hash carries. */
export function commitHash(account: string, { netuid, uids, values, salt, version_key }: RevealWeights): string {
  const rest = Struct({
    netuid: u16,
    uids: Vector(u16),
    values: Vector(u16),
    salt: Vector(u16),
    version_key: u64,
  }).enc({ netuid, uids, values, salt, version_key });
  return hex(blake2b(concat(AccountId().enc(account), rest), { dkLen: 32 }));
}
