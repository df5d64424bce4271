/** Bodies that end in time and in bytes. @module */
import { collect } from "../base/bytes.ts";
import { bucketError } from "./fault.ts";

/** Slowest pace that is waited for, in bytes a millisecond. */
const SLOWEST = 64;

/** Time that a request may take for so many bytes, in milliseconds. */
export function deadlineFor(bytes: number, timeoutMs: number): number {
  return Math.min(3_600_000, timeoutMs + Math.ceil(bytes / SLOWEST));
}

/** Reads a body to its end; whoever asked for it ends it in time. @throws {BucketError} `too_large` */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, where }: { maxBytes: number; where: string },
): Promise<Uint8Array> {
  const whole = await collect(body, maxBytes);
  if (whole === null) throw bucketError("too_large", `${where} sent more than ${maxBytes} bytes for an object`);
  return whole;
}
