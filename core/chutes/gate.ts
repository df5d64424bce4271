/** Limits how many requests are under way, overall and per contender, and is fair between contenders. @module */

/** Limits of a {@linkcode Gate}. */
export interface GateOptions {
  /** Places overall. @default {400} */
  readonly concurrency?: number;
  /** Places of one contender. @default {20} */
  readonly perContender?: number;
}

interface Line {
  active: number;
  readonly waiting: (() => void)[];
  /** Index of the first one who waits: shifting a long array would cost its length each time. */
  head: number;
}

/**
 * Places under two limits. A free place goes to the contender with the fewest requests under way, among equals to the one
 * that has waited longest; within a contender first come, first served. So a contender whose endpoint hangs holds few places
 * while others wait, and nobody with nothing under way waits behind somebody who has.
 */
export class Gate {
  readonly #concurrency: number;
  readonly #perContender: number;
  readonly #lines = new Map<string, Line>();
  /** Contenders that wait and may get a place, by the number of their requests under way. */
  readonly #ready: Set<string>[];
  #active = 0;

  /** An open gate. @throws {RangeError} for a limit below 1. */
  constructor(options: GateOptions = {}) {
    this.#concurrency = limit(options.concurrency ?? 400);
    this.#perContender = limit(options.perContender ?? 20);
    this.#ready = Array.from({ length: this.#perContender }, () => new Set<string>());
  }

  /** Requests under way. */
  get active(): number {
    return this.#active;
  }

  /** Waits for a place, does the work, and gives the place back however the work ends. */
  async run<T>(contender: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(contender);
    try {
      return await work();
    } finally {
      this.#leave(contender);
    }
  }

  #enter(contender: string): Promise<void> | undefined {
    let line = this.#lines.get(contender);
    if (!line) this.#lines.set(contender, line = { active: 0, waiting: [], head: 0 });
    if (this.#active < this.#concurrency && line.active < this.#perContender && line.waiting.length === line.head) {
      this.#active++;
      line.active++;
      return undefined;
    }
    const place = Promise.withResolvers<void>();
    line.waiting.push(place.resolve);
    if (line.active < this.#perContender) this.#ready[line.active]!.add(contender);
    return place.promise;
  }

  #leave(contender: string): void {
    const line = this.#lines.get(contender)!;
    if (line.waiting.length > line.head) {
      if (line.active < this.#perContender) this.#ready[line.active]!.delete(contender);
      this.#ready[line.active - 1]!.add(contender);
    }
    line.active--;
    this.#active--;
    if (line.active === 0 && line.waiting.length === line.head) this.#lines.delete(contender);
    this.#admit();
  }

  #admit(): void {
    while (this.#active < this.#concurrency) {
      const bucket = this.#ready.find((contenders) => contenders.size > 0);
      if (!bucket) return;
      const contender: string = bucket.values().next().value!;
      bucket.delete(contender);
      const line = this.#lines.get(contender)!;
      const next = line.waiting[line.head++]!;
      if (line.head > 64 && line.head * 2 > line.waiting.length) {
        line.waiting.splice(0, line.head);
        line.head = 0;
      }
      line.active++;
      this.#active++;
      if (line.waiting.length > line.head && line.active < this.#perContender) this.#ready[line.active]!.add(contender);
      next();
    }
  }
}

function limit(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > 10_000) {
    throw new RangeError(`A limit of requests under way must be from 1 to 10000, not ${value}`);
  }
  return value;
}
