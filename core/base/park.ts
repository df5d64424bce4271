/** Parking: what waits for the outside is dropped at once when it is asked to end, or its time is over. @module */

/**
 * The result of `work`, or a rejection with the signal's reason as soon as it aborts. The work itself is not ended; nobody hears
 * of it any more, so it must be such that it can be done again after a restart.
 */
export function parked<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Whatever becomes of it later is nobody's business, and no unhandled rejection.
  work.catch(() => {});
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
