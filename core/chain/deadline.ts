/** A time limit for a promise. @module */

/** The value of `work`, or the error of `late` once `ms` milliseconds are over; `work` itself is not stopped. */
export function deadline<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), Math.max(0, ms));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
