/** Records of the journal: appended once, never changed, read back as the texts that are signed. @module */
import type { Hash } from "node:crypto";
import { canonical } from "../base/canonical.ts";
import { StoreError } from "../base/errors.ts";
import type { AnswerRecord, JournalIdentity } from "../port/store.ts";
import { checkRecord, recordText } from "../record/record.ts";
import type { Connection, Row } from "./connection.ts";
import { isDuplicate } from "./fault.ts";
import type { Names } from "./names.ts";
import { stateNumber, TASK } from "./schema.ts";

/**
 * Appends all records or none.
 * @throws {StoreError} code `duplicate`, `foreign` (of another validator), or `closed`: a task of a round that is settled, or any record of
 * a window whose batch is signed. @throws {RecordError} code `record` for what is no record.
 */
export function append(db: Connection, identity: JournalIdentity, records: readonly AnswerRecord[]): void {
  db.write(() => {
    const signed = Number(db.get("SELECT coalesce(max(window), -1) AS last FROM batches")!.last);
    for (const record of records) {
      checkRecord(record);
      if (record.netuid !== identity.netuid || record.validator !== identity.validator) {
        throw new StoreError(`A ${place(record)} is another validator's`, { code: "foreign" });
      }
      if (record.window <= signed) {
        throw new StoreError(`A ${place(record)} comes too late: the batch of its window is signed`, {
          code: "closed",
        });
      }
      if (record.kind === "task" && isSettled(db, record.round)) {
        throw new StoreError(`A ${place(record)} comes too late: the round is settled`, { code: "closed" });
      }
      try {
        db.run("INSERT INTO bodies (text) VALUES (?)", recordText(record));
      } catch (thrown) {
        if (!isDuplicate((thrown as Error).cause)) throw thrown;
        throw new StoreError(`There already is a ${place(record)}`, { code: "duplicate" });
      }
    }
  });
}

function place(record: AnswerRecord): string {
  return `${record.kind} record of ${record.contender} in round ${record.round}, ${record.env}`;
}

function isSettled(db: Connection, round: number): boolean {
  const state = db.get("SELECT state FROM rounds WHERE round = ?", round)?.state;
  return state !== undefined && state !== stateNumber("open");
}

function parse(row: Row): AnswerRecord {
  return JSON.parse(String(row.text)) as AnswerRecord;
}

/** Records of a round, in the order of appending. */
export function recordsOf(db: Connection, round: number): AnswerRecord[] {
  const sql = "SELECT text FROM cells JOIN bodies ON bodies.id = cells.body WHERE round = ? ORDER BY body";
  return db.all(sql, round).map(parse);
}

/** Texts of records in canonical order. Names are ASCII, so SQLite orders them as JavaScript does. */
function ordered(column: "round" | "window"): string {
  return `SELECT text FROM cells
    JOIN bodies ON bodies.id = cells.body
    JOIN envs ON envs.id = cells.env
    JOIN contenders ON contenders.id = cells.contender
    WHERE ${column} = ? ORDER BY round, kind, envs.name, contenders.name`;
}

/** Leaves of a window's batch. */
export function leavesOf(db: Connection, window: number): string[] {
  return db.all(ordered("window"), window).map((row) => String(row.text));
}

/** Recent answers of a contender to tasks, newest first. */
export function samples(db: Connection, contenders: Names, contender: string, limit: number): AnswerRecord[] {
  const number = contenders.find(contender);
  if (number === null) return [];
  const sql = `SELECT text FROM (
      SELECT round, env, body FROM cells WHERE contender = ? AND kind = ${TASK} ORDER BY round DESC, kind DESC, env DESC LIMIT ?
    ) AS recent JOIN bodies ON bodies.id = recent.body ORDER BY recent.round DESC, recent.env DESC`;
  return db.all(sql, number, Math.max(0, Math.floor(limit))).map(parse);
}

/** Adds the records of a round to a digest, without what depends on the time of day: stamps, numbers of attempts, tokens. */
export function digestRecords(db: Connection, round: number, hash: Hash): void {
  for (const row of db.all(ordered("round"), round)) {
    const r = parse(row);
    hash.update(
      canonical([r.round, r.kind, r.env, r.version, r.contender, r.task, r.status, r.answer, r.score]) + "\n",
    );
  }
}
