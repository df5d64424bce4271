/** Appends records in groups: one durable write for all that waited while the last one was under way. @module */
import type { AnswerRecord, Store } from "../port/store.ts";

interface Waiting {
  readonly record: AnswerRecord;
  resolve(): void;
  reject(error: unknown): void;
}

/** A queue in front of `store.append`. */
export class Appender {
  readonly #store: Store;
  #waiting: Waiting[] = [];
  #running = false;
  constructor(store: Store) {
    this.#store = store;
  }
  /** Resolves when the record is durable. */
  append(record: AnswerRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      if (!this.#running) this.#run();
    });
  }
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#store.append(group.map((one) => one.record));
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.#running = false;
  }
}
