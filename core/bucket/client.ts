/** The bucket room from outside: opens it and gives the ports {@linkcode Bucket} and {@linkcode ObjectSource}. @module */
import { ConfigError, type RoomError } from "../base/errors.ts";
import type { Bucket, ObjectSource } from "../port/bucket.ts";
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { PublicSettings } from "./public.ts";
import type { S3Settings } from "./s3.ts";

/** Longest time of a request without regard to its size, in milliseconds. */
const TIMEOUT_MS = 30_000;

interface RoomOptions {
  /** Longest time of a request without regard to its size, in milliseconds. @default {30000} */
  readonly timeoutMs?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** Options of {@linkcode openBucket}: the bucket, and the keys that may write it; they go to the room by message. */
export type OpenBucketOptions = Omit<S3Settings, "timeoutMs"> & RoomOptions;

interface Methods extends Bucket {
  configure(settings: { s3: S3Settings } | { open: PublicSettings }): Promise<void>;
}

/** A bucket that is open. */
export interface OpenedBucket<Port> {
  readonly bucket: Port;
  /** Network rights that the room was given, for people. */
  readonly net: readonly string[];
  /** Ends the room. What is under way rejects with a RoomError. */
  close(): void;
}

/** Opens the room of a bucket that is written. @throws {ConfigError} for an address that cannot be used. @throws {RoomError} */
export async function openBucket(options: OpenBucketOptions): Promise<OpenedBucket<Bucket>> {
  const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey, timeoutMs = TIMEOUT_MS } = options;
  const url = checkedUrl(endpoint);
  if (url.pathname !== "/") {
    throw new ConfigError(`The bucket's endpoint must be a host without a path, not ${JSON.stringify(endpoint)}`);
  }
  const s3 = { endpoint: url.origin, region, bucket, prefix, accessKeyId, secretAccessKey, timeoutMs };
  const { room, net } = await openAt(url, options, { s3 });
  return {
    bucket: {
      get: (hash, maxBytes) => room.call.get(hash, maxBytes),
      check: (address) => room.call.check(address),
      put: (lines) => room.call.put(lines),
    },
    net,
    close: () => room.close(),
  };
}

/** Opens the room for a public address, which is only read. @throws {ConfigError} @throws {RoomError} */
export async function openPublicBucket(options: { url: string } & RoomOptions): Promise<OpenedBucket<ObjectSource>> {
  const url = checkedUrl(options.url);
  const open = { url: options.url.replace(/\/+$/, ""), timeoutMs: options.timeoutMs ?? TIMEOUT_MS };
  const { room, net } = await openAt(url, options, { open });
  return {
    bucket: { get: (hash, maxBytes) => room.call.get(hash, maxBytes) },
    net,
    close: () => room.close(),
  };
}

async function openAt(
  url: URL,
  { onLog, onDeath }: RoomOptions,
  settings: Parameters<Methods["configure"]>[0],
): Promise<{ room: OpenRoom<Methods>; net: readonly string[] }> {
  const net = [`${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`];
  const room = await openRoom<Methods>("bucket", {
    scope: { net },
    // The largest object over the slowest line that is waited for, compressed, written and read back.
    callTimeoutMs: 3 * 3_600_000,
    ...(onLog ? { onLog } : {}),
    ...(onDeath ? { onDeath } : {}),
  });
  try {
    await room.call.configure(settings);
  } catch (thrown) {
    room.close();
    throw thrown;
  }
  return { room, net };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new ConfigError(`The bucket's address must be plain, such as https://host, not ${JSON.stringify(text)}`);
  }
  return url;
}
