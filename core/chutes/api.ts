/** The two requests that the room makes: one to the management API, one to an inference endpoint. @module */
import { errorText, ModelError } from "../base/errors.ts";
import type { AskOutcome, AskRequest } from "../port/model.ts";
import { readCapped } from "./body.ts";
import { readCompletion } from "./completion.ts";
import { readModels } from "./models.ts";
import { isChuteId, type ReadChute, readChute } from "./facts.ts";
import { completionsUrl, isSlug } from "./target.ts";

/** How requests are made. */
export interface ApiSettings {
  readonly inferenceUrl: string;
  readonly managementUrl: string;
  /** Goes into the Authorization header and nowhere else; empty = no header. */
  readonly apiKey: string;
  /** Setting that the key is from, for messages. */
  readonly keyName: string;
  readonly maxAnswerBytes: number;
  readonly client?: Deno.HttpClient;
}

// A real answer is some tens of kB: a readme of at most 16 kB, schemas, instances.
const MANAGEMENT_BYTES = 2 * 1024 * 1024;
const MANAGEMENT_MS = 20_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Facts of a chute. @throws {ModelError} `unknown_chute`, `unauthorized`, `malformed`, or retryable `unanswered`. */
export async function fetchChute(chuteId: string, settings: ApiSettings): Promise<ReadChute> {
  if (!isChuteId(chuteId)) {
    throw new ModelError(`A chute id must be a UUID, not ${JSON.stringify(chuteId.slice(0, 64))}`, {
      code: "unknown_chute",
    });
  }
  const bytes = await get(`${settings.managementUrl}/chutes/${chuteId}`, settings, {
    refusal: (status) => statusError(chuteId, status),
    silence: `The management API does not answer for chute ${chuteId}`,
  });
  if (!bytes) {
    throw new ModelError(`The management API's answer for chute ${chuteId} is larger than ${MANAGEMENT_BYTES} bytes`, {
      code: "malformed",
    });
  }
  return readChute(bytes, chuteId);
}

/** What a small answer holds; null if it is too large. @throws {ModelError} what `refusal` makes of its status, or retryable `unanswered`. */
async function get(
  url: string,
  settings: ApiSettings,
  { refusal, silence }: { readonly refusal: (status: number) => ModelError; readonly silence: string },
): Promise<Uint8Array | null> {
  try {
    const response = await fetch(url, {
      headers: headers(settings),
      redirect: "manual",
      signal: AbortSignal.timeout(MANAGEMENT_MS),
      ...(settings.client ? { client: settings.client } : {}),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refusal(response.status);
    }
    return await readCapped(response, MANAGEMENT_BYTES);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(`${silence}: ${errorText(cause)}`, { code: "unanswered", retryable: true, cause });
  }
}

function statusError(chuteId: string, status: number): ModelError {
  if (status === 404) {
    return new ModelError(`Chute ${chuteId} does not exist, or is private`, { code: "unknown_chute" });
  }
  if (status === 401 || status === 402 || status === 403) {
    return new ModelError(
      `The management API refuses the API key (http ${status}): check CHUTES_API_KEY and its balance`,
      {
        code: "unauthorized",
      },
    );
  }
  const retryable = status === 408 || status === 429 || status >= 500;
  return new ModelError(`The management API answers http ${status} for chute ${chuteId}`, {
    code: "unanswered",
    retryable,
  });
}

/** Names of the models that an endpoint lists. @throws {ModelError} `unauthorized`, `malformed`, or retryable `unanswered`. */
export async function fetchModels(settings: ApiSettings): Promise<string[]> {
  const url = `${settings.inferenceUrl}/models`;
  const bytes = await get(url, settings, {
    refusal: (status) => {
      const isKey = [401, 402, 403].includes(status);
      return new ModelError(
        `The endpoint ${url} answers http ${status}${isKey ? `: check ${settings.keyName}` : ""}`,
        { code: isKey ? "unauthorized" : "unanswered", retryable: !isKey },
      );
    },
    silence: `The endpoint ${url} does not answer`,
  });
  if (!bytes) throw new ModelError(`The list ${url} is larger than ${MANAGEMENT_BYTES} bytes`, { code: "malformed" });
  return readModels(bytes, url);
}

/** Makes one request and says how it ended. @throws {ModelError} `denied` if the room may not reach the host, which no endpoint can cause. */
export async function fetchCompletion(request: AskRequest, settings: ApiSettings): Promise<AskOutcome> {
  if (!isSlug(request.slug)) return { kind: "unanswered", detail: "no address" };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), Math.min(Math.max(request.timeoutMs, 1), LONGEST_TIMER_MS));
  try {
    const response = await fetch(completionsUrl(settings.inferenceUrl, request.slug), {
      method: "POST",
      headers: headers(settings),
      body: requestBody(request),
      // A redirect could carry the prompt to another host.
      redirect: "manual",
      signal: abort.signal,
      ...(settings.client ? { client: settings.client } : {}),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      const detail = `http ${response.status}`;
      return response.status === 400 ? { kind: "refused", detail } : { kind: "unanswered", detail };
    }
    const bytes = await readCapped(response, settings.maxAnswerBytes);
    return bytes ? readCompletion(bytes) : { kind: "over_limit", detail: `more than ${settings.maxAnswerBytes} bytes` };
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotCapable) {
      throw new ModelError(`The room may not reach the host of slug ${request.slug}`, { code: "denied" });
    }
    return { kind: "unanswered", detail: abort.signal.aborted ? "timeout" : "connection" };
  } finally {
    clearTimeout(timer);
  }
}

/** Not streamed: one JSON body costs far less to read than an event for every token, and it is read under a byte limit either way. */
function requestBody(request: AskRequest): string {
  const messages = [{ role: "user", content: request.prompt }];
  if (request.system !== "") messages.unshift({ role: "system", content: request.system });
  return JSON.stringify({
    model: request.model,
    messages,
    temperature: request.temperature,
    seed: request.seed,
    max_tokens: request.maxTokens,
    stream: false,
  });
}

function headers(settings: ApiSettings): Record<string, string> {
  return {
    accept: "application/json",
    // No compression: a small body that unpacks into a large one only costs us.
    "accept-encoding": "identity",
    "content-type": "application/json",
    ...(settings.apiKey === "" ? {} : { authorization: `Bearer ${settings.apiKey}` }),
  };
}
