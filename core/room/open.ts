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
  timer: ReturnType<typeof setTimeout>;
}

/** Where a room's module is: beside this file in source, in rooms/ beside the bundle in the binary. */
export function roomUrl(room: RoomName): URL {
  const bundled = typeof AF_BUNDLED !== "undefined";
  return new URL(bundled ? `./rooms/${room}.js` : `../${room}/worker.ts`, import.meta.url);
}

/**
 * Opens a room and waits until it listens.
 * @throws {RoomError} if its module cannot be loaded.
 */
export async function openRoom<Methods extends object>(
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
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    pending.clear();
  };
  const fail = (error: RoomError) => {
    if (dead) return;
    die(error);
    options.onDeath?.(error);
  };
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
      clearTimeout(waiting.timer);
      if (message.ok) waiting.resolve(message.value);
      else waiting.reject(unpackError(message.error));
    }
  };
  const invoke = (method: string, args: readonly unknown[]): Promise<unknown> => {
    if (dead) return Promise.reject(dead);
    const id = next++;
    return new Promise((resolve, reject) => {
      const limit = options.callTimeoutMs ?? 900_000;
      const timer = setTimeout(() => fail(new RoomError(`Room ${room} did not end ${method} in time`)), limit);
      pending.set(id, { resolve, reject, timer });
      worker.postMessage({ id, method, args });
    });
  };
  await ready;
  const call = new Proxy({} as Methods, {
    get: (_, name) => name === "then" ? undefined : (...args: unknown[]) => invoke(String(name), args),
  });
  return {
    call,
    probe: (kind, target) => invoke(PROBE, [kind, target]) as Promise<string>,
    close: () => die(new RoomError(`Room ${room} is closed`, { code: "closed" })),
  };
}

/** Gives up every right that the main thread still has; rooms that are open keep theirs, new ones can get none. */
export async function revokeAll(keep: readonly Deno.PermissionName[] = []): Promise<void> {
  for (const name of ["run", "ffi", "write", "net", "sys", "read", "env", "import"] as const) {
    if (keep.includes(name as Deno.PermissionName)) continue;
    await Deno.permissions.revoke({ name } as Deno.PermissionDescriptor);
  }
}
