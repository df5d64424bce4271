/** What the validator states on chain: the end of its salt chain, the head of its index, its public address, whose logs it has read. @module */
import { toHex } from "../base/bytes.ts";
import { errorText } from "../base/errors.ts";
import type { Head, SubnetFacts } from "../port/chain.ts";
import { parseCommitment } from "../record/commitment.ts";
import { encodeValidator, isSameEnd, type ValidatorStatement } from "../record/validator_statement.ts";
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
  const { end, head, url, read } = parsed;
  return { end, head, url, read, block: own.block };
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

/** What is stated in an epoch. */
export interface EpochStatement {
  readonly hotkey: string;
  /** First block of the epoch. */
  readonly block: number;
  readonly statement: ValidatorStatement;
}

/**
 * Commits what is to be said in an epoch unless it stands on chain. A failure is logged, the next epoch tries again; nothing else depends
 * on it.
 *
 * The first time waits until the end of the salt chain stood alone, and whole, at the block of an epoch: those who read the chain there
 * then know that the salts were fixed before the first window, and half of the end reminds them later.
 */
export async function commitEpoch(deps: ValidateDeps, stated: EpochStatement, signal: AbortSignal): Promise<void> {
  const { hotkey, block: start, statement } = stated;
  try {
    const { facts } = await ownRow(deps, hotkey);
    const standing = standingStatement(facts, hotkey);
    const isOurs = standing !== null && isSameEnd(standing.end, statement.end);
    if (isOurs && isSaid(standing, statement)) return;
    if (isOurs && standing.head === null && standing.read === null && standing.block > start) return;
    const { end, head, url, read } = statement;
    // Where another end stood meanwhile, the whole of this one is said again.
    const block = await commitStatement(deps, { end, head, url, read: isOurs ? read : null }, signal);
    const what = head === null ? "that nothing is published yet" : `index ${head}`;
    deps.log("info", `Committed ${what} on chain in block ${block.number}`);
  } catch (error) {
    if (signal.aborted) return;
    deps.log(
      "warning",
      `The head of the index was not committed on chain; the next epoch tries again: ${errorText(error)}`,
    );
  }
}

/** Whether a statement stands on chain. What was read in an epoch is said once: a restart does not say it again. */
function isSaid(standing: ValidatorStatement, { head, url, read }: ValidatorStatement): boolean {
  if (read !== null) return standing.read?.epoch === read.epoch;
  return standing.read === null && standing.head === head && standing.url === url;
}
