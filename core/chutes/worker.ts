/**
 * Room: chutes. May: net (the inference hosts and the management host; or the validator's own endpoint, in a room of its own). Never: read, write, env, run, sys, ffi, import.
 * Imports: base, port, room.
 * @module
 */
import { ModelError } from "../base/errors.ts";
import type { AskOutcome, AskRequest, ChuteFacts } from "../port/model.ts";
import { roomLog, serveRoom } from "../room/serve.ts";
import { type ApiSettings, fetchChute, fetchCompletion, fetchModels } from "./api.ts";
import { Gate } from "./gate.ts";
import type { ModelSettings } from "./room.ts";

interface Opened {
  readonly api: ApiSettings;
  readonly gate: Gate;
}

let opened: Opened | null = null;
let saidEgress = false;
/** Setting that the key is from. */
let keyName = "";
const keyTrouble = new Map<string, number>();

function configure(settings: ModelSettings): void {
  const { concurrency, perContender, hostPerSlug, ...api } = settings;
  keyName = settings.keyName;
  // With all slugs on one host the pool must hold every connection, else each wave opens them again.
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: hostPerSlug ? perContender : concurrency });
  opened = { api: { ...api, client }, gate: new Gate({ concurrency, perContender }) };
}

function room(): Opened {
  if (!opened) throw new ModelError("The chutes room is not configured");
  return opened;
}

async function resolve(chuteId: string): Promise<ChuteFacts> {
  const { facts, egressKnown } = await fetchChute(chuteId, room().api).catch((error) => {
    if (error instanceof ModelError && error.code === "unauthorized") warnOfKey(error.message);
    throw error;
  });
  if (!egressKnown && !saidEgress) {
    saidEgress = true;
    roomLog("warning", "The management API does not say whether chutes may reach the internet; it is taken as no");
  }
  return facts;
}

async function ask(request: AskRequest): Promise<AskOutcome> {
  const { api, gate } = room();
  const outcome = await gate.run(request.contender, () => fetchCompletion(request, api));
  if (outcome.kind === "unanswered" && /^http 40[123]$/.test(outcome.detail)) {
    warnOfKey(`An inference endpoint refuses the API key (${outcome.detail}): check ${keyName} and its balance`);
  }
  return outcome;
}

async function models(): Promise<string[]> {
  return await fetchModels(room().api);
}

/** A refused key looks like every endpoint being down: the operator must hear of it, but not a thousand times. */
function warnOfKey(text: string): void {
  const now = performance.now();
  if (now - (keyTrouble.get(text) ?? -Infinity) < 60_000) return;
  keyTrouble.set(text, now);
  roomLog("warning", text);
}

serveRoom({ configure, resolve, ask, models });
