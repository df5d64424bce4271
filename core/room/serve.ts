/** The inside of a room: answers calls that come through its wall. Every worker.ts ends with {@linkcode serveRoom}. @module */
import { packError } from "../base/errors.ts";
import { type CallMessage, type LogLevel, PROBE, type ProbeKind, type RoomMessage } from "./message.ts";
import { probe } from "./probe.ts";

/** Methods of a room: an object whose functions take and return data that can be cloned. */
// deno-lint-ignore no-explicit-any -- the arguments are checked by the interface that the room implements
export type RoomMethods = { readonly [name: string]: (...args: any[]) => unknown };

const post = (message: RoomMessage) => (self as unknown as { postMessage(m: unknown): void }).postMessage(message);

/** Writes a line to the log of the process. The text must not hold a secret; it is redacted by value as a second line of defence. */
export function roomLog(level: LogLevel, text: string): void {
  post({ log: { level, text } });
}

/** Answers calls with these methods until the room is closed. */
export function serveRoom(methods: RoomMethods): void {
  self.onmessage = async (event: MessageEvent<CallMessage>) => {
    const { id, method, args } = event.data;
    try {
      post({ id, ok: true, value: await call(methods, method, args) });
    } catch (thrown) {
      post({ id, ok: false, error: packError(thrown) });
    }
  };
  post({ ready: true });
}

function call(methods: RoomMethods, method: string, args: readonly unknown[]): unknown {
  if (method === PROBE) return probe(args[0] as ProbeKind, String(args[1]));
  if (!Object.hasOwn(methods, method)) throw new TypeError(`The room has no method ${method}`);
  return methods[method]!(...args);
}
