/** One connection to a SQLite file: statements prepared once, transactions that leave nothing half-written. @module */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { storeError } from "./fault.ts";

/** A row as it comes back. */
export type Row = Record<string, null | number | bigint | string | Uint8Array>;

/** Options of {@linkcode Connection}. */
export interface ConnectionOptions {
  /** @default {false} */
  readonly readOnly?: boolean;
  /** How long a statement waits for another connection, in milliseconds. @default {5000} */
  readonly timeoutMs?: number;
}

/** A connection. Every failure leaves it as a StoreError. */
export class Connection {
  /** The file. */
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** Opens a file that exists. @throws {StoreError} */
  constructor(path: string, options: ConnectionOptions = {}) {
    this.path = path;
    try {
      this.#db = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: options.timeoutMs ?? 5000 });
    } catch (thrown) {
      throw storeError(thrown, path);
    }
  }

  /** Runs several statements without parameters. */
  exec(sql: string): void {
    this.#guard(() => this.#db.exec(sql));
  }

  /** Runs one statement for its effect. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.#guard(() => void this.#statement(sql).run(...values));
  }

  /** First row of a query, or null. */
  get(sql: string, ...values: SQLInputValue[]): Row | null {
    return this.#guard(() => (this.#statement(sql).get(...values) as Row | undefined) ?? null);
  }

  /** All rows of a query. */
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  /** Rows of a query one by one: for results that must not lie in memory. Do not write meanwhile. */
  *each(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    try {
      // A statement of its own: one that is stepped through cannot serve a second caller.
      yield* this.#db.prepare(sql).iterate(...values) as Iterable<Row>;
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  /** Work that is written as a whole and is durable when it returns, or not at all. */
  write<T>(work: () => T): T {
    return this.#transaction("BEGIN IMMEDIATE", work);
  }

  /** Reads that all see the same moment. */
  read<T>(work: () => T): T {
    return this.#transaction("BEGIN", work);
  }

  /** Closes the file. */
  close(): void {
    this.#statements.clear();
    this.#guard(() => this.#db.close());
  }

  #transaction<T>(begin: string, work: () => T): T {
    if (this.#depth > 0) return work();
    this.run(begin);
    this.#depth++;
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (thrown) {
      // SQLite has rolled back by itself after some failures (a full disk); then there is nothing left to undo.
      if (this.#db.isTransaction) this.exec("ROLLBACK");
      throw storeError(thrown, this.path);
    } finally {
      this.#depth--;
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }
}
