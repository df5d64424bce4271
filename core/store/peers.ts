/** What was accepted of other validators' logs: how far each was read, the rounds of its batches, its newest epochs. @module */
import { StoreError } from "../base/errors.ts";
import { sameBytes } from "../base/bytes.ts";
import type { PeerEpoch, PeerRounds, PeerRow } from "../port/store.ts";
import type { Connection, Row } from "./connection.ts";

/** Epochs of a validator that are kept: the newest acceptable one is always among them. */
const KEPT_EPOCHS = 16;

/** Replaces a log and adds what was accepted with it. @throws {StoreError} code `conflict` for other rounds of a window that is there. */
export function putPeer(
  db: Connection,
  { validator, log }: PeerRow,
  rounds: readonly PeerRounds[],
  epochs: readonly PeerEpoch[],
): void {
  db.write(() => {
    for (const { window, first, end, packed } of rounds) {
      const there = db.get("SELECT * FROM peer_rounds WHERE validator = ? AND window = ?", validator, window);
      if (!there) db.run("INSERT INTO peer_rounds VALUES (?, ?, ?, ?, ?)", validator, window, first, end, packed);
      else if (!sameBytes(toRounds(there).packed, packed)) {
        throw new StoreError(`Window ${window} of ${validator} was accepted with other rounds`, { code: "conflict" });
      }
    }
    for (const { epoch, observed } of epochs) {
      db.run("INSERT OR REPLACE INTO peer_epochs VALUES (?, ?, ?)", validator, epoch, observed);
    }
    if (epochs.length > 0) {
      db.run(
        `DELETE FROM peer_epochs WHERE validator = ?1 AND epoch NOT IN
         (SELECT epoch FROM peer_epochs WHERE validator = ?1 ORDER BY epoch DESC LIMIT ${KEPT_EPOCHS})`,
        validator,
      );
    }
    db.run("INSERT OR REPLACE INTO peers VALUES (?, ?)", validator, log);
  });
}

/** Every log. */
export function readPeers(db: Connection): PeerRow[] {
  return db.all("SELECT * FROM peers ORDER BY validator").map((row) => ({
    validator: String(row.validator),
    log: String(row.log),
  }));
}

/** Batches that hold rounds from `from` on, in order. */
export function readPeerRounds(db: Connection, validator: string, from: number, limit: number): PeerRounds[] {
  return db.all(
    `SELECT * FROM peer_rounds WHERE validator = ? AND "end" > ? AND "end" > first ORDER BY "end" LIMIT ?`,
    validator,
    from,
    limit,
  ).map(toRounds);
}

/** An epoch, or null. */
export function readPeerEpoch(db: Connection, validator: string, epoch: number): PeerEpoch | null {
  const row = db.get("SELECT observed FROM peer_epochs WHERE validator = ? AND epoch = ?", validator, epoch);
  return row && { validator, epoch, observed: String(row.observed) };
}

function toRounds(row: Row): PeerRounds {
  return {
    validator: String(row.validator),
    window: Number(row.window),
    first: Number(row.first),
    end: Number(row.end),
    packed: row.packed as Uint8Array,
  };
}
