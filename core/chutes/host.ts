/**
 * The validator's own endpoint from outside: any OpenAI-compatible server that it runs itself. A second room like the one of Chutes,
 * which may reach this one host and knows its key alone. Gives the port {@linkcode Host}.
 * @module
 */
import { ModelError } from "../base/errors.ts";
import { quote } from "../base/quote.ts";
import type { Host, HostedModel, HostedSession } from "../port/hosted.ts";
import type { AskOutcome } from "../port/model.ts";
import type { ProbeKind } from "../room/message.ts";
import { CUT } from "./completion.ts";
import { openModelRoom, type Watch } from "./room.ts";
import { ownTarget } from "./target.ts";

/** Options of {@linkcode openHost}. */
export interface OpenHostOptions extends Watch {
  /** Base of the OpenAI-compatible endpoint, such as `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  /** Goes to the room by message after it is open; never into an URL, a log or an error. Empty = send none. */
  readonly apiKey: string;
  /** Requests under way at once. @default {8} */
  readonly concurrency?: number;
  /** A larger answer is cut off. @default {65536} */
  readonly maxAnswerBytes?: number;
}

/** A host port that is open. */
export interface OpenedHost {
  readonly host: Host;
  /** Network rights that the room was given, for people. */
  readonly net: readonly string[];
  /** Ends the room. What is under way rejects with a RoomError. */
  close(): void;
  /** Tries to use a right inside the room; see core/room/probe.ts. */
  probe(kind: ProbeKind, target: string): Promise<string>;
}

/** Whoever is asked: there is one line for all. */
const LINE = "hosted";
/** Names of models that are shown of an endpoint that serves another one. */
const SHOWN = 3;

/** The name under which a pinned revision must be served: whoever loads another revision cannot take it for this one. */
export function servedName({ model, revision }: Pick<HostedModel, "model" | "revision">): string {
  return `${model}@${revision}`;
}

/** Opens the room. @throws {ConfigError} for an address that cannot be used, {@linkcode RoomError} if the room does not start. */
export async function openHost(options: OpenHostOptions): Promise<OpenedHost> {
  const { apiKey, concurrency = 8, maxAnswerBytes = 65_536 } = options;
  const { url, net } = ownTarget(options);
  const room = await openModelRoom(net, {
    inferenceUrl: url,
    managementUrl: url,
    apiKey,
    keyName: "AF_HOSTED_KEY",
    concurrency,
    perContender: concurrency,
    maxAnswerBytes,
    hostPerSlug: false,
  }, options);
  const open = async (wanted: HostedModel): Promise<HostedSession> => {
    const model = servedName(wanted);
    const served = await room.call.models();
    if (!served.includes(model)) {
      const shown = served.slice(0, SHOWN).map((name) => quote(name)).join(", ") || "nothing";
      throw new ModelError(
        `${url} does not serve what is to be checked (it lists ${shown}${served.length > SHOWN ? ", …" : ""}): load ` +
          `${wanted.model} at revision ${wanted.revision} there and serve it under the name ${model}`,
        { code: "unknown_model" },
      );
    }
    return {
      ask: async (request) => asHosted(await room.call.ask({ ...request, model, slug: LINE, contender: LINE })),
      close: () => Promise.resolve(),
    };
  };
  return { host: { open }, net, close: () => room.close(), probe: (kind, target) => room.probe(kind, target) };
}

/** What the endpoint or its settings could be blamed for is no answer of the weights. */
function asHosted(outcome: AskOutcome): AskOutcome {
  switch (outcome.kind) {
    case "refused":
      // Also what an operator gets who gave the server a shorter context than tasks need.
      return outcome.detail === "http 400" ? { kind: "unanswered", detail: outcome.detail } : outcome;
    case "over_limit":
      return outcome.detail === CUT ? outcome : { kind: "unanswered", detail: outcome.detail };
    case "unparsable":
      return { kind: "unanswered", detail: outcome.detail };
    default:
      return outcome;
  }
}
