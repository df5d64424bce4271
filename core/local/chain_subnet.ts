/** One subnet of the local chain: its neurons, registration and epochs, as pallet_subtensor keeps them. @module */
import { DispatchError } from "./chain_errors.ts";
import type { Storage } from "./chain_storage.ts";

/** The pallet's name in the metadata. */
export const SUBTENSOR = "SubtensorModule";
/** Base units of a token. */
export const RAO = 1_000_000_000;
/** The subnet that holds TAO. */
const ROOT = 0;
/** Of a share with 32 bits behind the point to one of 2^64 - 1. */
const U64_SHARE = 2n ** 32n - 1n;

/** A neuron as it is put in at the beginning. */
export interface GenesisNeuron {
  /** SS58 address. */
  readonly hotkey: string;
  /** SS58 address of the owner. @default the hotkey itself */
  readonly coldkey?: string;
  /** Stake in tokens. @default {0} */
  readonly stake?: number;
  /** TAO at root, in tokens. @default {0} */
  readonly rootStake?: number;
  /** Hotkeys that lend it a share (0 to 1) of all that they hold. @default {[]} */
  readonly parents?: readonly { readonly hotkey: string; readonly share: number }[];
  /** Validator permit. @default {false} */
  readonly permit?: boolean;
  /** Block of the registration. @default the start block */
  readonly registeredAt?: number;
}

/** Ends a call with an error of SubtensorModule. */
export function fail(error: string): never {
  throw new DispatchError(SUBTENSOR, error);
}

/** Writes all neurons of a new subnet at once; the uid is the position in the list. */
export function foundSubnet(
  storage: Storage,
  netuid: number,
  { neurons, block }: { neurons: readonly GenesisNeuron[]; block: number },
): void {
  const registered = neurons.map(({ registeredAt }) => registeredAt ?? block);
  neurons.forEach(({ hotkey, coldkey, stake, rootStake, parents = [] }, uid) => {
    writeKey(storage, netuid, { uid, hotkey, coldkey: coldkey ?? hotkey, block: registered[uid]! });
    if (stake) setStake(storage, netuid, { hotkey, stake });
    if (rootStake) setStake(storage, ROOT, { hotkey, stake: rootStake });
    const shares = parents.map((one) => [BigInt(Math.round(one.share * 2 ** 32)) * U64_SHARE, one.hotkey] as const);
    if (shares.length > 0) storage.set(SUBTENSOR, "ParentKeys", [hotkey, netuid], shares);
    for (const [share, parent] of shares) {
      const children = storage.get<unknown[]>(SUBTENSOR, "ChildKeys", parent, netuid);
      storage.set(SUBTENSOR, "ChildKeys", [parent, netuid], [...children, [share, hotkey]]);
    }
  });
  storage.set(SUBTENSOR, "SubnetworkN", [netuid], neurons.length);
  storage.set(SUBTENSOR, "Active", [netuid], neurons.map(() => true));
  storage.set(SUBTENSOR, "ValidatorPermit", [netuid], neurons.map(({ permit }) => permit ?? false));
  storage.set(SUBTENSOR, "LastUpdate", [netuid], registered.map(BigInt));
}

/** Stake of a hotkey in tokens. */
export function setStake(storage: Storage, netuid: number, { hotkey, stake }: { hotkey: string; stake: number }): void {
  storage.set(SUBTENSOR, "TotalHotkeyAlpha", [hotkey, netuid], BigInt(Math.round(stake * RAO)));
}

/** The uid of a hotkey. */
export function uidOf(storage: Storage, netuid: number, hotkey: string): number | undefined {
  return storage.get<number | undefined>(SUBTENSOR, "Uids", netuid, hotkey);
}

/** A new owner of a place in the subnet. */
export interface Registration {
  readonly hotkey: string;
  readonly coldkey: string;
  readonly block: number;
}

/**
 * Registers a hotkey: on a free uid, or on the uid that is worth least when the subnet is full.
 * @throws {DispatchError} HotKeyAlreadyRegisteredInSubNet, NoNeuronIdAvailable.
 */
export function registerNeuron(storage: Storage, netuid: number, registration: Registration): number {
  if (uidOf(storage, netuid, registration.hotkey) !== undefined) fail("HotKeyAlreadyRegisteredInSubNet");
  const count = storage.get<number>(SUBTENSOR, "SubnetworkN", netuid);
  if (count >= storage.get<number>(SUBTENSOR, "MaxAllowedUids", netuid)) {
    const uid = neuronToPrune(storage, netuid, { count, block: registration.block });
    replaceNeuron(storage, netuid, { uid, ...registration });
    return uid;
  }
  writeKey(storage, netuid, { uid: count, ...registration });
  storage.set(SUBTENSOR, "SubnetworkN", [netuid], count + 1);
  append(storage, "Active", netuid, true);
  append(storage, "ValidatorPermit", netuid, false);
  append(storage, "LastUpdate", netuid, BigInt(registration.block));
  return count;
}

/**
 * Gives a uid to another hotkey, as the chain does when it prunes: weights by it and for it are cleared.
 * @throws {DispatchError} NoNeuronIdAvailable for the owner's hotkey, which the chain never prunes.
 */
export function replaceNeuron(storage: Storage, netuid: number, entry: Registration & { readonly uid: number }): void {
  const { uid, block } = entry;
  const old = storage.get<string>(SUBTENSOR, "Keys", netuid, uid);
  if (old === storage.get<string>(SUBTENSOR, "SubnetOwnerHotkey", netuid)) fail("NoNeuronIdAvailable");
  storage.set(SUBTENSOR, "Uids", [netuid, old], undefined);
  writeKey(storage, netuid, entry);
  storage.set(SUBTENSOR, "Weights", [netuid, uid], undefined);
  const count = storage.get<number>(SUBTENSOR, "SubnetworkN", netuid);
  for (let other = 0; other < count; other++) {
    const weights = storage.get<[number, number][]>(SUBTENSOR, "Weights", netuid, other);
    if (!weights.some(([to]) => to === uid)) continue;
    storage.set(SUBTENSOR, "Weights", [netuid, other], weights.map(([to, w]) => [to, to === uid ? 0 : w]));
  }
  setElement(storage, "Active", { netuid, uid }, true);
  setElement(storage, "ValidatorPermit", { netuid, uid }, false);
  setElement(storage, "LastUpdate", { netuid, uid }, BigInt(block));
}

/** Sets one uid's element of a vector that has one per neuron. */
export function setElement(
  storage: Storage,
  item: "Active" | "ValidatorPermit" | "LastUpdate",
  { netuid, uid }: { netuid: number; uid: number },
  value: boolean | bigint,
): void {
  const vector = [...storage.get<(boolean | bigint)[]>(SUBTENSOR, item, netuid)];
  vector[uid] = value;
  storage.set(SUBTENSOR, item, [netuid], vector);
}

/** Counts epochs: a new one begins when `tempo` blocks have passed since the last. */
export function stepEpoch(storage: Storage, netuid: number, block: number): void {
  if (!epochDue(storage, netuid, block)) return;
  storage.set(SUBTENSOR, "LastEpochBlock", [netuid], BigInt(block));
  storage.set(SUBTENSOR, "SubnetEpochIndex", [netuid], epochIndex(storage, netuid) + 1n);
}

/** The epoch that a commit made now belongs to: the next one in the block that begins it. */
export function commitEpoch(storage: Storage, netuid: number, block: number): bigint {
  return epochIndex(storage, netuid) + (epochDue(storage, netuid, block) ? 1n : 0n);
}

/** The number of epochs so far. */
export function epochIndex(storage: Storage, netuid: number): bigint {
  return storage.get<bigint>(SUBTENSOR, "SubnetEpochIndex", netuid);
}

function epochDue(storage: Storage, netuid: number, block: number): boolean {
  const tempo = storage.get<number>(SUBTENSOR, "Tempo", netuid);
  return tempo > 0 && BigInt(block) - storage.get<bigint>(SUBTENSOR, "LastEpochBlock", netuid) >= BigInt(tempo);
}

function writeKey(storage: Storage, netuid: number, entry: Registration & { readonly uid: number }): void {
  const { uid, hotkey, coldkey, block } = entry;
  storage.set(SUBTENSOR, "Keys", [netuid, uid], hotkey);
  storage.set(SUBTENSOR, "Uids", [netuid, hotkey], uid);
  storage.set(SUBTENSOR, "Owner", [hotkey], coldkey);
  storage.set(SUBTENSOR, "BlockAtRegistration", [netuid, uid], BigInt(block));
  const account = storage.get<{ providers: number; data: unknown }>("System", "Account", hotkey);
  if (account.providers === 0) {
    // Wealth plays no part here: whoever is registered can pay for everything.
    const data = { free: BigInt(1000 * RAO), reserved: 0n, frozen: 0n, flags: 0n };
    storage.set("System", "Account", [hotkey], { ...account, providers: 1, data });
  }
}

function append(storage: Storage, item: string, netuid: number, value: boolean | bigint): void {
  storage.set(SUBTENSOR, item, [netuid], [...storage.get<unknown[]>(SUBTENSOR, item, netuid), value]);
}

/** The oldest neuron without a permit that is past its immunity, else the oldest without a permit; emissions are not simulated. */
function neuronToPrune(storage: Storage, netuid: number, { count, block }: { count: number; block: number }): number {
  const permits = storage.get<boolean[]>(SUBTENSOR, "ValidatorPermit", netuid);
  const owner = storage.get<string>(SUBTENSOR, "SubnetOwnerHotkey", netuid);
  const immunity = storage.get<number>(SUBTENSOR, "ImmunityPeriod", netuid);
  const candidates: { uid: number; since: number }[] = [];
  for (let uid = 0; uid < count; uid++) {
    if (permits[uid] || storage.get<string>(SUBTENSOR, "Keys", netuid, uid) === owner) continue;
    candidates.push({ uid, since: Number(storage.get<bigint>(SUBTENSOR, "BlockAtRegistration", netuid, uid)) });
  }
  candidates.sort((a, b) => a.since - b.since || a.uid - b.uid);
  const chosen = candidates.find(({ since }) => block - since >= immunity) ?? candidates[0];
  return chosen?.uid ?? fail("NoNeuronIdAvailable");
}
