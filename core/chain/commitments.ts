/** Reads what the hotkeys of a subnet committed, in the order in which they did. @module */
import { decodeAddress } from "../base/ss58.ts";
import type { RawCommitment } from "../port/chain.ts";
import type { Link } from "./link.ts";
import type { Node } from "./node.ts";
import { newestPayload, openPayload } from "./payload.ts";
import { statementIndex } from "./statement.ts";
import type { Read, Storage, Value } from "./storage.ts";

const PALLET = "commitments";

/** What {@linkcode commitments} needs. */
export interface CommitmentsQuery {
  readonly link: Link;
  readonly node: Node;
  readonly storage: Storage;
  readonly netuid: number;
  readonly hotkeys: readonly string[];
}

interface Found {
  readonly commitment: RawCommitment;
  /** What `commitmentOf` stores where the commitment is an open one; null for a revealed one, which no extrinsic carries. */
  readonly stored: Value | null;
}

/** Commitments of these hotkeys, sorted by block, extrinsic index, hotkey. */
export async function commitments(query: CommitmentsQuery): Promise<RawCommitment[]> {
  const { storage, netuid, hotkeys, link } = query;
  const of = (item: string) => hotkeys.map((hotkey): Read => [PALLET, item, netuid, hotkey]);
  const revealing = storage.has(PALLET, "revealedCommitments");
  const values = await storage.values([...of("commitmentOf"), ...(revealing ? of("revealedCommitments") : [])]);
  const found: Found[] = [];
  hotkeys.forEach((hotkey, i) => {
    const open = values[i]!.toJSON();
    const payload = newestPayload(open, values[hotkeys.length + i]?.toJSON() ?? null);
    if (!payload) return;
    const { block, bytes, cut } = payload;
    if (cut) link.log("warning", `Hotkey ${hotkey} committed ${cut} bytes, which is too long to be read`);
    const stored = openPayload(open)?.block === block ? values[i]! : null;
    found.push({ commitment: { hotkey, block, extrinsicIndex: null, bytes }, stored });
  });
  return (await breakTies(query, found)).sort(inOrder);
}

/** By block, extrinsic index (unknown last), hotkey. */
export function inOrder(a: RawCommitment, b: RawCommitment): number {
  const index = (it: RawCommitment) => it.extrinsicIndex ?? Number.MAX_SAFE_INTEGER;
  return a.block - b.block || index(a) - index(b) || (a.hotkey < b.hotkey ? -1 : a.hotkey > b.hotkey ? 1 : 0);
}

/** Looks into those blocks only that hold more than one commitment. */
async function breakTies(query: CommitmentsQuery, found: readonly Found[]): Promise<RawCommitment[]> {
  const out: RawCommitment[] = [];
  for (const [block, group] of Map.groupBy(found, ({ commitment }) => commitment.block)) {
    const indexes = group.length > 1 ? await indexesOf(query, block, group) : new Map<string, number | null>();
    for (const { commitment } of group) {
      out.push({ ...commitment, extrinsicIndex: indexes.get(commitment.hotkey) ?? null });
    }
  }
  return out;
}

/**
 * Indexes by hotkey, remembered by block number: a finalized block never changes. Only for as long as the connection lasts,
 * since a development chain that starts again may fill the same numbers anew.
 */
const remembered = new WeakMap<Node, Map<number, Map<string, number | null>>>();
const REMEMBERED_BLOCKS = 1024;

/** Extrinsic index of each of these commitments of one block; none where the node has dropped the block. */
async function indexesOf(
  query: CommitmentsQuery,
  number: number,
  group: readonly Found[],
): Promise<Map<string, number | null>> {
  const blocks = remembered.get(query.node) ?? new Map<number, Map<string, number | null>>();
  remembered.set(query.node, blocks);
  const known = new Map(blocks.get(number));
  const open = group.filter(({ commitment }) => !known.has(commitment.hotkey));
  if (open.length === 0) return known;
  const hash = await query.node.hashOf(number);
  const block = hash ? await query.node.block(hash) : null;
  if (!block) {
    query.link.log("info", `The node does not have block ${number}: the order of its commitments stays unknown`);
    return known;
  }
  for (const { commitment, stored } of open) {
    known.set(commitment.hotkey, stored ? indexOf(query, block.extrinsics, commitment.hotkey, stored) : null);
  }
  if (blocks.size >= REMEMBERED_BLOCKS) blocks.delete(blocks.keys().next().value!);
  blocks.set(number, known);
  return known;
}

function indexOf(query: CommitmentsQuery, extrinsics: readonly string[], hotkey: string, stored: Value): number | null {
  // Option<Registration {deposit, block, info}>: the library types only what it ships metadata for.
  const registration = (stored as unknown as { unwrap(): { get(name: string): Value | undefined } }).unwrap();
  const info = registration.get("info")?.toU8a();
  const callIndex = query.node.api.tx[PALLET]?.setCommitment?.callIndex;
  if (!info || !callIndex) return null;
  const publicKey = decodeAddress(hotkey);
  return statementIndex(extrinsics, { callIndex: [...callIndex], netuid: query.netuid, publicKey, info });
}
