/** What the validator states on chain: the end of its salt chain, the head of its index, its public address. @module */
import { toHex } from "../base/bytes.ts";
import { errorText } from "../base/errors.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import { parseCommitment } from "../record/commitment.ts";
import { encodeValidator, type ValidatorStatement } from "../record/validator_statement.ts";
import type { ValidateDeps } from "./deps.ts";
import { ownRow, sendSigned } from "./send.ts";

/** What stands on chain of a hotkey, and since which block; null if it is no validator's statement. */
export function standingStatement(
  facts: SubnetFacts,
  hotkey: string,
): (ValidatorStatement & { readonly block: number }) | null {
  const own = facts.commitments.find((commitment) => commitment.hotkey === hotkey);
  const parsed = own && parseCommitment(own.bytes);
  if (!own || parsed?.kind !== "validator") return null;
  return { end: parsed.end, head: parsed.head, url: parsed.url, block: own.block };
}

/** Commits a statement and returns the block that it stands in. */
export async function commitStatement(
  deps: ValidateDeps,
  statement: ValidatorStatement,
  signal: AbortSignal,
): Promise<Head> {
  const data = toHex(encodeValidator(statement));
  const { block } = await sendSigned(deps, { call: "set_commitment", netuid: deps.netuid, data }, signal);
  return block;
}

/**
 * Commits the head of the index if another one stands on chain: called once an epoch, with the block that the epoch was settled at. A
 * failure is logged, the next epoch tries again; nothing else depends on it.
 *
 * The first head waits until the end of the salt chain stood alone at the block of an epoch: those who read the chain there then know
 * that the salts were fixed before the first window.
 */
export async function commitHead(
  deps: ValidateDeps,
  statement: ValidatorStatement & { readonly head: string },
  { hotkey, block: settledAt }: { readonly hotkey: string; readonly block: number },
  signal: AbortSignal,
): Promise<void> {
  const { end, head, url } = statement;
  try {
    const { facts } = await ownRow(deps, hotkey);
    const standing = standingStatement(facts, hotkey);
    if (standing?.end === end && standing.head === head && standing.url === url) return;
    if (standing?.end === end && standing.head === null && standing.block > settledAt) return;
    const block = await commitStatement(deps, { end, head, url }, signal);
    deps.log("info", `Committed index ${head} on chain in block ${block.number}`);
  } catch (error) {
    if (signal.aborted) return;
    deps.log(
      "warning",
      `The head of the index was not committed on chain; the next epoch tries again: ${errorText(error)}`,
    );
  }
}
