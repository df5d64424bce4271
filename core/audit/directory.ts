/** Objects in a directory: `<directory>/objects/<hash>`, as in a bucket. Nothing in it is trusted. @module */
import { BucketError, errorText, RecordError } from "../base/errors.ts";

/** Bytes of an object; null if there is none. @throws {BucketError} `too_large`, `denied`. */
export async function readObject(directory: string, hash: string, maxBytes: number): Promise<Uint8Array | null> {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError("An object is named by 64 lower-case hex digits");
  const path = `${directory}/objects/${hash}`;
  try {
    const info = await Deno.lstat(path);
    // A link could lead anywhere, and a pipe would never end.
    if (!info.isFile) throw new RecordError(`Object ${hash} is no file in ${directory}`, { code: "object_text" });
    if (info.size > maxBytes) {
      throw new BucketError(`Object ${hash} has more than ${maxBytes} bytes in ${directory}`, { code: "too_large" });
    }
    return await Deno.readFile(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    if (thrown instanceof RecordError || thrown instanceof BucketError) throw thrown;
    throw new BucketError(`Object ${hash} in ${directory} cannot be read: ${errorText(thrown)}`, { code: "denied" });
  }
}
