/** The outside of a room: starts its Worker with exactly the rights of the table and calls it. @module */
import { RoomError, unpackError } from "../base/errors.ts";
import type { LogLine, RoomMessage } from "./message.ts";
import { PROBE, type ProbeKind } from "./message.ts";
import { grants, type RoomName, type RoomScope } from "./table.ts";

declare const AF_BUNDLED: boolean | undefined;

/** Options of {@linkcode openRoom}. */
export interface OpenRoomOptions {
  readonly scope: RoomScope;
  /** Gets every line that the room logs. */
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  /** Called once when the room dies by itself: the process should end and be started again. */
  readonly onDeath?: (error: RoomError) => void;
  /** No call may take longer, in milliseconds; the room counts as dead after it. @default {900000} */
  readonly callTimeoutMs?: number;
}

/** A room that is open. */
export interface OpenRoom<Methods> {
  /** Calls through the wall; each returns a promise. */
  readonly call: Methods;
  /** Tries to use a right inside the room; see core/room/probe.ts. */
  probe(kind: ProbeKind, target: string): Promise<string>;
  /** Ends the Worker. Calls that are under way reject. */
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly method: string;
  /** When it was called, by the clock that never jumps. */
  readonly since: number;
}

/** How often calls are looked through for one that takes too long: a timer for each would cost more than most calls. */
const WATCH_MS = 1000;
/** How long a room may take until it listens: the largest needs about a second. */
const START_MS = 10_000;

/** Where a room's module is: beside this file in source, in rooms/ beside the bundle in the binary. */
export function roomUrl(room: RoomName): URL {
  const bundled = typeof AF_BUNDLED !== "undefined";
  return new URL(bundled ? `./rooms/${room}.js` : `../${room}/worker.ts`, import.meta.url);
}

/**
 * Opens a room and waits until it listens. A Worker that does not start within 10 s is given up for a second one: about one
 * in thirty was seen to hang for ever under a test runner on a busy machine, before its module ran.
 * @throws {RoomError} if its module cannot be loaded, or code `not_ready` if the second does not start either.
 */
export async function openRoom<Methods extends object>(
  room: RoomName,
  options: OpenRoomOptions,
): Promise<OpenRoom<Methods>> {
  try {
    return await openOnce<Methods>(room, options);
  } catch (error) {
    if (!(error instanceof RoomError) || error.code !== "not_ready") throw error;
    options.onLog?.(room, { level: "warning", text: `${error.message}; starting it again` });
    return await openOnce<Methods>(room, options);
  }
}

async function openOnce<Methods extends object>(
  room: RoomName,
  options: OpenRoomOptions,
): Promise<OpenRoom<Methods>> {
  const worker = new Worker(roomUrl(room), {
    type: "module",
    name: room,
    deno: { permissions: grants(room, options.scope) },
  } as WorkerOptions);
  const pending = new Map<number, Pending>();
  let next = 1;
  let dead: RoomError | null = null;
  let started: { resolve(): void; reject(error: Error): void };
  const ready = new Promise<void>((resolve, reject) => started = { resolve, reject });

  const die = (error: RoomError) => {
    if (dead) return;
    dead = error;
    worker.terminate();
    started.reject(error);
    clearInterval(watchdog);
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  const fail = (error: RoomError) => {
    if (dead) return;
    die(error);
    options.onDeath?.(error);
  };
  const limitMs = options.callTimeoutMs ?? 900_000;
  const watchdog = setInterval(() => {
    // Calls are kept in the order in which they came.
    for (const { method, since } of pending.values()) {
      if (performance.now() - since < limitMs) return;
      return fail(new RoomError(`Room ${room} did not end ${method} in time`, { code: "hung", retryable: true }));
    }
  }, Math.min(WATCH_MS, limitMs));
  worker.onerror = (event) => {
    event.preventDefault();
    fail(new RoomError(`Room ${room} died: ${event.message}`, { code: "died", retryable: true }));
  };
  worker.onmessage = (event: MessageEvent<RoomMessage>) => {
    const message = event.data;
    if ("log" in message) options.onLog?.(room, message.log);
    else if ("ready" in message) started.resolve();
    else {
      const waiting = pending.get(message.id);
      if (!waiting) return;
      pending.delete(message.id);
      if (message.ok) waiting.resolve(message.value);
      else waiting.reject(unpackError(message.error));
    }
  };
  const invoke = (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (dead) return Promise.reject(dead);
    const id = next++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, method, since: performance.now() });
      worker.postMessage({ id, method, args });
    });
  };
  const late = setTimeout(() => {
    die(
      new RoomError(`Room ${room} did not start within ${START_MS / 1000} s`, { code: "not_ready", retryable: true }),
    );
  }, START_MS);
  try {
    await ready;
  } finally {
    clearTimeout(late);
  }
  const call = new Proxy({} as Methods, {
    get: (_, name) => name === "then" ? undefined : (...args: unknown[]) => invoke(String(name), args),
  });
  return {
    call,
    probe: (kind, target) => invoke(PROBE, [kind, target]) as Promise<string>,
    close: () => die(new RoomError(`Room ${room} is closed`, { code: "closed" })),
  };
}

const RIGHTS = ["run", "ffi", "write", "net", "sys", "read", "env", "import"] as const;

/** Gives up every right that the main thread still has; rooms that are open keep theirs, new ones can get none. */
export async function revokeAll(keep: readonly Deno.PermissionName[] = []): Promise<void> {
  for (const name of RIGHTS) {
    if (keep.includes(name as Deno.PermissionName)) continue;
    await Deno.permissions.revoke({ name } as Deno.PermissionDescriptor);
  }
}

/** {@linkcode revokeAll} of everything, before anything else can run. */
export function revokeAllSync(): void {
  for (const name of RIGHTS) {
    Deno.permissions.revokeSync({ name } as Deno.PermissionDescriptor);
  }
}
