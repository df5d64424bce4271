/** What closes a part of the journal: batches close windows, epochs close counts. Neither changes afterwards. @module */
import { canonical } from "../base/canonical.ts";
import { StoreError } from "../base/errors.ts";
import type { BatchHead } from "../port/signer.ts";
import type { BatchRow, EpochRow } from "../port/store.ts";
import { batchDigest, FIRST_PREVIOUS } from "../record/batch.ts";
import type { Connection, Row } from "./connection.ts";

/**
 * Adds a batch, or nothing if the same is there.
 * @throws {StoreError} code `conflict` if it is not the next of the chain, or does not hold as many records as its window has.
 */
export function putBatch(db: Connection, row: BatchRow): void {
  const { head } = row;
  db.write(() => {
    const there = db.get("SELECT * FROM batches WHERE window = ?", head.window);
    if (there) {
      if (canonical(toBatch(there)) === canonical(row)) return;
      throw new StoreError(`Window ${head.window} has another batch already`, { code: "conflict" });
    }
    const last = db.get("SELECT window, digest FROM batches ORDER BY window DESC LIMIT 1");
    if (last && Number(last.window) > head.window || head.previous !== (last?.digest ?? FIRST_PREVIOUS)) {
      throw new StoreError(`The batch of window ${head.window} does not follow the last one`, { code: "conflict" });
    }
    const count = Number(db.get("SELECT count(*) AS count FROM cells WHERE window = ?", head.window)!.count);
    if (count !== head.count) {
      throw new StoreError(`The batch of window ${head.window} has ${head.count} records, the journal ${count}`, {
        code: "conflict",
      });
    }
    db.run(
      "INSERT INTO batches VALUES (?, ?, ?, ?, ?)",
      head.window,
      canonical(head),
      batchDigest(head),
      row.signature,
      row.nextRound,
    );
  });
}

/** The last batch, or null. */
export function lastBatch(db: Connection): BatchRow | null {
  const row = db.get("SELECT * FROM batches ORDER BY window DESC LIMIT 1");
  return row && toBatch(row);
}

/** Batches from this window on, in order, at most `limit` (-1: all). */
export function readBatches(db: Connection, fromWindow: number, limit = -1): BatchRow[] {
  return db.all("SELECT * FROM batches WHERE window >= ? ORDER BY window LIMIT ?", fromWindow, limit).map(toBatch);
}

function toBatch(row: Row): BatchRow {
  return {
    head: JSON.parse(String(row.head)) as BatchHead,
    signature: String(row.signature),
    nextRound: Number(row.next_round),
  };
}

/** Adds an epoch, or nothing if the same is there. @throws {StoreError} code `conflict` if another one is there. */
export function putEpoch(db: Connection, row: EpochRow): void {
  db.write(() => {
    const there = db.get("SELECT * FROM epochs WHERE epoch = ?", row.epoch);
    if (!there) {
      db.run(
        "INSERT INTO epochs VALUES (?, ?, ?, ?, ?, ?)",
        row.epoch,
        row.block,
        row.hash,
        row.nextRound,
        row.input,
        row.output,
      );
    } else if (canonical(toEpoch(there)) !== canonical(row)) {
      throw new StoreError(`Epoch ${row.epoch} is in the journal with another result`, { code: "conflict" });
    }
  });
}

/** Epochs from this one on, in order, at most `limit` (-1: all). */
export function readEpochs(db: Connection, from: number, limit = -1): EpochRow[] {
  return db.all("SELECT * FROM epochs WHERE epoch >= ? ORDER BY epoch LIMIT ?", from, limit).map(toEpoch);
}

/** The last epoch, or null. */
export function lastEpoch(db: Connection): EpochRow | null {
  const row = db.get("SELECT * FROM epochs ORDER BY epoch DESC LIMIT 1");
  return row && toEpoch(row);
}

function toEpoch(row: Row): EpochRow {
  return {
    epoch: Number(row.epoch),
    block: Number(row.block),
    hash: String(row.hash),
    nextRound: Number(row.next_round),
    input: String(row.input),
    output: String(row.output),
  };
}
