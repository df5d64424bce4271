/** Opens the store's room: the journal of a folder, behind a wall. @module */
import { isAbsolute } from "node:path";
import type { RoomError } from "../base/errors.ts";
import type { Store } from "../port/store.ts";
import type { LogLine } from "../room/message.ts";
import { openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";

/** Options of {@linkcode openStore}. */
export interface OpenStoreOptions {
  /** Absolute path of the journal's folder: all that the room may read and write. */
  readonly directory: string;
  /** Largest size of the database in bytes; reaching it is the same as a full disk. @default no limit */
  readonly maxBytes?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** A store whose room is open. */
export interface OpenedStore {
  readonly store: Store;
  /** Ends the room. Close the store first to let go of the lock at once. */
  close(): void;
}

/**
 * Opens the room. The journal itself is opened by `store.open` or `store.openForReading`.
 * @throws {TypeError} if the directory is not absolute. @throws {RoomError} if the room cannot start.
 */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { directory, maxBytes, ...handlers } = options;
  if (!isAbsolute(directory)) throw new TypeError(`The journal's folder must be an absolute path, not ${directory}`);
  const room = await openRoom<Store & { start(directory: string, maxBytes?: number): Promise<void> }>("store", {
    ...handlers,
    scope: { read: [directory], write: [directory] },
  });
  await room.call.start(directory, maxBytes);
  return { store: room.call, close: room.close };
}
