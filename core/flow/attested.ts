/**
 * Up to which head the log of each validator counts in an epoch: what most validators have stated on chain that they have read. Pure,
 * and from the chain alone, so that everybody counts the same rounds, whatever each of them could read in time.
 * @module
 */
import type { EpochLog } from "../mechanism/logs.ts";
import type { Parameters } from "../mechanism/parameters.ts";
import type { SubnetFacts } from "../port/chain.ts";
import { type Attestation, attestedBits, isAttested, MAX_ATTESTED } from "../record/validator_statement.ts";
import { hasStake } from "./admission.ts";
import { standingStatement } from "./statement.ts";

/** Epochs for which whoever attested once is one of those whose majority decides. */
export const ATTESTED_EPOCHS = 8;

/** The logs as an epoch found them at its first block. */
export interface EpochLogs {
  readonly epoch: number;
  readonly block: number;
  /** Of everybody with a permit, by uid. */
  readonly logs: readonly EpochLog[];
}

/**
 * The logs at the first block of an epoch; `before` are the epochs before it, in order, of which the newest count.
 *
 * An attestation for an epoch reaches the heads that stood at its first block. A log counts up to the newest head that more than half of
 * the active attesters reach: validators with a permit and the stake now, whose statement attests one of the 8 epochs before. What
 * counted goes on to.
 */
export function logsAt(
  facts: SubnetFacts,
  before: readonly EpochLogs[],
  { minStake }: Pick<Parameters, "minStake">,
): EpochLog[] {
  const recent = before.slice(-ATTESTED_EPOCHS);
  const permitted = facts.neurons.filter(({ permit }) => permit);
  const standing = new Map(permitted.map(({ hotkey }) => [hotkey, standingStatement(facts, hotkey)]));
  const reaches = permitted.flatMap(({ hotkey, stake }) => {
    const statement = hasStake(stake, minStake) ? standing.get(hotkey) : null;
    const reach = statement?.read && reachOf(statement.read, statement.block, recent);
    return reach ? [reach] : [];
  });
  const last = new Map(recent.at(-1)?.logs.map((log) => [log.validator, log.counts]));
  return permitted.map(({ hotkey: validator }) => {
    const statement = standing.get(validator) ?? null;
    const head = statement === null || statement.head === null ? null : statement.block;
    const reached = reaches.map((reach) => reach.get(validator) ?? -1).sort((a, b) => b - a);
    const counts = Math.max(reached[Math.floor(reached.length / 2)] ?? -1, last.get(validator) ?? -1);
    return { validator, head, counts: counts < 0 ? null : counts };
  });
}

/** Block of the head up to which a log counts in an epoch that begins in a block: no head that is too new; null where none does. */
export function limitOf(
  { counts }: EpochLog,
  block: number,
  { lagBlocks }: Pick<Parameters, "lagBlocks">,
): number | null {
  return counts === null ? null : Math.min(counts, block - lagBlocks);
}

/** Blocks of the heads that an attestation says were read, by validator; null if it is for none of these epochs. */
function reachOf(read: Attestation, committed: number, recent: readonly EpochLogs[]): Map<string, number> | null {
  // Before the first block of an epoch nobody knew what would stand there.
  const at = recent.findLast(({ epoch, block }) => (epoch & 0xffff) === read.epoch && block < committed);
  if (at === undefined) return null;
  return new Map(
    at.logs.flatMap(({ validator, head }, i) => head !== null && isAttested(read, i) ? [[validator, head]] : []),
  );
}

/** What to state of the logs of an epoch. */
export function attestationOf({ epoch, logs }: EpochLogs, isRead: (log: EpochLog) => boolean): Attestation {
  return { epoch: epoch & 0xffff, bits: attestedBits(logs.slice(0, MAX_ATTESTED).map(isRead)) };
}
