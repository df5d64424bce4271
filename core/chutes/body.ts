/** Reads the body of an answer without ever holding more than a limit. @module */
import { concat } from "../base/bytes.ts";

/** Bytes of a body, or null if it has more than `limit`: the rest is not read, and the connection is closed. */
export async function readCapped(response: Response, limit: number): Promise<Uint8Array | null> {
  if (!response.body) return new Uint8Array();
  const length = declaredLength(response);
  if (length !== null) {
    if (length <= limit) return new Uint8Array(await response.arrayBuffer());
    await response.body.cancel();
    return null;
  }
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

/**
 * Length that the header gives, null where there is none to rely on. HTTP ends a body at its declared length, so that many bytes and no
 * more will come, and one read of all is much cheaper than a read for each part. A chunked body goes on whatever length is declared
 * beside it, and a compressed one may unpack to any length.
 */
function declaredLength({ headers }: Response): number | null {
  const length = headers.get("content-length");
  if (length === null || !/^\d{1,15}$/.test(length)) return null;
  return headers.has("transfer-encoding") || headers.has("content-encoding") ? null : Number(length);
}
