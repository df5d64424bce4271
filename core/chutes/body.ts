/** Reads the body of an answer without ever holding more than a limit. @module */
import { concat } from "../base/bytes.ts";

/** Bytes of a body, or null if it has more than `limit`: the rest is not read, and the connection is closed. */
export async function readCapped(response: Response, limit: number): Promise<Uint8Array | null> {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  return parts.length === 1 ? parts[0]! : concat(...parts);
}
