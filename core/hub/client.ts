/** The hub room from outside: opens it and gives the ports {@linkcode Hub} and {@linkcode RowSource}. @module */
import { ConfigError, type RoomError } from "../base/errors.ts";
import type { DatasetRow, RowSource } from "../port/dataset.ts";
import type { Hub, RepoFacts } from "../port/hub.ts";
import type { LogLine, ProbeKind } from "../room/message.ts";
import { openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { HubSettings } from "./listing.ts";

/** Options of {@linkcode openHub}. */
export interface OpenHubOptions {
  /** Such as `https://huggingface.co`. */
  readonly url: string;
  /** Begins with `hf_`; needed for private and gated repositories only. */
  readonly token?: string;
  /**
   * Other hosts (`host:port`, `*.host:port`) that the room may reach, for the files of datasets: {@linkcode FILE_HOSTS} of the public
   * hub. They never get the token.
   * @default {[]}
   */
  readonly fileHosts?: readonly string[];
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** Where the public hub keeps large files. */
export const FILE_HOSTS: readonly string[] = ["*.huggingface.co:443", "*.hf.co:443"];

/** A hub port that is open. */
export interface OpenedHub {
  readonly hub: Hub;
  /** The rows of a dataset at a full commit hash. */
  dataset(name: string, revision: string): RowSource;
  /** Network rights that the room was given, for people. */
  readonly net: readonly string[];
  /** Ends the room. What is under way rejects with a RoomError. */
  close(): void;
  /** Tries to use a right inside the room; see core/room/probe.ts. */
  probe(kind: ProbeKind, target: string): Promise<string>;
}

interface Methods {
  configure(settings: HubSettings): Promise<void>;
  describe(model: string, revision: string): Promise<RepoFacts>;
  openRows(name: string, revision: string): Promise<number>;
  nextRows(id: number): Promise<DatasetRow[] | null>;
  closeRows(id: number): Promise<void>;
}

/** Opens the hub room. @throws {ConfigError} for an address or a token that cannot be used, {@linkcode RoomError} if the room does not start. */
export async function openHub(options: OpenHubOptions): Promise<OpenedHub> {
  const url = checkedUrl(options.url);
  const token = options.token ?? "";
  if (token !== "" && !token.startsWith("hf_")) throw new ConfigError("The hub's token must begin with hf_");
  if (token !== "" && url.protocol === "http:" && !isLoopback(url)) {
    throw new ConfigError(`The hub at ${url.origin} would get the token unencrypted: use https`);
  }
  const net = [`${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`, ...options.fileHosts ?? []];
  const room = await openRoom<Methods>("hub", {
    scope: { net },
    ...(options.onLog ? { onLog: options.onLog } : {}),
    ...(options.onDeath ? { onDeath: options.onDeath } : {}),
  });
  try {
    await room.call.configure({ url: url.origin, token });
  } catch (thrown) {
    room.close();
    throw thrown;
  }
  return {
    hub: { describe: (model, revision) => room.call.describe(model, revision) },
    dataset: (name, revision) => ({ name, revision, rows: () => readRows(room.call, name, revision) }),
    net,
    close: () => room.close(),
    probe: (kind, target) => room.probe(kind, target),
  };
}

async function* readRows(call: Methods, name: string, revision: string): AsyncGenerator<DatasetRow> {
  const id = await call.openRows(name, revision);
  let ended = false;
  try {
    for (;;) {
      const rows = await call.nextRows(id);
      if (rows === null) {
        ended = true;
        return;
      }
      yield* rows;
    }
  } catch (thrown) {
    ended = true;
    throw thrown;
  } finally {
    if (!ended) await call.closeRows(id);
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.pathname !== "/" || url.search) {
    throw new ConfigError(
      `The hub's address must be plain, such as https://huggingface.co, not ${JSON.stringify(text)}`,
    );
  }
  return url;
}

function isLoopback(url: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}
