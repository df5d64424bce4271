/** Time helpers that need nothing but a timer. @module */

/** Ends after `ms`, or rejects with the signal's reason at once. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The machine's clock: running time from `performance.now()`, stamps from the wall. Has the shape of the port Clock. */
export const machineClock: {
  now(): number;
  wall(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
} = { now: () => performance.now(), wall: () => Date.now(), sleep };
