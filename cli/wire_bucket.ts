/** Joins commands to the bucket. @module */
import { openBucket, openPublicBucket } from "../core/bucket/client.ts";
import { openObject } from "../core/record/object.ts";
import type { BucketPlan } from "./publishing.ts";

/** An object that says nothing: always the same, so that trying a bucket twice leaves one. */
const TRIAL = ["af doctor was here"];
/** Longest time of a request, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Writes a small object into the bucket and reads it back, from its public address too where it has one. Returns whether the public
 * address gave it; null where there is none.
 * @throws {BucketError} that says what does not work.
 */
export async function tryBucket(plan: BucketPlan): Promise<boolean | null> {
  const own = await openBucket({ ...plan, timeoutMs: TIMEOUT_MS });
  try {
    const { before: _, ...address } = await own.bucket.put(TRIAL);
    if (plan.url === null) return null;
    const open = await openPublicBucket({ url: plan.url, timeoutMs: TIMEOUT_MS });
    try {
      const data = await open.bucket.get(address.hash, address.bytes);
      if (data === null) return false;
      openObject(data, { ...address, exact: true, lines: TRIAL.length });
      return true;
    } finally {
      open.close();
    }
  } finally {
    own.close();
  }
}
