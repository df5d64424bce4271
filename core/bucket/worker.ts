/**
 * Room: bucket. May: net (the one host of the bucket), env and sys as the S3 client asks for. Never: read, write, run, ffi, import.
 * Compresses, hashes, writes and reads back; the keys come by message and stay in here. Imports: base, port, record, room.
 * @module
 */
import { BucketError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { ObjectAddress, ObjectState } from "../port/bucket.ts";
import { sealObject } from "../record/object.ts";
import { serveRoom } from "../room/serve.ts";
import { bucketError } from "./fault.ts";
import { getPublic, type PublicSettings } from "./public.ts";
import { S3Objects, type S3Settings } from "./s3.ts";

let bucket: S3Objects | null = null;
let open: PublicSettings | null = null;

/** Names the bucket, or the public address that is only read. */
function configure(settings: { s3: S3Settings } | { open: PublicSettings }): void {
  if ("s3" in settings) bucket = new S3Objects(settings.s3);
  else open = settings.open;
}

async function get(hash: string, maxBytes: number): Promise<Uint8Array | null> {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new TypeError("An object is named by 64 lower-case hex digits");
  if (open) return await getPublic(open, hash, maxBytes);
  return await writable().get(hash, maxBytes);
}

function writable(): S3Objects {
  if (!bucket) throw new BucketError("The bucket room has no bucket to write", { code: "closed" });
  return bucket;
}

async function check({ hash, bytes }: ObjectAddress): Promise<ObjectState> {
  try {
    const found = await get(hash, bytes);
    return found === null ? "absent" : sha256Hex(found) === hash ? "same" : "other";
  } catch (thrown) {
    if (thrown instanceof BucketError && thrown.code === "too_large") return "other";
    throw thrown;
  }
}

async function put(lines: readonly string[]): Promise<ObjectAddress & { before: ObjectState }> {
  const { data, ...address } = sealObject(lines);
  const before = await check(address).catch((thrown): ObjectState => {
    // Without the right to list, some services deny what is not there. The writing says whether it is the keys.
    if (thrown instanceof BucketError && thrown.code === "denied") return "absent";
    throw thrown;
  });
  if (before !== "same") {
    await writable().put(address.hash, data);
    const after = await check(address);
    if (after === "absent") throw bucketError("lost", `The bucket took object ${address.hash} and does not have it`);
    if (after === "other") throw bucketError("changed", `The bucket took object ${address.hash} and returns another`);
  }
  return { ...address, before };
}

serveRoom({ configure, get, check, put });
