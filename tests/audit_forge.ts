/** What a validator with its own key can do to its log: take it apart, change it, sign it again and commit it. @module */
import type { IndexEntry } from "../core/port/bucket.ts";
import type { AnswerRecord, EpochRow } from "../core/port/store.ts";
import { type Batch, batchDigest, FIRST_PREVIOUS, makeHead } from "../core/record/batch.ts";
import { parseCommitment } from "../core/record/commitment.ts";
import { batchLines, epochDigest, epochLines, openBatch, openEpoch } from "../core/record/content.ts";
import { type IndexOwner, makeIndexHead, NO_PAGE, PAGE_ENTRIES } from "../core/record/index_head.ts";
import { sealObject } from "../core/record/object.ts";
import { openPage, pageLines } from "../core/record/page.ts";
import { parseRecord, recordText } from "../core/record/record.ts";
import { encodeValidator } from "../core/record/validator_statement.ts";
import { hashOf, History, type Key, type Logs, NETUID } from "./audit_scene.ts";
import type { Objects } from "./scene_parts.ts";

/** One thing that was published. */
export type Item =
  | { readonly kind: "batch"; readonly entry: IndexEntry; readonly original: Batch; batch: Batch }
  | { readonly kind: "epoch"; readonly entry: IndexEntry; row: EpochRow };

/** A log of one page that may be spoiled, wherever its objects lie. */
export class LogForge {
  readonly owner: IndexOwner;
  readonly objects: Objects;
  readonly key: Key;
  readonly items: Item[];

  constructor(
    from: { readonly owner: IndexOwner; readonly objects: Objects; readonly key: Key; readonly head: string },
  ) {
    this.owner = from.owner;
    this.objects = from.objects;
    this.key = from.key;
    this.items = openPage(this.objects.get(from.head)!, from.head, this.owner).entries.map((entry): Item => {
      const data = this.objects.get(entry.hash)!;
      return entry.kind === "batch"
        ? batchItem(entry, openBatch(data, entry))
        : { kind: "epoch", entry, row: openEpoch(data, entry) };
    });
  }

  get batches(): (Item & { kind: "batch" })[] {
    return this.items.filter((item) => item.kind === "batch");
  }
  get epochs(): (Item & { kind: "epoch" })[] {
    return this.items.filter((item) => item.kind === "epoch");
  }

  /** Changes the records of a batch; null leaves one out. */
  change(place: number, edit: (record: AnswerRecord) => AnswerRecord | null): void {
    const item = this.batches[place]!;
    const leaves = item.batch.leaves.flatMap((leaf) => {
      const edited = edit(parseRecord(leaf));
      return edited === null ? [] : [recordText(edited)];
    });
    item.batch = { ...item.batch, leaves };
  }

  /** Signs everything anew, so that it is a whole log again, and puts it into the bucket. The head of its index comes back. */
  publish(): string {
    let previous = FIRST_PREVIOUS;
    const entries = this.items.map((item, seq): IndexEntry => {
      if (item.kind === "epoch") {
        const address = this.#put(epochLines(item.row));
        return { seq, kind: "epoch", number: item.row.epoch, digest: epochDigest(item.row), ...address };
      }
      // A second signature over the same head is another object.
      if (item.batch === item.original && item.batch.head.previous === previous) {
        previous = item.entry.digest;
        return { ...item.entry, seq };
      }
      const { count: _, root: __, ...fields } = item.batch.head;
      const head = makeHead({ ...fields, previous }, item.batch.leaves);
      previous = batchDigest(head);
      const address = this.#put(batchLines({ ...item.batch, head, signature: this.key.signBatch(head) }));
      return { seq, kind: "batch", number: head.window, digest: previous, ...address };
    });
    if (entries.length > PAGE_ENTRIES) throw new Error("More than one page");
    const head = makeIndexHead({ ...this.owner, page: 0, previous: NO_PAGE }, entries);
    return this.#put(pageLines({ head, signature: this.key.signIndex(head), entries })).hash;
  }

  #put(lines: readonly string[]) {
    const { data, ...address } = sealObject(lines);
    this.objects.set(address.hash, data);
    return address;
  }
}

/** A copy of the logs of the audit's scene that a test may spoil, and commit. */
export class Forge extends LogForge {
  readonly history: History;

  constructor(logs: Logs, key: Key = logs.keys[0]!) {
    const history = copyOf(logs.history);
    const owner = { genesis: hashOf(0), netuid: NETUID, validator: key.address };
    super({ owner, objects: new Map(logs.objects), key, head: statementOf(history, key, 0).head });
    this.history = history;
  }

  /** Statements of this validator on chain, in order: their places among all commitments. */
  get statements(): number[] {
    return statementsOf(this.history, this.key);
  }
  /** What its newest statement says. */
  get statement() {
    return statementOf(this.history, this.key, 0);
  }
  /** The head of an earlier statement: `back` = how many before the newest. */
  statementBefore(back: number): string {
    return statementOf(this.history, this.key, back).head;
  }

  /** Commits a head in a block of its own at the end of the chain: what stood before stands before. */
  commit(head: string): void {
    const { end, url } = this.statement;
    this.history.head += 2;
    this.history.commitments.push({
      hotkey: this.key.address,
      block: this.history.head,
      extrinsicIndex: null,
      bytes: encodeValidator({ end, url, head, read: null }),
    });
    this.history.head += 2;
  }

  /** The same, as if nothing else had ever been committed: whoever has lied from the beginning leaves no other head behind. */
  commitFromTheBeginning(head: string): void {
    const { end, url } = this.statement;
    for (const i of this.statements) {
      const one = this.history.commitments[i]!;
      const parsed = parseCommitment(one.bytes);
      const hasHead = parsed.kind === "validator" && parsed.head !== null;
      const bytes = encodeValidator({ end, url: hasHead ? url : null, head: hasHead ? head : null, read: null });
      this.history.commitments[i] = { ...one, bytes };
    }
  }

  /** Both in one. */
  republish(): void {
    this.commitFromTheBeginning(this.publish());
  }
}

function statementsOf(history: History, key: Key): number[] {
  return history.commitments.flatMap(({ hotkey }, i) => hotkey === key.address ? [i] : []);
}

function statementOf(history: History, key: Key, back: number) {
  const parsed = parseCommitment(history.commitments[statementsOf(history, key).at(-1 - back)!]!.bytes);
  if (parsed.kind !== "validator" || parsed.head === null) throw new Error("There is no head");
  return { ...parsed, head: parsed.head };
}

function batchItem(entry: IndexEntry, batch: Batch): Item {
  return { kind: "batch", entry, original: batch, batch };
}

function copyOf(history: History): History {
  const copy = new History([], history.owner, []);
  copy.hotkeys.splice(0, copy.hotkeys.length, ...history.hotkeys);
  for (const hotkey of history.permits) copy.permits.add(hotkey);
  copy.commitments.push(...history.commitments);
  copy.weights.push(...history.weights.map((one) => ({ ...one })));
  copy.head = history.head;
  return copy;
}
