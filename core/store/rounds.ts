/** Windows and rounds of the journal. @module */
import { canonical } from "../base/canonical.ts";
import { StoreError } from "../base/errors.ts";
import { ROUND_STATES, type RoundRow, type WindowRow } from "../port/store.ts";
import type { Connection, Row } from "./connection.ts";
import type { Names } from "./names.ts";
import { stateNumber } from "./schema.ts";

/** Adds a window, or nothing if the same is there. @throws {StoreError} code `conflict` if another one is there. */
export function putWindow(db: Connection, row: WindowRow): void {
  db.write(() => {
    const there = db.get("SELECT block_hash, salt FROM windows WHERE window = ?", row.window);
    if (!there) db.run("INSERT INTO windows VALUES (?, ?, ?)", row.window, row.blockHash, row.salt);
    else if (there.block_hash !== row.blockHash || there.salt !== row.salt) {
      throw new StoreError(`Window ${row.window} is in the journal with another block or salt`, { code: "conflict" });
    }
  });
}

/** Windows from this one on, in order. */
export function readWindows(db: Connection, from: number): WindowRow[] {
  return db.all("SELECT * FROM windows WHERE window >= ? ORDER BY window", from)
    .map((row) => ({ window: Number(row.window), blockHash: String(row.block_hash), salt: String(row.salt) }));
}

/** Adds or replaces a round. @throws {StoreError} code `closed` if it is complete or absent and would change. */
export function putRound(db: Connection, contenders: Names, row: RoundRow): void {
  db.write(() => {
    const there = readRounds(db, contenders, row.round, row.round + 1)[0];
    if (there && there.state !== "open") {
      if (canonical(there) === canonical(row)) return;
      throw new StoreError(`Round ${row.round} is ${there.state} and cannot change any more`, { code: "closed" });
    }
    db.run(
      "INSERT OR REPLACE INTO rounds (round, window, state, champion, offered, shown) VALUES (?, ?, ?, ?, ?, ?)",
      row.round,
      row.window,
      stateNumber(row.state),
      contenders.number(row.champion),
      packNumbers(row.offered.map((name) => contenders.number(name))),
      row.shown && packNumbers(row.shown.map((name) => contenders.number(name))),
    );
  });
}

/** Rounds from `first` to `end - 1`, in order. */
export function readRounds(db: Connection, contenders: Names, first: number, end: number): RoundRow[] {
  return db.all("SELECT * FROM rounds WHERE round >= ? AND round < ? ORDER BY round", first, end).map((row) => ({
    round: Number(row.round),
    window: Number(row.window),
    state: ROUND_STATES[Number(row.state)]!,
    champion: contenders.name(Number(row.champion)),
    offered: unpackNumbers(row.offered).map((number) => contenders.name(number)),
    shown: row.shown === null ? null : unpackNumbers(row.shown).map((number) => contenders.name(number)),
  }));
}

/** Next unused index. */
export function nextRound(db: Connection): number {
  return Number(db.get("SELECT coalesce(max(round) + 1, 0) AS next FROM rounds")!.next);
}

/** Numbers as little-endian 32 bits each. */
function packNumbers(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, i) => view.setUint32(i * 4, number, true));
  return bytes;
}

/** Undoes {@linkcode packNumbers}. */
export function unpackNumbers(value: Row[string] | undefined): number[] {
  if (!(value instanceof Uint8Array)) throw new StoreError("A round has no list of contenders", { code: "corrupt" });
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.byteLength / 4 }, (_, i) => view.getUint32(i * 4, true));
}
