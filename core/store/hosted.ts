/** Rounds of hosted checks. @module */
import { StoreError } from "../base/errors.ts";
import type { HostedRow } from "../port/store.ts";
import type { Connection } from "./connection.ts";

/** Adds rounds, all or none. @throws {StoreError} code `duplicate`. */
export function putHosted(db: Connection, rows: readonly HostedRow[]): void {
  db.write(() => {
    for (const { contender, round, text } of rows) {
      if (db.get("SELECT round FROM hosted WHERE contender = ? AND round = ?", contender, round)) {
        throw new StoreError(`The hosted check of ${contender} has round ${round} already`, { code: "duplicate" });
      }
      db.run("INSERT INTO hosted VALUES (?, ?, ?)", contender, round, text);
    }
  });
}

/** Rounds of a contender, in order. */
export function readHosted(db: Connection, contender: string): HostedRow[] {
  return db.all("SELECT round, text FROM hosted WHERE contender = ? ORDER BY round", contender).map((row) => ({
    contender,
    round: Number(row.round),
    text: String(row.text),
  }));
}
