/** Port: time. Durations come from a clock that never jumps, stamps from the wall. @module */

/** A clock. */
export interface Clock {
  /** Milliseconds of running time, from any origin; never goes back. */
  now(): number;
  /** Milliseconds since 1970, for stamps only. */
  wall(): number;
  /** Ends after `ms` of running time, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
