/** The peers room from outside: opens it and gives the port {@linkcode PublicReader}. @module */
import type { RoomError } from "../base/errors.ts";
import type { PublicReader } from "../port/bucket.ts";
import type { LogLine } from "../room/message.ts";
import { openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { PeerSettings } from "./get.ts";

/** Options of {@linkcode openPeers}. */
export interface OpenPeersOptions {
  /** Whether copies on this machine may be read. @default {false} */
  readonly loopback?: boolean;
  /** Longest time of a request without regard to its size, in milliseconds. @default {20000} */
  readonly timeoutMs?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** Opens the room. @throws {RoomError} */
export async function openPeers(options: OpenPeersOptions = {}): Promise<{ reader: PublicReader; close(): void }> {
  const { loopback = false, timeoutMs = 20_000, ...handlers } = options;
  const room = await openRoom<PublicReader & { configure(settings: PeerSettings): Promise<void> }>("peers", {
    scope: { net: ["*"] },
    ...handlers,
  });
  try {
    await room.call.configure({ loopback, timeoutMs });
  } catch (thrown) {
    room.close();
    throw thrown;
  }
  return {
    reader: {
      get: (url, hash, maxBytes) => room.call.get(url, hash, maxBytes),
    },
    close: () => room.close(),
  };
}
