/** A chain as an auditor reads it: at old blocks, of which a node may have dropped the state, and every block once. @module */
import { ChainError } from "../../base/errors.ts";
import type { Chain, Head, SubnetFacts, Weight } from "../../port/chain.ts";
import { epochOf, epochStart, isForgotten } from "../epoch.ts";

/** Blocks whose facts are remembered: logs are walked side by side, from epoch to epoch. */
const REMEMBERED = 8;

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (thrown) {
    if (isForgotten(thrown)) return null;
    throw thrown;
  }
}

/** The chain up to the audited block. */
export class ChainView {
  readonly #chain: Chain;
  readonly #facts = new Map<number, Promise<SubnetFacts | null>>();
  readonly #hashes = new Map<number, Promise<string | null>>();
  /** Facts of the audited block. */
  readonly audited: SubnetFacts;

  constructor(chain: Chain, audited: SubnetFacts) {
    this.#chain = chain;
    this.audited = audited;
  }

  get netuid(): number {
    return this.audited.netuid;
  }
  /** The audited block. */
  get block(): Head {
    return this.audited.block;
  }

  /** Hash of a block; null where the node does not have it, or it comes after the audited one. */
  hash(number: number): Promise<string | null> {
    if (number > this.block.number) return Promise.resolve(null);
    return remember(this.#hashes, number, 256, () => orNull(this.#chain.blockHash(number)));
  }

  /** Facts at a block; null where the node has dropped its state. */
  at(number: number): Promise<SubnetFacts | null> {
    if (number === this.block.number) return Promise.resolve(this.audited);
    return remember(this.#facts, number, REMEMBERED, async () => {
      const hash = await this.hash(number);
      return hash === null ? null : await orNull(this.#chain.facts(this.netuid, { number, hash }));
    });
  }

  /**
   * Facts at the first block of the epoch that a block lies in: permits change there and nowhere else. Where the subnet is younger than
   * that, or its grid was another one then, the nearest that can be read.
   */
  async epochOf(number: number): Promise<SubnetFacts | null> {
    const start = epochStart(epochOf(number, this.netuid, this.audited.tempo), this.netuid, this.audited.tempo);
    const facts = await this.at(start);
    if (facts === null) return start === number ? null : await this.at(number);
    if (facts.tempo === this.audited.tempo) return facts;
    return await this.at(epochStart(epochOf(number, this.netuid, facts.tempo), this.netuid, facts.tempo));
  }

  /** Weights that a uid had set at a block; null where the node has dropped its state. */
  weights(uid: number, at: Head): Promise<readonly Weight[] | null> {
    return orNull(this.#chain.weights(this.netuid, uid, at));
  }
}

function remember<T>(map: Map<number, Promise<T>>, key: number, most: number, read: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known) return known;
  const fresh = read();
  map.set(key, fresh);
  fresh.catch(() => map.delete(key));
  if (map.size > most) map.delete(map.keys().next().value!);
  return fresh;
}

/**
 * The chain as of a block; without one, of the latest finalized one.
 * @throws {ChainError} `state_discarded` if the node does not have the block, or not its state any more.
 */
export async function viewAt(chain: Chain, netuid: number, number?: number): Promise<ChainView> {
  if (number === undefined) return new ChainView(chain, await chain.facts(netuid, await chain.head()));
  try {
    const at = { number, hash: await chain.blockHash(number) };
    return new ChainView(chain, await chain.facts(netuid, at));
  } catch (cause) {
    if (!isForgotten(cause)) throw cause;
    const text =
      `The node has no subnet ${netuid} at block ${number}: the block is not finalized yet, or so old that only an ` +
      "archive node has its state";
    throw new ChainError(text, { code: "state_discarded", cause });
  }
}
