/** Opens the validator's room to the signer process. @module */
import type { RoomError } from "../base/errors.ts";
import type { Signer } from "../port/signer.ts";
import type { LogLine } from "../room/message.ts";
import { type OpenRoom, openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { SignerRoom } from "./worker.ts";

/** Options of {@linkcode openSigner}. */
export interface OpenSignerOptions {
  /** Port of the signer process on 127.0.0.1. */
  readonly port: number;
  readonly token: string;
  /** How long a request may take, in milliseconds. @default {15000} */
  readonly timeoutMs?: number;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  /** Called once when the room dies by itself. */
  readonly onDeath?: (error: RoomError) => void;
}

/** A line to the signer. */
export interface OpenSigner {
  /** Each method throws SignerError; see core/signer/remote.ts for the codes. */
  readonly signer: Signer;
  /** The room itself: for the tests of its rights. */
  readonly room: OpenRoom<SignerRoom>;
  close(): void;
}

/** Opens the room. Does not ask the signer anything yet: a signer that is not there shows at the first call. */
export async function openSigner(options: OpenSignerOptions): Promise<OpenSigner> {
  const { port, token, timeoutMs, onLog, onDeath } = options;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`${port} is no port`);
  const room = await openRoom<SignerRoom>("signer", {
    scope: { net: [`127.0.0.1:${port}`] },
    ...(onLog ? { onLog } : {}),
    ...(onDeath ? { onDeath } : {}),
  });
  await room.call.connect({ port, token, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const signer: Signer = {
    address: () => room.call.address(),
    extrinsic: (call, context) => room.call.extrinsic(call, context),
    batch: (head) => room.call.batch(head),
    index: (head) => room.call.index(head),
  };
  return { signer, room, close: () => room.close() };
}
