/** Opens the validator's room to the sandbox broker. @module */
import type { RoomError } from "../base/errors.ts";
import type { Sandbox } from "../port/sandbox.ts";
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { SandboxRoom } from "./worker.ts";

/** Options of {@linkcode openSandbox}. */
export interface OpenSandboxOptions {
  /** Port of the broker process on 127.0.0.1. */
  readonly port: number;
  readonly token: string;
  /** How long a batch may take, its wait for a place included, in milliseconds. @default {3600000} */
  readonly timeoutMs?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  /** Called once when the room dies by itself. */
  readonly onDeath?: (error: RoomError) => void;
}

/** A line to the broker. */
export interface OpenSandbox {
  /** Each method throws SandboxError; see core/sandbox/remote.ts for the codes. */
  readonly sandbox: Sandbox;
  /** The room itself: for the tests of its rights. */
  readonly room: OpenRoom<SandboxRoom>;
  close(): void;
}

/** Opens the room. Does not ask the broker anything yet: a broker that is not there shows at the first call. */
export async function openSandbox(options: OpenSandboxOptions): Promise<OpenSandbox> {
  const { port, token, timeoutMs = 3_600_000, onLog, onDeath } = options;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`${port} is no port`);
  const room = await openRoom<SandboxRoom>("sandbox", {
    scope: { net: [`127.0.0.1:${port}`] },
    // The request inside gives up first, with a better sentence.
    callTimeoutMs: timeoutMs + 10_000,
    ...(onLog ? { onLog } : {}),
    ...(onDeath ? { onDeath } : {}),
  });
  await room.call.connect({ port, token, timeoutMs });
  const sandbox: Sandbox = {
    facts: () => room.call.facts(),
    run: (batch) => room.call.run(batch),
  };
  return { sandbox, room, close: () => room.close() };
}
