/**
 * The signer process: opens the wallet room, listens on loopback, then gives up every right. Whoever calls this prints the
 * ready line and has read the token from stdin; neither argument nor environment ever holds it.
 * @module
 */
import { AfError, errorText, type RoomError, WalletError } from "../base/errors.ts";
import type { Signer } from "../port/signer.ts";
import type { LogLine } from "../room/message.ts";
import { openRoom, revokeAll } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import { createSigner } from "./app.ts";
import { SignerPolicy } from "./policy.ts";

/** Options of {@linkcode runSigner}. */
export interface RunSignerOptions {
  /** Absolute path of the hotkey's keyfile. */
  readonly walletPath: string;
  /** Make a plain keyfile if there is none: for the embedded local network only. @default {false} */
  readonly create?: boolean;
  readonly netuid: number;
  /** Genesis hash of the one chain that is signed for; absent = pinned at the first request. */
  readonly genesis?: string;
  /** Bearer token of at least 32 characters. */
  readonly token: string;
  /** Port on 127.0.0.1. @default {0} (any) */
  readonly port?: number;
  /** Gets the wallet room's log. */
  readonly onLog?: (room: RoomName, line: LogLine) => void;
}

/** A signer that listens. */
export interface RunningSigner {
  readonly port: number;
  /** SS58 address of the hotkey. */
  readonly address: string;
  /** Ends when the signer was closed; rejects when its wallet room died: the process should end then. */
  readonly finished: Promise<void>;
  /** Stops listening after the requests under way, and ends the wallet room. */
  close(): Promise<void>;
}

/** The wallet room as this process calls it; core/wallet/worker.ts implements it. */
interface WalletRoom extends Signer {
  open(options: { path: string; typed: string }): Promise<string>;
  create(options: { path: string }): Promise<string>;
}

/**
 * Runs the signer. On return the main thread has no right left, for the rest of the process's life.
 * @throws {WalletError} if the keyfile cannot be opened. @throws {RangeError | SyntaxError} for options out of range.
 */
export async function runSigner(options: RunSignerOptions): Promise<RunningSigner> {
  const { create = false, netuid, genesis, token, port = 0, onLog } = options;
  const walletPath = await realPath(options.walletPath);
  const policy = new SignerPolicy({ netuid, ...(genesis === undefined ? {} : { genesis }) });
  const death = Promise.withResolvers<void>();
  // The caller may look at the outcome late; until then a rejection is no crash.
  death.promise.catch(() => {});

  const folder = walletPath.slice(0, Math.max(walletPath.lastIndexOf("/"), walletPath.lastIndexOf("\\")));
  const room = await openRoom<WalletRoom>("wallet", {
    scope: create ? { read: [folder], write: [folder] } : { read: [walletPath] },
    onDeath: (error: RoomError) => death.reject(error),
    ...(onLog ? { onLog } : {}),
  });
  try {
    const address = await openWallet(room.call, { path: walletPath, typed: options.walletPath, create });
    const app = createSigner({ wallet: room.call, policy, token });
    const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, app.fetch);
    await revokeAll();
    death.promise.catch(() => server.shutdown());
    server.finished.then(() => death.resolve());
    return {
      port: server.addr.port,
      address,
      finished: death.promise,
      close: async () => {
        await server.shutdown();
        room.close();
      },
    };
  } catch (thrown) {
    room.close();
    throw thrown;
  }
}

/** Where a path really leads: wallets are often links to another disk, and the wallet room's right is for one real path. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (thrown) {
    // What is not there cannot be resolved; the wallet room says so better than this could.
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotCapable) return path;
    throw new WalletError(`Cannot resolve the keyfile's path ${path}: ${errorText(thrown)}`, { cause: thrown });
  }
}

async function openWallet(
  wallet: WalletRoom,
  { path, typed, create }: { path: string; typed: string; create: boolean },
): Promise<string> {
  try {
    return await wallet.open({ path, typed });
  } catch (thrown) {
    if (!create || !(thrown instanceof AfError) || thrown.code !== "missing") throw thrown;
    return await wallet.create({ path });
  }
}
