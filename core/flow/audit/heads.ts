/** The index of a validator at the audited block, and every earlier head that it committed: what was published once must be there still. @module */
import { RecordError } from "../../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../../port/bucket.ts";
import { type IndexHistory, NO_HISTORY } from "../../record/history.ts";
import { entryText, type IndexOwner, nameOf } from "../../record/index_head.ts";
import { followIndex } from "../follow.ts";
import { standingStatement } from "../statement.ts";
import { isSameEnd, type ValidatorStatement } from "../../record/validator_statement.ts";
import type { ChainView } from "./chain_view.ts";
import type { Found } from "./types.ts";

/** A head as it stood on chain. */
export interface CommittedHead {
  readonly hash: string;
  /** Block in which it was committed. */
  readonly block: number;
}

/** What stands on chain with a head. */
interface CommittedStatement {
  readonly block: number;
  readonly head: string;
}

/** What {@linkcode Heads} needs. */
export interface HeadsOptions {
  readonly source: ObjectSource;
  readonly owner: IndexOwner;
  readonly head: CommittedHead;
  /** Its index. */
  readonly index: IndexHistory;
}

/** Every head that stood on chain before the audited one, the earliest first. */
export interface HeadHistory {
  readonly heads: readonly CommittedHead[];
  /** Block before which the node has dropped what stood there; null if it has everything. */
  readonly forgotten: number | null;
  /** Block in which another salt chain was committed before: another log; null if none was. */
  readonly foreign: number | null;
  /** Block since which the head of the audited block stands. */
  readonly since: number;
  /** End of the salt chain: whole where it was ever said so. */
  readonly end: string;
}

/**
 * Follows the statements of a validator back: what stood in the block before each was committed. So none is overlooked, however
 * soon it was replaced.
 */
export async function headsBefore(
  view: ChainView,
  validator: string,
  standing: ValidatorStatement & CommittedStatement,
): Promise<HeadHistory> {
  let { block, end } = standing;
  // The newest first; a head that was repeated stands since it was said first.
  const heads: CommittedHead[] = [{ hash: standing.head, block }];
  const found = (forgotten: number | null, foreign: number | null): HeadHistory => {
    const [newest, ...earlier] = heads;
    return { heads: earlier.toReversed(), forgotten, foreign, since: newest!.block, end };
  };
  for (;;) {
    const facts = block > 0 ? await view.at(block - 1) : null;
    if (facts === null) return found(block > 0 ? block : null, null);
    const before = standingStatement(facts, validator);
    // A chain whose blocks go back in time is followed no further.
    if (before === null || before.block >= block) return found(null, null);
    if (!isSameEnd(before.end, end)) return found(null, before.block);
    ({ block } = before);
    if (before.end.length > end.length) ({ end } = before);
    if (before.head === heads.at(-1)!.hash) heads[heads.length - 1] = { hash: before.head, block };
    else if (before.head !== null) heads.push({ hash: before.head, block });
  }
}

/** Compares the index with the heads that stood on chain before. */
export class Heads {
  readonly #options: HeadsOptions;
  #seen: IndexHistory = NO_HISTORY;
  /** Heads that were compared. */
  compared = 0;
  /** Entries under each head, in the order of their blocks. */
  readonly #reach: { readonly block: number; readonly entries: number }[] = [];
  /** Whether every head that ever stood on chain was read. */
  isWhole = true;
  /** Whether an earlier head has what the audited one has not. */
  isForked = false;

  constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** Looks at an earlier head, the earliest first. What differs, or null. */
  async see({ hash, block }: CommittedHead): Promise<Found | null> {
    const { owner, source } = this.#options;
    this.compared++;
    const where = `index ${hash}, which stood on chain since block ${block}`;
    try {
      this.#seen = await followIndex(source, hash, owner, this.#seen);
    } catch (thrown) {
      if (!(thrown instanceof RecordError)) throw thrown;
      const rule = thrown.code === "index_fork" || thrown.code === "index_rollback"
        ? "fork"
        : thrown.code === "missing"
        ? "object"
        : "index";
      return { rule, at: { object: hash, block }, text: `In ${where}: ${thrown.message}` };
    }
    this.#reach.push({ block, entries: this.#seen.entries.length });
    return this.#compare(where);
  }

  /** What was committed first, as far as each head went on from the one before: all that others could count where the log was forked. */
  get first(): readonly IndexEntry[] {
    return this.#seen.entries;
  }

  /** Entries under the newest head that was committed up to a block; null where nobody can tell. */
  entriesAt(block: number): number | null {
    const { head, index } = this.#options;
    if (head.block <= block) return index.entries.length;
    const found = this.#reach.findLast((one) => one.block <= block);
    return found?.entries ?? (this.isWhole ? 0 : null);
  }

  /** The first entry of an earlier head that the audited one does not have. */
  #compare(where: string): Found | null {
    const { index, head } = this.#options;
    const at = this.#seen.entries.findIndex((entry, i) => {
      const now = index.entries[i];
      return now === undefined || entryText(now) !== entryText(entry);
    });
    if (at < 0) return null;
    this.isForked = true;
    const was = this.#seen.entries[at]!, now = index.entries[at];
    const before = `${capital(nameOf(was))} (object ${was.hash}, entry ${at}) was published under ${where}`;
    const text = now === undefined
      ? `${before}, and the head of block ${head.block} goes back behind it`
      : `${before}, and under the head of block ${head.block} ${
        nameOf(now)
      } (object ${now.hash}) stands there: it was rewritten`;
    return { rule: "fork", at: { ...placeOfEntry(was), block: head.block }, text };
  }
}

/** Where an entry of an index is. */
export function placeOfEntry({ kind, number, hash }: IndexEntry): Found["at"] {
  return { object: hash, ...(kind === "batch" ? { window: number } : { epoch: number }) };
}

/** A sentence's beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
