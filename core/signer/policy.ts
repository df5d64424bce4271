/**
 * What a validator's signer signs at all: its own subnet on its own chain, tagged commitments, one batch head a window, and an
 * index that only grows.
 * The policy lives as long as the process; the journal is what remembers heads across restarts.
 * @module
 */
import { SignerError } from "../base/errors.ts";
import { fromUtf8, toHex } from "../base/bytes.ts";
import type { BatchHead, IndexHead } from "../port/signer.ts";
import { batchDigest } from "../record/batch.ts";
import { READER_TAG, VALIDATOR_TAG } from "../record/validator_statement.ts";
import { indexDigest, indexEnd } from "../record/index_head.ts";
import type { ExtrinsicRequest } from "./request.ts";

/** What a validator's commitments begin with, so that they can never be mistaken for a miner's. */
const TAGS = [VALIDATOR_TAG, READER_TAG];

/** Options of {@linkcode SignerPolicy}. */
export interface SignerPolicyOptions {
  /** The one subnet that is signed for. */
  readonly netuid: number;
  /** Genesis hash (0x hex) of the one chain; when it is absent the first request that is otherwise fine pins it. */
  readonly genesis?: string;
}

/** Decides about requests whose form has been checked already. */
export class SignerPolicy {
  readonly #netuid: number;
  #genesis: string | null;
  #last: { window: number; digest: string } | null = null;
  #page: { end: number; digest: string } | null = null;
  /** @throws {RangeError} if the netuid is no 16-bit number. @throws {SyntaxError} if the genesis is no hash. */
  constructor(options: SignerPolicyOptions) {
    const { netuid, genesis } = options;
    if (!Number.isInteger(netuid) || netuid < 0 || netuid > 0xffff) throw new RangeError(`${netuid} is no netuid`);
    if (genesis !== undefined && !/^0x[0-9a-f]{64}$/.test(genesis)) {
      throw new SyntaxError("The genesis hash must be 0x and 64 lower-case hex digits");
    }
    this.#netuid = netuid;
    this.#genesis = genesis ?? null;
  }

  /** The chain that is signed for: given at the start or pinned since, null before that. */
  get genesis(): string | null {
    return this.#genesis;
  }

  /** @throws {SignerError} `foreign_netuid`, `foreign_chain`, `foreign_commitment`. */
  allowExtrinsic({ call, context }: ExtrinsicRequest): void {
    this.#own(call.netuid, context.genesis);
    if (call.call === "set_commitment" && !TAGS.some((tag) => call.data.startsWith(toHex(tag)))) {
      const named = TAGS.map(fromUtf8).join(" or ");
      throw new SignerError(`The signer writes only commitments that begin with ${named}`, {
        code: "foreign_commitment",
      });
    }
    this.#genesis = context.genesis;
  }

  /**
   * Windows rise strictly; the latest head may be asked for again, a different one for the same window never.
   * @param address of the key that would sign.
   * @throws {SignerError} `foreign_netuid`, `foreign_chain`, `foreign_validator`, `equivocation`, `past_window`.
   * @throws {RecordError} if it is no head.
   */
  allowBatch(head: BatchHead, address: string): void {
    this.#ownHead(head, address, "batch");
    const digest = batchDigest(head);
    if (this.#last && head.window < this.#last.window) {
      throw new SignerError(
        `The signer has signed window ${this.#last.window} and signs no earlier one (asked for ${head.window})`,
        { code: "past_window" },
      );
    }
    if (this.#last && head.window === this.#last.window && digest !== this.#last.digest) {
      throw new SignerError(`The signer has signed another batch for window ${head.window}; one window has one batch`, {
        code: "equivocation",
      });
    }
    // Before the key is asked: a head that may have been signed counts as signed.
    this.#last = { window: head.window, digest };
    this.#genesis = head.genesis;
  }

  /**
   * An index only grows: no page ends before the last one that was signed, and two that end at the same entry are the same.
   * @throws {SignerError} `foreign_netuid`, `foreign_chain`, `foreign_validator`, `equivocation`, `past_page`.
   * @throws {RecordError} if it is no head.
   */
  allowIndex(head: IndexHead, address: string): void {
    this.#ownHead(head, address, "index page");
    const [end, digest] = [indexEnd(head), indexDigest(head)];
    if (this.#page && end < this.#page.end) {
      throw new SignerError(
        `The signer has signed an index of ${this.#page.end} entries and signs no shorter one (asked for ${end})`,
        { code: "past_page" },
      );
    }
    if (this.#page && end === this.#page.end && digest !== this.#page.digest) {
      throw new SignerError(`The signer has signed another index of ${end} entries; one length has one page`, {
        code: "equivocation",
      });
    }
    this.#page = { end, digest };
    this.#genesis = head.genesis;
  }

  #ownHead(head: BatchHead | IndexHead, address: string, what: string): void {
    this.#own(head.netuid, head.genesis);
    if (head.validator === address) return;
    throw new SignerError(`The ${what} names validator ${head.validator}, but this signer is ${address}`, {
      code: "foreign_validator",
    });
  }

  #own(netuid: number, genesis: string): void {
    if (netuid !== this.#netuid) {
      throw new SignerError(`The signer signs for netuid ${this.#netuid}, not for ${netuid}`, {
        code: "foreign_netuid",
      });
    }
    if (this.#genesis !== null && genesis !== this.#genesis) {
      throw new SignerError(`The signer signs for the chain with genesis ${this.#genesis}, not for ${genesis}`, {
        code: "foreign_chain",
      });
    }
  }
}
