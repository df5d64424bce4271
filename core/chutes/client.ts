/** The chutes room from outside: opens it and gives the port {@linkcode Model}. @module */
import type { Model } from "../port/model.ts";
import type { ProbeKind } from "../room/message.ts";
import { openModelRoom, type Watch } from "./room.ts";
import { targets } from "./target.ts";

/** Options of {@linkcode openModel}. */
export interface OpenModelOptions extends Watch {
  /** Base of the OpenAI-compatible endpoints, with `{slug}` where a chute's slug stands, such as `https://{slug}.chutes.ai/v1`. */
  readonly inferenceUrl: string;
  /** Base of the management API, such as `https://api.chutes.ai`. */
  readonly managementUrl: string;
  /** Goes to the room by message after it is open; never into an URL, a log or an error. Empty = send none. */
  readonly apiKey: string;
  /** Requests under way at once. @default {400} */
  readonly concurrency?: number;
  /** Requests of one contender under way at once. @default {20} */
  readonly perContender?: number;
  /** A larger answer is cut off and counts as over the limit. @default {262144} */
  readonly maxAnswerBytes?: number;
}

/** A model port that is open. */
export interface OpenedModel {
  readonly model: Model;
  /** Network rights that the room was given, for people. */
  readonly net: readonly string[];
  /** Ends the room. What is under way rejects with a RoomError. */
  close(): void;
  /** Tries to use a right inside the room; see core/room/probe.ts. */
  probe(kind: ProbeKind, target: string): Promise<string>;
}

/** Opens the chutes room. @throws {ConfigError} for addresses that cannot be used, {@linkcode RoomError} if the room does not start. */
export async function openModel(options: OpenModelOptions): Promise<OpenedModel> {
  const { inferenceUrl, managementUrl, net, hostPerSlug } = targets(options);
  const room = await openModelRoom(net, {
    inferenceUrl,
    managementUrl,
    apiKey: options.apiKey,
    keyName: "CHUTES_API_KEY",
    concurrency: options.concurrency ?? 400,
    perContender: options.perContender ?? 20,
    maxAnswerBytes: options.maxAnswerBytes ?? 256 * 1024,
    hostPerSlug,
  }, options);
  return {
    model: { resolve: (chuteId) => room.call.resolve(chuteId), ask: (request) => room.call.ask(request) },
    net,
    close: () => room.close(),
    probe: (kind, target) => room.probe(kind, target),
  };
}
