/** One connection to one node: proven to be Substrate and Bittensor before anything is asked of it. @module */
import { ApiPromise } from "@polkadot/api";
import { ChainError, errorText } from "../base/errors.ts";
import type { ChainIdentity, Head } from "../port/chain.ts";
import { deadline } from "./deadline.ts";
import { ConnectionLost, RpcError } from "./rpc_error.ts";
import { requireSubtensor } from "./runtime.ts";
import { Socket } from "./socket.ts";

/** Time for the handshake and for the first answers of a node, in milliseconds. */
const OPEN_MS = 10_000;
/** Time for reading the metadata: mainnet's has some 600 kB. */
const METADATA_MS = 45_000;
/** Addresses are written with the prefix that Bittensor's wallets use, whatever a node says. */
const SS58_PREFIX = 42;

/** A block as a node tells it: extrinsics are 0x hex, byte by byte as they were sent. */
export interface RawBlock {
  readonly number: number;
  readonly parentHash: string;
  readonly extrinsics: readonly string[];
}

/** A node that answers. It is thrown away with its socket. */
export class Node {
  readonly socket: Socket;
  readonly api: ApiPromise;
  readonly genesis: string;
  readonly #chain: string;
  #news = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, api: ApiPromise, genesis: string, chain: string) {
    this.socket = socket;
    this.api = api;
    this.genesis = genesis;
    this.#chain = chain;
  }

  /**
   * Connects to a node and reads its metadata.
   * @throws ConnectionLost (try again). @throws ChainError `no_substrate`, `no_subtensor`, `foreign_chain`.
   */
  static async open(endpoint: string, expectedGenesis: string | null): Promise<Node> {
    const socket = await Socket.open(endpoint, { openMs: OPEN_MS });
    try {
      const [genesis, chain] = await deadline(OPEN_MS, greet(socket), () => silent(endpoint));
      if (expectedGenesis !== null && genesis !== expectedGenesis) {
        throw new ChainError(
          `${endpoint} now serves another chain: its genesis is ${genesis}, it was ${expectedGenesis}; restart af if that is intended`,
          { code: "foreign_chain" },
        );
      }
      // The wasm of @polkadot/wasm-crypto is for signing; hashing and addresses work without it.
      const api = new ApiPromise({ provider: socket, noInitWarn: true, initWasm: false });
      api.isReady.catch(() => {}); // never rejects; isReadyOrError below is the one that is looked at
      await deadline(METADATA_MS, api.isReadyOrError, () => silent(endpoint));
      requireSubtensor(api);
      const properties = api.registry.createType("ChainProperties", { ss58Format: SS58_PREFIX });
      api.registry.setChainProperties(properties as Parameters<typeof api.registry.setChainProperties>[0]);
      const node = new Node(socket, api, genesis, chain);
      await node.#follow();
      return node;
    } catch (thrown) {
      const closed = !socket.isConnected;
      socket.hangUp("closed by this side");
      if (thrown instanceof ChainError) throw thrown;
      // The library wraps what it was thrown into a sentence of its own: a socket that closed meanwhile is the real reason.
      if (closed) throw new ConnectionLost(endpoint, errorText(thrown), thrown);
      throw new ChainError(`${endpoint} cannot be used as a chain: ${errorText(thrown)}`, {
        code: "no_substrate",
        cause: thrown,
      });
    }
  }

  get isOpen(): boolean {
    return this.socket.isConnected;
  }

  /** Who the chain says that it is, as of the newest runtime. */
  identity(): ChainIdentity {
    const { specName, specVersion } = this.api.runtimeVersion;
    return {
      genesis: this.genesis,
      chain: this.#chain,
      specName: specName.toString(),
      specVersion: specVersion.toNumber(),
    };
  }

  /** The latest finalized block. */
  async head(): Promise<Head> {
    const hash = text(await this.socket.send("chain_getFinalizedHead", []));
    return { number: await this.numberOf(hash), hash };
  }

  /** The best block: it may still be replaced by another. */
  async best(): Promise<Head> {
    const header = await this.socket.send("chain_getHeader", []);
    const number = headerNumber(header);
    const hash = text(await this.socket.send("chain_getBlockHash", [number]));
    return { number, hash };
  }

  /** Number of a block. @throws ChainError `unknown_block`. */
  async numberOf(hash: string): Promise<number> {
    const header = await this.socket.send("chain_getHeader", [hash]);
    if (header === null) throw unknownBlock(hash);
    return headerNumber(header);
  }

  /** Hash of a block on the best chain; null where there is none. */
  async hashOf(number: number): Promise<string | null> {
    const hash: unknown = await this.socket.send("chain_getBlockHash", [number]);
    return typeof hash === "string" && /^0x[0-9a-f]{64}$/.test(hash) ? hash : null;
  }

  /** A block's extrinsics; null where the node does not have the block. */
  async block(hash: string): Promise<RawBlock | null> {
    const answer = await this.socket.send("chain_getBlock", [hash]);
    const block = answer?.block;
    if (!block || !Array.isArray(block.extrinsics)) return null;
    return {
      number: headerNumber(block.header),
      parentHash: text(block.header.parentHash),
      extrinsics: block.extrinsics.map(text),
    };
  }

  /** How often there was news: see {@linkcode Node.nextNews}. */
  get news(): number {
    return this.#news;
  }

  /**
   * Waits until there is news after the given count (a finalized head, a status of an extrinsic, the end of the socket) or
   * the time is over. The count is taken before the last look at the chain, so that no news falls between look and wait.
   */
  nextNews(since: number, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#news !== since || !this.isOpen) return resolve();
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  /** Wakes whoever waits for news. */
  wake(): void {
    this.#news++;
    for (const done of [...this.#waiting]) done();
  }

  async #follow(): Promise<void> {
    this.socket.on("disconnected", () => this.wake());
    await this.socket.subscribe("chain_finalizedHead", "chain_subscribeFinalizedHeads", [], () => this.wake());
  }
}

/** First questions: what every Substrate node can answer. */
async function greet(socket: Socket): Promise<[genesis: string, chain: string]> {
  try {
    const [genesis, chain] = await Promise.all([
      socket.send("chain_getBlockHash", [0]),
      socket.send("system_chain", []),
      socket.send("state_getRuntimeVersion", []),
    ]);
    if (!/^0x[0-9a-f]{64}$/.test(String(genesis))) throw new RpcError(0, "it has no genesis block");
    return [String(genesis), String(chain).slice(0, 200)];
  } catch (thrown) {
    if (thrown instanceof ConnectionLost) throw thrown;
    throw new ChainError(
      `${socket.endpoint} answers but is no Substrate node (${
        errorText(thrown)
      }): give the WebSocket endpoint of a Bittensor node`,
      { code: "no_substrate", cause: thrown },
    );
  }
}

function silent(endpoint: string): ConnectionLost {
  return new ConnectionLost(endpoint, "it accepts connections but does not answer");
}

/** The error of a block that the node does not have. */
export function unknownBlock(which: string): ChainError {
  return new ChainError(`The node does not have block ${which}: it may lag behind, or have dropped it`, {
    code: "unknown_block",
    retryable: true,
  });
}

function headerNumber(header: unknown): number {
  const number = Number((header as { number?: unknown } | null)?.number);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new ChainError("The node sent a block header without a number", { code: "refused" });
  }
  return number;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new ChainError("The node sent a value of the wrong kind", { code: "refused" });
  return value;
}
