/** What the signer's tests ask it with. @module */
import type { ExtrinsicContext } from "../port/chain.ts";
import type { BatchHead, IndexHead } from "../port/signer.ts";

/** Hash of a block, and of the chain. */
export const HASH: string = `0x${"ab".repeat(32)}`;
/** A context for an extrinsic. */
export const CONTEXT: ExtrinsicContext = {
  genesis: HASH,
  specVersion: 1,
  transactionVersion: 1,
  extensions: ["CheckGenesis"],
  nonce: 0,
  era: { number: 1, hash: HASH },
  period: 16,
};

/** A batch head of this validator. */
export function headOf(validator: string): BatchHead {
  return {
    genesis: HASH,
    netuid: 120,
    validator,
    window: 4,
    blockHash: HASH,
    count: 2,
    root: "cd".repeat(32),
    previous: "00".repeat(32),
    salt: "ef".repeat(32),
  };
}

/** A page of this validator's index. */
export function pageOf(validator: string, fields: Partial<IndexHead> = {}): IndexHead {
  const nothing = "00".repeat(32);
  return {
    genesis: HASH,
    netuid: 120,
    validator,
    page: 0,
    count: 2,
    root: "cd".repeat(32),
    previous: nothing,
    ...fields,
  };
}
