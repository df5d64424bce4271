/**
 * Sends an extrinsic and finds out how it ended. The node's messages about it are hints; the blocks are the witness: it is
 * over when a finalized block holds the extrinsic, or when none can any more.
 * @module
 */
import { ChainError } from "../base/errors.ts";
import type { Head, Inclusion } from "../port/chain.ts";
import { readEvents } from "./events.ts";
import type { Link } from "./link.ts";
import type { Node } from "./node.ts";
import { isAlreadyKnown, refusal } from "./refusal.ts";
import { ConnectionLost, RpcError } from "./rpc_error.ts";
import { type Sealed, unseal } from "./extrinsic.ts";
import { verdict } from "./verdict.ts";

/** Options of {@linkcode submit}. */
export interface SubmitOptions {
  /** Longest time until the end is known, in milliseconds. @default {480000} */
  readonly limitMs?: number;
}

/** Without news from the node it is looked at this often, in milliseconds. */
const LOOK_MS = 5_000;
/** An extrinsic counts as lost after two looks this far apart at least that find it nowhere, in milliseconds. */
const LOST_MS = 2_000;

/** What is known of an extrinsic on its way. */
interface Journey {
  readonly hex: string;
  readonly sealed: Sealed;
  /** The connection that it was sent on and that tells its status; null when that is unknown. */
  watchedBy: Node | null;
  /** Bad news from that connection. */
  news: ChainError | null;
  /** Next finalized block to look into. */
  next: number;
  /** When it was first found nowhere; 0 while it is somewhere. */
  lostSince: number;
}

/** Sends a signed extrinsic (0x hex) and waits until it is finalized; see the port for its errors. */
export async function submit(link: Link, extrinsic: string, options: SubmitOptions = {}): Promise<Inclusion> {
  const end = performance.now() + (options.limitMs ?? 480_000);
  const hex = extrinsic.toLowerCase();
  const journey = await link.use("reading the extrinsic", async (node): Promise<Journey> => {
    const [best, head] = await Promise.all([node.best(), node.head()]);
    const sealed = unseal(node.api, hex, best.number);
    return { hex, sealed, watchedBy: null, news: null, next: head.number + 1, lostSince: 0 };
  });
  const unwatch = await link.use("sending the extrinsic", (node) => send(node, journey));
  try {
    for (let limitMs = end - performance.now(); limitMs > 0; limitMs = end - performance.now()) {
      const mark = link.mark();
      const found = await link.use("looking for the extrinsic", (node) => look(node, journey), { limitMs });
      if (found) return found;
      await link.wait(mark, Math.min(journey.lostSince ? LOST_MS : LOOK_MS, end - performance.now()));
    }
    throw timeout("no finalized block holds it yet");
  } catch (thrown) {
    if (thrown instanceof ChainError && thrown.code === "unreachable") throw timeout(thrown.message);
    throw thrown;
  } finally {
    unwatch();
  }
}

function timeout(why: string): ChainError {
  return new ChainError(
    `The extrinsic was sent and its end is unknown: ${why}; read the chain's state before another`,
    {
      code: "timeout",
      retryable: true,
    },
  );
}

/** Gives the extrinsic to a node, once. Whether a connection that drops meanwhile had taken it, only the blocks can tell. */
async function send(node: Node, journey: Journey): Promise<() => void> {
  const push = (error: Error | null, status: unknown) => {
    if (error) journey.watchedBy = null;
    else journey.news = badNews(status) ?? journey.news;
    node.wake();
  };
  const { socket } = node;
  try {
    journey.watchedBy = node;
    const id = await socket.subscribe("author_extrinsicUpdate", "author_submitAndWatchExtrinsic", [journey.hex], push);
    return () => void socket.unsubscribe("author_extrinsicUpdate", "author_unwatchExtrinsic", id).catch(() => false);
  } catch (thrown) {
    journey.watchedBy = null;
    if (thrown instanceof RpcError && !isAlreadyKnown(thrown)) {
      throw refusal(thrown, node.identity().specVersion);
    }
    if (!(thrown instanceof RpcError) && !(thrown instanceof ConnectionLost)) throw thrown;
    return () => {};
  }
}

/** Looks into the blocks that were finalized since the last look. @throws ChainError when it can no longer succeed. */
async function look(node: Node, journey: Journey): Promise<Inclusion | null> {
  const head = await node.head();
  for (; journey.next <= head.number; journey.next++) {
    const found = await find(node, journey, journey.next);
    if (found === undefined) return null; // the node does not have the block yet
    if (found === null) continue;
    verdict(await readEvents(node, found.block), found.extrinsicIndex);
    return found;
  }
  const { death } = journey.sealed;
  if (death !== null && head.number >= death - 1) {
    throw new ChainError("The extrinsic's era ended before a block took it: sign again against a fresh head", {
      code: "outdated",
      retryable: true,
    });
  }
  if (journey.watchedBy === node && !journey.news) return null;
  if (await isUnderWay(node, journey, head)) {
    journey.lostSince = 0;
    journey.news = null;
  } else if (!journey.lostSince) {
    journey.lostSince = performance.now();
  } else if (performance.now() - journey.lostSince >= LOST_MS - 100) {
    throw journey.news ?? new ChainError(
      "The connection dropped while the extrinsic was on its way, and neither a block nor the pool holds it: sign again",
      { code: "dropped", retryable: true },
    );
  }
  return null;
}

/** Where a block holds the extrinsic; null if it does not, undefined if the node has no such block. */
async function find(node: Node, journey: Journey, number: number): Promise<Inclusion | null | undefined> {
  const hash = await node.hashOf(number);
  const block = hash ? await node.block(hash) : null;
  if (!hash || !block) return undefined;
  const extrinsicIndex = block.extrinsics.indexOf(journey.hex);
  return extrinsicIndex < 0 ? null : { block: { number, hash }, extrinsicIndex };
}

/** Whether a block that is not finalized yet, or the node's pool, holds the extrinsic. */
async function isUnderWay(node: Node, journey: Journey, finalized: Head): Promise<boolean> {
  const best = await node.best();
  for (let number = finalized.number + 1; number <= best.number; number++) {
    if (await find(node, journey, number)) return true;
  }
  try {
    const pool: unknown = await node.socket.send("author_pendingExtrinsics", []);
    return Array.isArray(pool) && pool.includes(journey.hex);
  } catch (thrown) {
    // A node that does not show its pool: the era's end decides.
    if (thrown instanceof RpcError) return true;
    throw thrown;
  }
}

/** What a status of author_submitAndWatchExtrinsic means where it is no progress. */
export function badNews(status: unknown): ChainError | null {
  const name = typeof status === "string" ? status : Object.keys(Object(status))[0];
  switch (name) {
    case "usurped":
      return new ChainError("Another extrinsic with the same nonce took its place: sign again with a fresh nonce", {
        code: "stale_nonce",
        retryable: true,
      });
    case "dropped":
      return new ChainError("The node dropped the extrinsic from its pool: sign again", {
        code: "dropped",
        retryable: true,
      });
    case "invalid":
      return new ChainError("The extrinsic became invalid while it waited (nonce or era): sign again", {
        code: "outdated",
        retryable: true,
      });
    default:
      return null;
  }
}
