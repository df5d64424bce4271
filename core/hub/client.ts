/** The hub room from outside: opens it and gives the port {@linkcode Hub}. @module */
import { ConfigError, type RoomError } from "../base/errors.ts";
import type { Hub, RepoFacts } from "../port/hub.ts";
import type { LogLine, ProbeKind } from "../room/message.ts";
import { openRoom } from "../room/open.ts";
import type { RoomName } from "../room/table.ts";
import type { HubSettings } from "./describe.ts";

/** Options of {@linkcode openHub}. */
export interface OpenHubOptions {
  /** Such as `https://huggingface.co`. */
  readonly url: string;
  /** Begins with `hf_`; needed for private and gated repositories only. */
  readonly token?: string;
  readonly onLog?: (room: RoomName, line: LogLine) => void;
  readonly onDeath?: (error: RoomError) => void;
}

/** A hub port that is open. */
export interface OpenedHub {
  readonly hub: Hub;
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
}

/** Opens the hub room. @throws {ConfigError} for an address or a token that cannot be used, {@linkcode RoomError} if the room does not start. */
export async function openHub(options: OpenHubOptions): Promise<OpenedHub> {
  const url = checkedUrl(options.url);
  const token = options.token ?? "";
  if (token !== "" && !token.startsWith("hf_")) throw new ConfigError("The hub's token must begin with hf_");
  if (token !== "" && url.protocol === "http:" && !isLoopback(url)) {
    throw new ConfigError(`The hub at ${url.origin} would get the token unencrypted: use https`);
  }
  const net = [`${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`];
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
    net,
    close: () => room.close(),
    probe: (kind, target) => room.probe(kind, target),
  };
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
