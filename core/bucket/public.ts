/** Objects at a public address: what anybody can read, without a key. @module */
import { deadlineFor, readBody } from "./body.ts";
import { asBucketError, statusError } from "./fault.ts";

/** Where the objects are. */
export interface PublicSettings {
  /** `<url>/objects/<hash>` is an object. */
  readonly url: string;
  /** Longest time without regard to size, in milliseconds. */
  readonly timeoutMs: number;
}

/** Bytes of an object, null if there is none. @throws {BucketError} */
export async function getPublic(settings: PublicSettings, hash: string, maxBytes: number): Promise<Uint8Array | null> {
  const where = `The public copy at ${settings.url}`;
  const signal = AbortSignal.timeout(deadlineFor(maxBytes, settings.timeoutMs));
  let response: Response | undefined;
  try {
    response = await fetch(`${settings.url}/objects/${hash}`, { redirect: "manual", signal });
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    if (response.status !== 200) throw statusError(response.status, "", where);
    return await readBody(response.body ?? new ReadableStream(), { maxBytes, where });
  } catch (thrown) {
    await response?.body?.cancel().catch(() => {});
    throw asBucketError(signal.aborted ? signal.reason : thrown, where);
  }
}
