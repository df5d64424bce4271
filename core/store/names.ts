/** Contenders and environments have numbers in the tables; here is which is which. @module */
import { StoreError } from "../base/errors.ts";
import type { Connection } from "./connection.ts";

/** The names of one table. A number never changes its name, so both directions are remembered. */
export class Names {
  readonly #db: Connection;
  readonly #table: "contenders" | "envs";
  readonly #names = new Map<number, string>();
  readonly #numbers = new Map<string, number>();

  constructor(db: Connection, table: "contenders" | "envs") {
    this.#db = db;
    this.#table = table;
  }

  /** Name of a number. */
  name(number: number): string {
    const known = this.#names.get(number);
    if (known !== undefined) return known;
    const name = this.#db.get(`SELECT name FROM ${this.#table} WHERE id = ?`, number)?.name;
    if (typeof name !== "string") {
      throw new StoreError(`The journal ${this.#db.path} has no name for number ${number} of ${this.#table}`, {
        code: "corrupt",
      });
    }
    return this.#remember(number, name);
  }

  /** Number of a name, null if it has none. */
  find(name: string): number | null {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#db.get(`SELECT id FROM ${this.#table} WHERE name = ?`, name)?.id;
    if (typeof number !== "number") return null;
    this.#remember(number, name);
    return number;
  }

  /** Number of a name, given to it if it has none. Inside of a write. */
  number(name: string): number {
    this.#db.run(
      `INSERT INTO ${this.#table} (name) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM ${this.#table} WHERE name = ?1)`,
      name,
    );
    return this.find(name)!;
  }

  /** Forgets what it remembers: after a write that was undone a number may come to mean something else. */
  forget(): void {
    this.#names.clear();
    this.#numbers.clear();
  }

  #remember(number: number, name: string): string {
    this.#names.set(number, name);
    this.#numbers.set(name, number);
    return name;
  }
}
