/** The methods of the chain room: the port Chain, and `connect` before all others. @module */
import { ChainError } from "../base/errors.ts";
import type { Chain, ChainIdentity, Head } from "../port/chain.ts";
import type { LogLevel } from "../room/message.ts";
import { context } from "./extrinsic.ts";
import { readFacts, readWeights, requireSubnet } from "./facts.ts";
import { Link } from "./link.ts";
import { unknownBlock } from "./node.ts";
import { submit } from "./submit.ts";

/** What {@linkcode ChainMethods.connect} takes. */
export interface ConnectOptions {
  /** ws:// or wss:// address of a node. */
  readonly endpoint: string;
  /** A subnet that must exist. */
  readonly netuid?: number;
  /** Longest time that a call waits for a node that is gone, in milliseconds. @default {60000} */
  readonly patienceMs?: number;
  /** Longest time of this first connection, in milliseconds. @default {patienceMs} */
  readonly connectMs?: number;
  /** Longest time that `submit` waits for its end, in milliseconds. @default {480000} */
  readonly submitMs?: number;
}

/** What the room answers to. */
export interface ChainMethods extends Chain {
  /** Connects; every other method needs it first. @throws ChainError `unreachable`, `no_substrate`, `no_subtensor`, `unknown_subnet`. */
  connect(options: ConnectOptions): Promise<ChainIdentity>;
}

/** A wait inside the room must end well before the room counts as hung. */
const LONGEST_WAIT_MS = 600_000;
/** Subscriptions can die silently: the head is asked for at least this often while somebody waits, in milliseconds. */
const POLL_MS = 15_000;

/** The room's methods; `log` writes to the log of the process. */
export function chainMethods(log: (level: LogLevel, text: string) => void): ChainMethods {
  let link: Link | null = null;
  let submitMs: number | undefined;
  const linked = (): Link => {
    if (!link) throw new TypeError("The chain room was asked before it was told to connect");
    return link;
  };
  return {
    async connect(options) {
      const { endpoint, netuid, patienceMs, connectMs } = options;
      link = new Link(endpoint, { log, ...(patienceMs === undefined ? {} : { patienceMs }) });
      submitMs = options.submitMs;
      return await link.use("connecting", async (node) => {
        if (netuid !== undefined) await requireSubnet(node, netuid);
        return node.identity();
      }, connectMs === undefined ? {} : { limitMs: connectMs });
    },
    identity: () => linked().use("the chain's identity", (node) => Promise.resolve(node.identity())),
    head: () => linked().use("the finalized head", (node) => node.head()),
    headAfter: (number, timeoutMs) => headAfter(linked(), number, Math.min(timeoutMs, LONGEST_WAIT_MS)),
    blockHash: (number) =>
      linked().use(`block ${number}`, async (node) => {
        const head = await node.head();
        const hash = number <= head.number ? await node.hashOf(number) : null;
        if (hash === null) throw unknownBlock(`${number} (the finalized head is ${head.number})`);
        return hash;
      }),
    facts: (netuid, at) => linked().use(`subnet ${netuid}`, (node) => readFacts(linked(), node, netuid, at)),
    weights: (netuid, uid, at) =>
      linked().use(
        `the weights of uid ${uid}`,
        async (node) => await readWeights(node, netuid, uid, at ?? await node.head()),
      ),
    context: (address) => linked().use("the signing context", (node) => context(linked(), node, address)),
    submit: (extrinsic) => submit(linked(), extrinsic, submitMs === undefined ? {} : { limitMs: submitMs }),
  };
}

async function headAfter(link: Link, number: number, timeoutMs: number): Promise<Head> {
  const end = performance.now() + timeoutMs;
  const late = (why: string) =>
    new ChainError(`No block after ${number} was finalized within ${Math.round(timeoutMs / 1000)} s${why}`, {
      code: "no_heads",
      retryable: true,
    });
  while (true) {
    const limitMs = end - performance.now();
    if (limitMs <= 0) throw late(": the node is behind or finality has stalled");
    const mark = link.mark();
    try {
      const head = await link.use("the finalized head", (node) => node.head(), { limitMs });
      if (head.number > number) return head;
      await link.wait(mark, Math.min(POLL_MS, end - performance.now()));
    } catch (thrown) {
      if (thrown instanceof ChainError && thrown.code === "unreachable") {
        throw late(`: ${link.endpoint} is not reachable`);
      }
      throw thrown;
    }
  }
}
