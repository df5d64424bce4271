/** Opens the chain room and hands out its port. @module */
import { ChainError, type RoomError } from "../base/errors.ts";
import type { Chain } from "../port/chain.ts";
import type { LogLine } from "../room/message.ts";
import { openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { ChainMethods, ConnectOptions } from "./room.ts";

/** Options of {@linkcode openChain}. */
export interface OpenChainOptions extends Omit<ConnectOptions, "endpoint"> {
  /** Gets every line that the room logs. */
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  /** Called once when the room dies by itself. */
  readonly onDeath?: (error: RoomError) => void;
}

/** A chain room that is open. */
export interface OpenedChain {
  readonly chain: Chain;
  /** Ends the room and its connection. Calls that are under way reject. */
  close(): void;
}

/**
 * Opens the chain room for one endpoint and connects.
 * @throws ChainError `bad_endpoint`, `unreachable`, `no_substrate`, `no_subtensor`, `unknown_subnet`.
 */
export async function openChain(endpoint: string, options: OpenChainOptions = {}): Promise<OpenedChain> {
  const { onLog, onDeath, ...connect } = options;
  const room = await openRoom<ChainMethods>("chain", {
    scope: { net: [hostPort(endpoint)] },
    ...(onLog ? { onLog } : {}),
    ...(onDeath ? { onDeath } : {}),
  });
  try {
    await room.call.connect({ ...connect, endpoint });
  } catch (thrown) {
    room.close();
    throw thrown;
  }
  return { chain: room.call, close: () => room.close() };
}

/** The one grant of the room: host and port of its endpoint. @throws ChainError `bad_endpoint`. */
export function hostPort(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (!url || !/^wss?:$/.test(url.protocol) || url.hostname === "") {
    throw new ChainError(`Not a chain endpoint: ${JSON.stringify(endpoint)}; give ws://host:port or wss://host`, {
      code: "bad_endpoint",
    });
  }
  return `${url.hostname}:${url.port || (url.protocol === "wss:" ? "443" : "80")}`;
}
