/** Rooms of an audit: one for each core to grade in, and one that reads a directory of objects. @module */
import type { RoomError } from "../base/errors.ts";
import type { BatchJob, BatchResult, Found, RanAnswer, Regrader } from "../flow/audit/types.ts";
import type { ObjectSource } from "../port/bucket.ts";
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";

interface RoomOptions {
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

interface AuditRoom {
  check(job: BatchJob): Promise<BatchResult>;
  grade(answers: readonly RanAnswer[]): Promise<(Found | "unsure" | null)[]>;
  readObject(directory: string, hash: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** A batch of the largest size takes minutes. */
const CALL_MS = 3_600_000;
/** Batches that wait for each room: it never waits for the next one to be fetched. */
const AHEAD = 2;

/** Rooms that grade. */
export interface OpenedRegrader {
  readonly regrader: Regrader;
  close(): void;
}

/** Opens rooms to grade in, which have no right at all; work goes to the one with the least. @throws {RoomError} */
export async function openRegrader(options: RoomOptions & { readonly cores?: number } = {}): Promise<OpenedRegrader> {
  const { cores = Math.max(1, navigator.hardwareConcurrency), ...handlers } = options;
  const open = () => openRoom<AuditRoom>("audit", { ...handlers, scope: {}, callTimeoutMs: CALL_MS });
  const rooms = (await Promise.all(Array.from({ length: cores }, open))).map((room) => ({ room, busy: 0 }));
  const use = async <T>(work: (room: OpenRoom<AuditRoom>["call"]) => Promise<T>): Promise<T> => {
    const least = rooms.reduce((a, b) => b.busy < a.busy ? b : a);
    least.busy++;
    try {
      return await work(least.room.call);
    } finally {
      least.busy--;
    }
  };
  return {
    regrader: {
      width: AHEAD * cores,
      check: (job) => use((call) => call.check(job)),
      grade: (answers) => use((call) => call.grade(answers)),
    },
    close: () => rooms.forEach(({ room }) => room.close()),
  };
}

/** Opens a room that reads the objects of one directory (an absolute path) and nothing else. @throws {RoomError} */
export async function openDirectory(
  directory: string,
  options: RoomOptions = {},
): Promise<{ readonly source: ObjectSource; close(): void }> {
  const room = await openRoom<AuditRoom>("audit", { ...options, scope: { read: [directory] } });
  const source: ObjectSource = {
    get: (hash, maxBytes) => room.call.readObject(directory, hash, maxBytes),
  };
  return { source, close: () => room.close() };
}
