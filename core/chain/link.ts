/** Keeps a node at hand: connects again when the socket is gone, for as long as a caller is willing to wait. @module */
import { ChainError, errorText } from "../base/errors.ts";
import { sleep } from "../base/time.ts";
import type { LogLevel } from "../room/message.ts";
import { deadline } from "./deadline.ts";
import { Node } from "./node.ts";
import { ConnectionLost, readError, RpcError } from "./rpc_error.ts";

/** Options of {@linkcode Link}. */
export interface LinkOptions {
  readonly log: (level: LogLevel, text: string) => void;
  /** Longest time that one call may wait for a node, in milliseconds. @default {60000} */
  readonly patienceMs?: number;
}

/** Options of {@linkcode Link.use}. */
export interface UseOptions {
  /** Longest time of this call. @default the link's patience */
  readonly limitMs?: number;
}

/** A moment on a connection. */
export interface Mark {
  readonly node: Node | null;
  readonly news: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** The way to the one endpoint. */
export class Link {
  readonly endpoint: string;
  readonly #options: LinkOptions;
  #node: Node | null = null;
  #opening: Promise<Node> | null = null;
  #genesis: string | null = null;
  #failures = 0;

  constructor(endpoint: string, options: LinkOptions) {
    this.endpoint = endpoint;
    this.#options = options;
  }

  /** How long a call waits for a node, in milliseconds. */
  get patienceMs(): number {
    return this.#options.patienceMs ?? 60_000;
  }

  /**
   * Does work with a node, again from the start on a new connection when the old one drops: it must be safe to repeat.
   * @throws ChainError `unreachable` when the time is over, or what the work itself throws.
   */
  async use<T>(what: string, work: (node: Node) => Promise<T>, options: UseOptions = {}): Promise<T> {
    const end = performance.now() + (options.limitMs ?? this.patienceMs);
    let reason = "it did not answer in time";
    for (let wait = FIRST_PAUSE_MS;; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const left = end - performance.now();
      const late = () =>
        new ChainError(
          `Gave up on ${what}: ${this.endpoint} was not usable for the time allowed (${reason}); check that a node listens there`,
          {
            code: "unreachable",
            retryable: true,
          },
        );
      if (left <= 0) throw late();
      try {
        const node = await deadline(left, this.#open(), late);
        return await deadline(end - performance.now(), work(node), late);
      } catch (thrown) {
        if (thrown instanceof RpcError) throw readError(what, thrown);
        if (!(thrown instanceof ConnectionLost)) throw thrown;
        reason = errorText(thrown);
      }
      await sleep(Math.max(0, Math.min(wait, end - performance.now())));
    }
  }

  /** A mark to {@linkcode Link.wait} from, taken before one looks at the chain. */
  mark(): Mark {
    return { node: this.#node, news: this.#node?.news ?? 0 };
  }

  /** Waits for news since a mark: a finalized head, a status of an extrinsic, a connection that ends; or until the time is over. */
  async wait(since: Mark, ms: number): Promise<void> {
    const node = this.#node;
    if (ms <= 0 || node !== since.node) return;
    await (node?.isOpen ? node.nextNews(since.news, ms) : sleep(Math.min(ms, FIRST_PAUSE_MS)));
  }

  /** Logs a line. */
  log(level: LogLevel, line: string): void {
    this.#options.log(level, line);
  }

  /** All callers wait for the same attempt. */
  #open(): Promise<Node> {
    if (this.#node?.isOpen) return Promise.resolve(this.#node);
    this.#opening ??= this.#attempt().finally(() => this.#opening = null);
    return this.#opening;
  }

  async #attempt(): Promise<Node> {
    try {
      const node = await Node.open(this.endpoint, this.#genesis);
      this.#genesis ??= node.genesis;
      this.#node = node;
      const { chain, specName, specVersion } = node.identity();
      this.log("info", `Connected to ${this.endpoint}: ${chain}, ${specName} ${specVersion}`);
      this.#failures = 0;
      return node;
    } catch (thrown) {
      // The first failure is worth a line; the rest of the same outage is not, nor is one that ends the call: its caller tells it.
      const isNews = thrown instanceof ConnectionLost && this.#failures++ === 0;
      this.log(isNews ? "warning" : "debug", `No connection to ${this.endpoint}: ${errorText(thrown)}`);
      throw thrown;
    }
  }
}
