/** Joins the audit to its rooms: a chain, the objects, rooms that grade, a broker that runs programs. @module */
import { resolve } from "node:path";
import { toHex } from "../core/base/bytes.ts";
import { ChainError, ConfigError } from "../core/base/errors.ts";
import { machineClock } from "../core/base/time.ts";
import { openDirectory, openRegrader } from "../core/audit/client.ts";
import { openPublicBucket } from "../core/bucket/client.ts";
import { openChain } from "../core/chain/client.ts";
import type { AuditDeps } from "../core/flow/audit/audit.ts";
import type { Parameters } from "../core/mechanism/parameters.ts";
import type { ObjectSource } from "../core/port/bucket.ts";
import type { LogLine } from "../core/room/message.ts";
import { openPeers } from "../core/peers/client.ts";
import { revokeAll } from "../core/room/open.ts";
import { rememberEnv, selfCommand, startRole } from "../core/room/process.ts";
import { openSandbox } from "../core/sandbox/client.ts";
import { voting } from "../envs/registry.ts";
import type { KnownNetwork } from "./networks.ts";
import type { BrokerReady, BrokerStart } from "./start.ts";

/** How long a person who has just typed an endpoint waits to hear that nothing useful listens there. */
const CONNECT_MS = 20_000;

/** Options of {@linkcode openAudit}. */
export interface OpenAuditOptions {
  readonly network: KnownNetwork;
  readonly netuid: number;
  /** Where all objects are; null = where each validator says. */
  readonly bucket: string | null;
  /** A directory with the objects. */
  readonly dir: string | null;
  readonly parameters: Parameters;
  /** Whether programs are run again. */
  readonly programs: boolean;
  readonly verbosity: number;
  readonly signal: AbortSignal;
  readonly onLog: (room: string, line: LogLine) => void;
}

/** An audit whose rooms are open. */
export interface OpenedAudit {
  readonly deps: AuditDeps;
  /** Digest of the engine that runs programs; null where none does. */
  readonly engine: string | null;
  close(): void;
}

/** Opens the rooms and gives up every right of this process. */
export async function openAudit(options: OpenAuditOptions): Promise<OpenedAudit> {
  const { network, netuid, parameters, signal, onLog } = options;
  const closers: (() => void)[] = [];
  const opened = <T extends { close(): void }>(room: T): T => {
    closers.push(() => room.close());
    return room;
  };
  try {
    const broker = options.programs ? await startBroker(options.verbosity) : null;
    const sandbox = broker && opened(await openSandbox({ ...broker, onLog }));
    const directory = options.dir === null
      ? null
      : opened(await openDirectory(await objectsDir(options.dir), { onLog }));
    const { regrader } = opened(await openRegrader({ onLog }));
    const { chain } = opened(await openChain(network.endpoint, { netuid, connectMs: CONNECT_MS, onLog }));
    const { genesis } = await chain.identity();
    if (network.genesis !== null && genesis !== network.genesis) {
      throw new ChainError(
        `${network.endpoint} serves another chain: its genesis is ${genesis}, not ${network.genesis}`,
        {
          code: "foreign_chain",
        },
      );
    }
    const bucket = options.bucket === null ? null : opened(await openPublicBucket({ url: options.bucket, onLog }));
    const peers = directory || bucket ? null : opened(await openPeers({ loopback: isLoopback(network), onLog }));
    const sourceOf = (_: string, url: string | null): Promise<ObjectSource | null> => {
      const named = directory?.source ?? bucket?.bucket;
      if (named) return Promise.resolve(named);
      if (url === null) return Promise.resolve(null);
      return Promise.resolve({ get: (hash, maxBytes) => peers!.reader.get(url, hash, maxBytes) });
    };
    await revokeAll();
    return {
      deps: {
        chain,
        netuid,
        sourceOf,
        regrader,
        sandbox: broker?.engine ? sandbox!.sandbox : null,
        clock: machineClock,
        parameters,
        envs: voting,
        sampled: ["program/deduction"],
        signal,
      },
      engine: broker?.engine ?? null,
      close: () => closers.forEach((close) => close()),
    };
  } catch (error) {
    for (const close of closers) close();
    throw error;
  }
}

/** A broker of our own: whoever reads what strangers published must not be able to start programs. It ends with this process. */
async function startBroker(verbosity: number): Promise<{ port: number; token: string; engine: string | null }> {
  rememberEnv([]);
  const token = toHex(crypto.getRandomValues(new Uint8Array(32)));
  const start: BrokerStart = { token, port: 0, parallel: 0, verbosity };
  const { ready } = await startRole("broker", selfCommand(), { start, stdout: "ready", env: [] });
  const { port, facts } = ready as BrokerReady;
  return { port, token, engine: facts.engine };
}

/** The directory, as a path that no link can change. @throws {ConfigError} code `usage`. */
async function objectsDir(path: string): Promise<string> {
  try {
    const real = await Deno.realPath(resolve(path));
    if ((await Deno.lstat(`${real}/objects`)).isDirectory) return real;
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound) && !(cause instanceof Deno.errors.NotADirectory)) throw cause;
  }
  throw new ConfigError(`${path} holds no folder named objects: --dir names a copy of a bucket, with objects/<hash>`, {
    code: "usage",
  });
}

/** Whether the chain is on this machine: then copies may be, too. */
function isLoopback({ endpoint }: KnownNetwork): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(URL.parse(endpoint)?.hostname ?? "");
}
