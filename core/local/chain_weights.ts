/** Setting weights on the local chain, with the checks of pallet_subtensor in its order. @module */
import type { CallContext, Storage } from "./chain_storage.ts";
import { fail, setElement, SUBTENSOR, uidOf } from "./chain_subnet.ts";

/** Arguments of set_weights. */
export interface SetWeights {
  readonly netuid: number;
  readonly dests: readonly number[];
  readonly weights: readonly number[];
  readonly version_key: bigint;
}

/** Sets weights in the open; refused while commit-reveal is on. */
export function setWeights(context: CallContext, call: SetWeights): void {
  if (context.storage.get<boolean>(SUBTENSOR, "CommitRevealWeightsEnabled", call.netuid)) fail("CommitRevealEnabled");
  storeWeights(context, call, { revealed: false });
}

/** Checks weights and stores them; those of a reveal are not rate-limited, since their commit was. */
export function storeWeights(context: CallContext, call: SetWeights, { revealed }: { revealed: boolean }): void {
  const { storage, signer, block } = context;
  const { netuid, dests, weights } = call;
  const read = <T>(item: string): T => storage.get<T>(SUBTENSOR, item, netuid);
  if (netuid === 0) fail("CanNotSetRootNetworkWeights");
  if (dests.length !== weights.length) fail("WeightVecNotEqualSize");
  if (!read<boolean>("NetworksAdded")) fail("MechanismDoesNotExist");
  const count = read<number>("SubnetworkN");
  if (dests.length > count) fail("UidsLengthExceedUidsInSubNet");
  const uid = uidOf(storage, netuid, signer) ?? fail("HotKeyNotRegisteredInSubNet");
  if (!enoughStake(storage, netuid, signer)) fail("NotEnoughStakeToSetWeights");
  if (call.version_key < read<bigint>("WeightsVersionKey")) fail("IncorrectWeightVersionKey");
  if (!revealed && tooSoon(storage, { netuid, uid, block })) fail("SettingWeightsTooFast");
  const ofItself = dests.length === 1 && dests[0] === uid;
  const isOwner = read<string>("SubnetOwnerHotkey") === signer;
  if (!ofItself && !isOwner && !read<boolean[]>("ValidatorPermit")[uid]) fail("NeuronNoValidatorPermit");
  if (new Set(dests).size !== dests.length) fail("DuplicateUids");
  if (dests.some((dest) => dest >= count)) fail("UidVecContainInvalidOne");
  if (!ofItself && weights.length < Math.min(count, read<number>("MinAllowedWeights"))) fail("WeightVecLengthIsLow");
  const scaled = maxUpscale(weights);
  if (!ofItself && exceeds(scaled, read<number>("MaxWeightsLimit"))) fail("MaxWeightExceeded");
  storage.set(SUBTENSOR, "Weights", [netuid, uid], dests.map((dest, i) => [dest, scaled[i]]));
  if (!revealed) setElement(storage, "LastUpdate", { netuid, uid }, BigInt(block));
  context.deposit(SUBTENSOR, "WeightsSet", [netuid, uid]);
}

/** Whether fewer blocks than the rate limit lie since the neuron's last update; one that never set weights is free. */
export function tooSoon(
  storage: Storage,
  { netuid, uid, block }: { netuid: number; uid: number; block: number },
): boolean {
  const last = storage.get<bigint[]>(SUBTENSOR, "LastUpdate", netuid)[uid] ?? 0n;
  return last !== 0n && BigInt(block) - last < storage.get<bigint>(SUBTENSOR, "WeightsSetRateLimit", netuid);
}

/** Whether a hotkey's stake reaches the threshold for setting weights. */
export function enoughStake(storage: Storage, netuid: number, hotkey: string): boolean {
  const threshold = storage.get<bigint>(SUBTENSOR, "StakeThreshold");
  return threshold === 0n || storage.get<bigint>(SUBTENSOR, "TotalHotkeyAlpha", hotkey, netuid) >= threshold;
}

/** Scales weights so that the largest is 65535, with the pallet's own fixed-point rounding (32 fractional bits). */
export function maxUpscale(weights: readonly number[]): number[] {
  const max = Math.max(0, ...weights);
  if (max === 0) return weights.map(() => 0);
  const round = (fixed: bigint) => Number((fixed + (1n << 31n)) >> 32n);
  const full = 65535n << 32n;
  // Large vectors are multiplied by a rounded factor, small ones divided after multiplying, so that nothing overflows.
  if (max > 32768) return weights.map((weight) => round(BigInt(weight) * (full / BigInt(max))));
  return weights.map((weight) => round((BigInt(weight) * full) / BigInt(max)));
}

function exceeds(weights: readonly number[], limit: number): boolean {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return limit < 65535 && sum > 0 && Math.max(...weights) / sum > limit / 65535;
}
