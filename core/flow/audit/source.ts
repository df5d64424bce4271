/** Objects from somewhere that may be busy for a moment. @module */
import { AfError } from "../../base/errors.ts";
import type { ObjectSource } from "../../port/bucket.ts";
import type { Clock } from "../../port/clock.ts";

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
