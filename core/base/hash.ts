/** The one hash of records, seeds and commitments. Needs no permission. @module */
import { createHash, hash } from "node:crypto";

/** SHA-256 of bytes or of a text's UTF-8. 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(data).digest());
}

/** SHA-256 as lower-case hex. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash("sha256", data, "hex");
}
