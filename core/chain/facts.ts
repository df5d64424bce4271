/** Reads a subnet at one block: three requests, whatever its size, and one or two for stakes. @module */
import { ChainError } from "../base/errors.ts";
import type { Head, Neuron, SubnetFacts, Weight } from "../port/chain.ts";
import { commitments } from "./commitments.ts";
import { readStakes } from "./stake.ts";
import type { Link } from "./link.ts";
import type { Node } from "./node.ts";
import { asNumber, asNumbers, type Read, Storage } from "./storage.ts";

const MODULE = "subtensorModule";
/** The address of 32 zero bytes: what the runtime hands out for "nobody". */
const NOBODY = "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM";

/** @throws ChainError `unknown_subnet`, `unknown_block`, `state_discarded`. */
export async function readFacts(link: Link, node: Node, netuid: number, block: Head): Promise<SubnetFacts> {
  const storage = await Storage.open(node, block);
  const of = (item: string): Read => [MODULE, item, netuid];
  const hasOwner = storage.has(MODULE, "subnetOwnerHotkey");
  const [exists, size, tempo, limit, commitReveal, key, minimum, updates, permits, owner] = await storage.read([
    of("networksAdded"),
    of("subnetworkN"),
    of("tempo"),
    of("weightsSetRateLimit"),
    of("commitRevealWeightsEnabled"),
    of("weightsVersionKey"),
    of("minAllowedWeights"),
    of("lastUpdate"),
    of("validatorPermit"),
    ...(hasOwner ? [of("subnetOwnerHotkey")] : []),
  ]);
  if (exists !== true) throw unknownSubnet(netuid, block);
  const found = await readNeurons(storage, netuid, asNumber(size), asNumbers(updates), permits);
  const permitted = found.filter(({ permit }) => permit).map(({ hotkey }) => hotkey);
  const [stakes, committed] = await Promise.all([
    readStakes(storage, netuid, permitted),
    commitments({ link, node, storage, netuid, hotkeys: found.map(({ hotkey }) => hotkey) }),
  ]);
  const stakeOf = new Map(permitted.map((hotkey, i) => [hotkey, stakes[i]!]));
  const neurons = found.map((neuron) => ({ ...neuron, stake: stakeOf.get(neuron.hotkey) ?? null }));
  return {
    block: { number: block.number, hash: block.hash },
    netuid,
    tempo: asNumber(tempo),
    weightsRateLimit: asNumber(limit),
    commitReveal: commitReveal === true,
    weightsVersionKey: asNumber(key),
    minAllowedWeights: asNumber(minimum),
    ownerHotkey: typeof owner === "string" && owner !== NOBODY ? owner : null,
    neurons,
    commitments: committed,
  };
}

async function readNeurons(
  storage: Storage,
  netuid: number,
  size: number,
  updates: readonly number[],
  permits: unknown,
): Promise<Omit<Neuron, "stake">[]> {
  const uids = Array.from({ length: size }, (_, uid) => uid);
  const rows = await storage.read([
    ...uids.map((uid): Read => [MODULE, "keys", netuid, uid]),
    ...uids.map((uid): Read => [MODULE, "blockAtRegistration", netuid, uid]),
  ]);
  const permitted = Array.isArray(permits) ? permits : [];
  return uids.map((uid) => ({
    uid,
    hotkey: String(rows[uid]),
    permit: permitted[uid] === true,
    lastUpdate: updates[uid] ?? 0,
    registeredAt: asNumber(rows[size + uid]),
  })).filter(({ hotkey }) => hotkey !== NOBODY);
}

/** Weights that a uid has set, sorted by uid. @throws ChainError `unknown_subnet`, `unknown_block`, `state_discarded`. */
export async function readWeights(node: Node, netuid: number, uid: number, block: Head): Promise<readonly Weight[]> {
  const storage = await Storage.open(node, block);
  const [exists, rows] = await storage.read([[MODULE, "networksAdded", netuid], [MODULE, "weights", netuid, uid]]);
  if (exists !== true) throw unknownSubnet(netuid, block);
  const weights = Array.isArray(rows) ? rows.map((row): Weight => [asNumber(row?.[0]), asNumber(row?.[1])]) : [];
  return weights.sort((a, b) => a[0] - b[0]);
}

/** @throws ChainError `unknown_subnet`. */
export async function requireSubnet(node: Node, netuid: number): Promise<void> {
  const block = await node.head();
  const storage = await Storage.open(node, block);
  const [exists] = await storage.read([[MODULE, "networksAdded", netuid]]);
  if (exists !== true) throw unknownSubnet(netuid, block);
}

function unknownSubnet(netuid: number, block: Head): ChainError {
  return new ChainError(
    `The chain has no subnet ${netuid} at block ${block.number}: check the netuid and the network`,
    {
      code: "unknown_subnet",
    },
  );
}
