/** The local chain's transaction pool: one extrinsic per signer and nonce, in order of arrival. @module */
import { invalidTransaction, RpcError } from "./chain_errors.ts";
import type { CheckedExtrinsic } from "./chain_extrinsic.ts";

/** A status as author_submitAndWatchExtrinsic reports it. */
export type PoolStatus =
  | "ready"
  | "future"
  | "invalid"
  | { readonly usurped: string }
  | { readonly inBlock: string }
  | { readonly finalized: string };

/** An extrinsic that waits, and who wants to know what becomes of it. */
export interface Pending extends CheckedExtrinsic {
  notify(status: PoolStatus): void;
}

const MAX_PENDING = 4096;

/** See the module. */
export class Pool {
  #waiting: (Pending & { future: boolean })[] = [];

  /** Extrinsics in order of arrival. */
  get waiting(): readonly Pending[] {
    return this.#waiting;
  }
  /**
   * Takes an extrinsic; `nonce` is its signer's next nonce on chain.
   * @throws {RpcError} 1010 outdated, 1013 already here, 1014 its nonce is taken and the tip is no higher, 1016 full.
   */
  add(pending: Pending, nonce: number): void {
    if (pending.nonce < nonce) throw invalidTransaction("Transaction is outdated");
    if (this.#waiting.some(({ hash }) => hash === pending.hash)) {
      throw new RpcError(1013, "Transaction Already Imported", pending.hash);
    }
    const same = this.#waiting.find((other) => other.signer === pending.signer && other.nonce === pending.nonce);
    if (same && pending.tip <= same.tip) {
      const why = "The transaction has too low priority to replace another transaction already in the pool.";
      throw new RpcError(1014, `Priority is too low: (${same.tip} vs ${pending.tip})`, why);
    }
    if (this.#waiting.length >= MAX_PENDING) throw new RpcError(1016, "Immediately Dropped");
    if (same) {
      this.remove(same);
      same.notify({ usurped: pending.hash });
    }
    const entry = { ...pending, future: true };
    this.#waiting.push(entry);
    this.#wake(pending.signer, nonce);
    if (entry.future) entry.notify("future");
  }
  /** Takes an extrinsic out. */
  remove(pending: Pending): void {
    this.#waiting = this.#waiting.filter((other) => other !== pending);
  }
  /** The first nonce from `nonce` on that the signer has nothing waiting for. */
  nextNonce(signer: string, nonce: number): number {
    const taken = new Set(this.#waiting.filter((other) => other.signer === signer).map((other) => other.nonce));
    while (taken.has(nonce)) nonce++;
    return nonce;
  }
  /** Tells those whose predecessors have all arrived that they are ready. */
  #wake(signer: string, nonce: number): void {
    const next = this.nextNonce(signer, nonce);
    for (const entry of this.#waiting) {
      if (entry.future && entry.signer === signer && entry.nonce < next) {
        entry.future = false;
        entry.notify("ready");
      }
    }
  }
}
