/**
 * What a validator's signer signs at all: its own subnet on its own chain, tagged commitments, and one batch head a window.
 * The policy lives as long as the process; the journal is what remembers heads across restarts.
 * @module
 */
import { SignerError } from "../base/errors.ts";
import { toHex, utf8 } from "../base/bytes.ts";
import type { BatchHead } from "../port/signer.ts";
import { batchDigest } from "../record/batch.ts";
import type { ExtrinsicRequest } from "./request.ts";

/** What a validator's commitments begin with, so that they can never be mistaken for a miner's. */
export const COMMITMENT_TAG = "afv:";

const TAG_HEX = toHex(utf8(COMMITMENT_TAG));

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
    if (call.call === "set_commitment" && !call.data.startsWith(TAG_HEX)) {
      throw new SignerError(`The signer writes only commitments that begin with ${COMMITMENT_TAG}`, {
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
    this.#own(head.netuid, head.genesis);
    if (head.validator !== address) {
      throw new SignerError(`The batch names validator ${head.validator}, but this signer is ${address}`, {
        code: "foreign_validator",
      });
    }
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
