/** Bodies that end in time and in bytes. @module */
import { concat } from "../base/bytes.ts";
import { bucketError } from "./fault.ts";

/** Slowest pace that is waited for, in bytes a millisecond. */
const SLOWEST = 64;

/** Time that a request may take for so many bytes, in milliseconds. */
export function deadlineFor(bytes: number, timeoutMs: number): number {
  return Math.min(3_600_000, timeoutMs + Math.ceil(bytes / SLOWEST));
}

/**
 * Reads a body to its end. The caller ends the transfer where this rejects.
 * @throws {BucketError} `too_large`; whatever the body or the signal rejects with.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  options: { maxBytes: number; signal: AbortSignal; where: string },
): Promise<Uint8Array> {
  const { maxBytes, signal, where } = options;
  const parts: Uint8Array[] = [];
  let size = 0;
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  const stop = () => late.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), late.promise]);
      if (done) return concat(...parts);
      size += value.length;
      if (size > maxBytes) throw bucketError("too_large", `${where} sent more than ${maxBytes} bytes for an object`);
      parts.push(value);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
