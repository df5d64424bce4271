/** Places for batches that run side by side, a short line of those that wait, and turns between contenders. Pure. @module */
import { SandboxError } from "../base/errors.ts";

/** Places. Each contender that waits gets its turn before any gets a second one. */
export class Places {
  readonly #most: number;
  #free: number;
  #waiting = 0;
  /** Those who wait by contender; a contender that was served moves to the end. */
  readonly #lines = new Map<string, (() => void)[]>();
  /** `parallel` places and room for `most` that wait. */
  constructor(parallel: number, most: number) {
    this.#free = parallel;
    this.#most = most;
  }
  /** Waits for a place. @throws {SandboxError} `busy` (retryable) where too many wait. */
  async enter(contender: string): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    if (this.#waiting >= this.#most) {
      throw new SandboxError(`The sandbox has ${this.#waiting} batches waiting; try again later`, {
        code: "busy",
        retryable: true,
      });
    }
    this.#waiting++;
    const turn = Promise.withResolvers<void>();
    const line = this.#lines.get(contender);
    if (line) line.push(turn.resolve);
    else this.#lines.set(contender, [turn.resolve]);
    await turn.promise;
  }
  /** Gives a place back: to the contender who has waited longest for a turn. */
  leave(): void {
    const [next] = this.#lines;
    if (next === undefined) {
      this.#free++;
      return;
    }
    const [contender, line] = next;
    this.#lines.delete(contender);
    const go = line.shift()!;
    if (line.length > 0) this.#lines.set(contender, line);
    this.#waiting--;
    go();
  }
}
