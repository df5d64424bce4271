/** The journal: the port's methods over one SQLite file. Runs inside the store's room. @module */
import { createHash } from "node:crypto";
import { canonical } from "../base/canonical.ts";
import { StoreError } from "../base/errors.ts";
import type { IndexEntry } from "../port/bucket.ts";
import type {
  AnswerRecord,
  BatchRow,
  CanaryCount,
  EpochRow,
  HostedRow,
  IndexState,
  JournalIdentity,
  OutcomeBlock,
  PageRow,
  PeerEpoch,
  PeerRounds,
  PeerRow,
  RoundRow,
  Store,
  WindowRow,
} from "../port/store.ts";
import { lastBatch, lastEpoch, putBatch, putEpoch, readBatches, readEpochs } from "./closing.ts";
import { Connection } from "./connection.ts";
import { storeError } from "./fault.ts";
import { checkSize, ensureJournal, existingJournal, prepareFolder, takeLock } from "./files.ts";
import { checkIdentity, checkPages, checkVersion, readIdentity, writeIdentity } from "./identity.ts";
import { putHosted, readHosted } from "./hosted.ts";
import { hasIndex, hasPage, indexState, lastPage, putEntry, putPage, readEntries } from "./index.ts";
import { putPeer, readPeerEpoch, readPeerRounds, readPeers } from "./peers.ts";
import { Names } from "./names.ts";
import { append, digestRecords, leavesOf, recordsOf, samples } from "./records.ts";
import { nextRound, putRound, putWindow, readRounds, readWindows } from "./rounds.ts";
import { HOSTED_SCHEMA, INDEX_SCHEMA, PEER_SCHEMA } from "./schema.ts";
import { canaries, outcomes } from "./tally.ts";

/** The port without promises: inside the room every step is done when it returns. */
export type SyncStore = {
  [Name in keyof Store]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>;
};

/** Options of {@linkcode Journal}. */
export interface JournalOptions {
  /** Gets a line where something is worth knowing. */
  readonly log?: (text: string) => void;
  /** Largest size of the database; reaching it is the same as a full disk. @default no limit */
  readonly maxBytes?: number;
}

interface Open {
  readonly db: Connection;
  readonly lock: Connection | null;
  readonly identity: JournalIdentity;
  readonly contenders: Names;
  readonly envs: Names;
}

/** A journal in a folder. */
export class Journal implements SyncStore {
  readonly #directory: string;
  readonly #options: JournalOptions;
  #state: Open | null = null;

  constructor(directory: string, options: JournalOptions = {}) {
    this.#directory = directory;
    this.#options = options;
  }

  /** See the port. The lock comes first: nothing is read or made while another validator is there. */
  open(identity: JournalIdentity): void {
    this.#opening(() => {
      if (prepareFolder(this.#directory)) this.#options.log?.(`The folder ${this.#directory} was open to other users`);
      const lock = takeLock(this.#directory);
      try {
        const path = ensureJournal(this.#directory, (db) => writeIdentity(db, identity));
        this.#state = { lock, ...this.#connect(path, false, identity) };
      } catch (thrown) {
        lock.close();
        throw thrown;
      }
    });
  }

  /** See the port. */
  openForReading(): JournalIdentity {
    this.#opening(() => {
      this.#state = { lock: null, ...this.#connect(existingJournal(this.#directory), true, null) };
    });
    return this.#state!.identity;
  }

  #opening(work: () => void): void {
    if (this.#state) throw new StoreError(`The journal in ${this.#directory} is open already`, { code: "open" });
    try {
      work();
    } catch (thrown) {
      throw storeError(thrown, this.#directory);
    }
  }

  #connect(path: string, readOnly: boolean, wanted: JournalIdentity | null): Omit<Open, "lock"> {
    checkSize(path);
    const db = new Connection(path, { readOnly });
    try {
      checkVersion(db);
      if (!readOnly) {
        db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768");
        const { maxBytes } = this.#options;
        const pageSize = Number(db.get("PRAGMA page_size")!.page_size);
        if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageSize)}`);
        db.exec(INDEX_SCHEMA + PEER_SCHEMA + HOSTED_SCHEMA);
        if (!checkPages(db)) {
          this.#options.log?.(`The journal ${path} is large: only its small tables and newest records were checked`);
        }
      }
      if (wanted) checkIdentity(db, wanted);
      const identity = readIdentity(db);
      return { db, identity, contenders: new Names(db, "contenders"), envs: new Names(db, "envs") };
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  }

  get #open(): Open {
    if (!this.#state) throw new StoreError(`The journal in ${this.#directory} is not open`, { code: "closed" });
    return this.#state;
  }

  get #db(): Connection {
    return this.#open.db;
  }

  getMeta(key: string): string | null {
    const value = this.#db.get("SELECT value FROM meta WHERE key = ?", `set:${key}`)?.value;
    return typeof value === "string" ? value : null;
  }
  setMeta(key: string, value: string): void {
    this.#db.write(() => this.#db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", `set:${key}`, value));
  }

  putWindow(row: WindowRow): void {
    putWindow(this.#db, row);
  }
  windows(from: number): WindowRow[] {
    return readWindows(this.#db, from);
  }

  putRound(row: RoundRow): void {
    const { db, contenders } = this.#open;
    try {
      putRound(db, contenders, row);
    } catch (thrown) {
      // A number that was given to a name has gone with the transaction.
      contenders.forget();
      throw thrown;
    }
  }
  rounds(from: number, end: number = Number.MAX_SAFE_INTEGER): RoundRow[] {
    const { db, contenders } = this.#open;
    return db.read(() => readRounds(db, contenders, from, end));
  }
  nextRound(): number {
    return nextRound(this.#db);
  }

  append(records: readonly AnswerRecord[]): void {
    append(this.#db, this.#open.identity, records);
  }
  recordsOf(round: number): AnswerRecord[] {
    return recordsOf(this.#db, round);
  }
  leavesOf(window: number): string[] {
    return leavesOf(this.#db, window);
  }

  putBatch(row: BatchRow): void {
    putBatch(this.#db, row);
  }
  lastBatch(): BatchRow | null {
    return lastBatch(this.#db);
  }
  batches(fromWindow: number, limit?: number): BatchRow[] {
    return readBatches(this.#db, fromWindow, limit);
  }

  outcomes(first: number, end: number): OutcomeBlock {
    const { db, contenders, envs } = this.#open;
    return db.read(() => outcomes(db, contenders, envs, first, end));
  }
  canaries(first: number, end: number): CanaryCount[] {
    const { db, contenders } = this.#open;
    return db.read(() => canaries(db, contenders, first, end));
  }
  samples(contender: string, limit: number): AnswerRecord[] {
    return samples(this.#db, this.#open.contenders, contender, limit);
  }

  putEpoch(row: EpochRow): void {
    putEpoch(this.#db, row);
  }
  epochs(from: number, limit?: number): EpochRow[] {
    return readEpochs(this.#db, from, limit);
  }
  lastEpoch(): EpochRow | null {
    return lastEpoch(this.#db);
  }

  putEntry(entry: IndexEntry): void {
    putEntry(this.#db, entry);
  }
  entries(from: number, limit: number): IndexEntry[] {
    return hasIndex(this.#db) ? readEntries(this.#db, from, limit) : [];
  }
  indexState(): IndexState {
    return indexState(this.#db);
  }
  putPage(row: PageRow): void {
    putPage(this.#db, row);
  }
  lastPage(page?: number): PageRow | null {
    return hasIndex(this.#db) ? lastPage(this.#db, page) : null;
  }
  hasPage(hash: string): boolean {
    return hasIndex(this.#db) && hasPage(this.#db, hash);
  }

  putPeer(row: PeerRow, rounds: readonly PeerRounds[], epochs: readonly PeerEpoch[]): void {
    putPeer(this.#db, row, rounds, epochs);
  }
  peers(): PeerRow[] {
    return readPeers(this.#db);
  }
  peerRounds(validator: string, from: number, limit: number): PeerRounds[] {
    return readPeerRounds(this.#db, validator, from, limit);
  }
  peerEpoch(validator: string, epoch: number): PeerEpoch | null {
    return readPeerEpoch(this.#db, validator, epoch);
  }

  putHosted(rows: readonly HostedRow[]): void {
    putHosted(this.#db, rows);
  }
  hosted(contender: string): HostedRow[] {
    return readHosted(this.#db, contender);
  }

  getCache(key: string): Uint8Array | null {
    const value = this.#db.get("SELECT value FROM cache WHERE key = ?", key)?.value;
    return value instanceof Uint8Array ? value : null;
  }
  putCache(key: string, value: Uint8Array): void {
    this.#db.write(() => this.#db.run("INSERT OR REPLACE INTO cache VALUES (?, ?)", key, value));
  }

  digest(): string {
    const { db, contenders } = this.#open;
    return db.read(() => {
      const hash = createHash("sha256").update("af-journal-digest-1\n");
      for (const row of readRounds(db, contenders, 0, Number.MAX_SAFE_INTEGER)) {
        // Who answered first is a matter of time, so names are sorted.
        const sorted = (names: readonly string[] | null) => names && [...names].sort();
        hash.update(canonical([row.round, row.state, row.champion, sorted(row.offered), sorted(row.shown)]) + "\n");
      }
      for (const { round } of db.all("SELECT DISTINCT round FROM cells ORDER BY round")) {
        digestRecords(db, Number(round), hash);
      }
      return hash.digest("hex");
    });
  }

  close(): void {
    const state = this.#state;
    this.#state = null;
    // The lock goes last: whoever gets it finds a journal that nobody writes to.
    state?.db.close();
    state?.lock?.close();
  }
}
