/** Objects from somewhere that may be busy for a moment. @module */
import { AfError, RecordError } from "../../base/errors.ts";
import type { IndexEntry, ObjectSource } from "../../port/bucket.ts";
import type { Clock } from "../../port/clock.ts";
import { MAX_BATCH_BYTES, MAX_BATCH_SIZE } from "../log_peer.ts";

const TRIES = 4;
const FIRST_PAUSE_MS = 500;

/** The same source, asked again a few times where a failure may pass. */
export function patient(source: ObjectSource, clock: Clock, signal: AbortSignal): ObjectSource {
  return {
    async get(hash, maxBytes) {
      for (let i = 1;; i++) {
        try {
          return await source.get(hash, maxBytes);
        } catch (thrown) {
          if (!(thrown instanceof AfError) || !thrown.retryable || i === TRIES) throw thrown;
          await clock.sleep(FIRST_PAUSE_MS * 2 ** i, signal);
        }
      }
    },
  };
}

/** Bytes of the object that an entry names. @throws {RecordError} `missing`, `object_too_large`. @throws BucketError */
export async function readEntry(source: ObjectSource, { hash, bytes, size }: IndexEntry): Promise<Uint8Array> {
  // Several are in memory at once; who pools refuses them as well.
  if (bytes > MAX_BATCH_BYTES || size > MAX_BATCH_SIZE) {
    throw new RecordError(`Object ${hash} is larger than any batch may be`, { code: "object_too_large" });
  }
  const data = await source.get(hash, bytes);
  if (data === null) throw new RecordError(`Object ${hash} is not there`, { code: "missing" });
  return data;
}
