/** The guest's clock: it begins at the same moment in every case and moves only when it is looked at or waited for. @module */

/** 2024-01-01 00:00:00 UTC, in nanoseconds. */
const START = 1_704_067_200_000_000_000n;
/** How far each look moves it: 100 microseconds. */
const STEP = 100_000n;

/** A clock and the timers on it, in nanoseconds. */
export class GuestClock {
  #now = 0n;
  #timers = new Map<number, bigint>();
  #next = 2;

  /** Back to the start. */
  begin(): void {
    this.#now = 0n;
    this.#timers.clear();
    this.#next = 2;
  }

  /** Nanoseconds since the start of the case. */
  look(): bigint {
    return this.#now += STEP;
  }

  /** Nanoseconds since 1970. */
  wall(): bigint {
    return START + this.look();
  }

  /** A handle of something that is ready at an instant. */
  timer(instant: bigint): number {
    const handle = this.#next++;
    this.#timers.set(handle, instant);
    return handle;
  }

  /** Forgets a timer. */
  drop(handle: number): void {
    this.#timers.delete(handle);
  }

  /**
   * Waits for the first of these handles: nobody really waits, the clock moves. Returns the positions of those that are ready;
   * a handle that is no timer always is.
   */
  wait(handles: readonly number[]): number[] {
    const due = handles.map((handle) => this.#timers.get(handle) ?? 0n);
    const first = due.reduce((a, b) => a < b ? a : b, due[0] ?? 0n);
    if (first > this.#now) this.#now = first;
    return due.flatMap((instant, i) => instant <= this.#now ? [i] : []);
  }
}
