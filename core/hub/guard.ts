/** The only way out of the hub room: requests that end in time and in bytes, and go where they may. @module */
import { errorText, HubError } from "../base/errors.ts";

/** Options of {@linkcode guardedRequest}. */
export interface GuardedRequest {
  /** What is asked for, for messages. */
  readonly what: string;
  /** Origin of the hub; the token goes nowhere else. */
  readonly origin: string;
  /** Most redirects that are followed. @default {0} */
  readonly redirects?: number;
  /** Milliseconds until the answer begins, and until it ends where it is no file. @default {30000} */
  readonly timeoutMs?: number;
}

/** One answer of status 200 or 206. @throws {HubError} `not_found`, `gated`, `moved`; retryable `unanswered`. */
export async function guardedRequest(input: URL, init: RequestInit, options: GuardedRequest): Promise<Response> {
  const { what, origin } = options;
  let url = input;
  for (let left = options.redirects ?? 0;; left--) {
    const response = await send(url, withoutToken(init, url.origin !== origin), options);
    const { status } = response;
    if (status === 200 || status === 206) return response;
    await response.body?.cancel();
    const next = response.headers.get("location");
    if (status < 300 || status >= 400 || left <= 0 || next === null || !URL.canParse(next, url)) {
      throw statusError(status, what);
    }
    url = new URL(next, url);
    // Where the hub is encrypted, so is everything that it hands over to.
    if (url.protocol !== "https:" && url.origin !== origin && new URL(origin).protocol === "https:") {
      throw new HubError(`${what} continues at an address that is not encrypted`, { code: "malformed" });
    }
  }
}

async function send(url: URL, init: RequestInit, { what, timeoutMs }: GuardedRequest): Promise<Response> {
  const late = AbortSignal.timeout(timeoutMs ?? 30_000);
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
  try {
    return await fetch(url, { ...init, redirect: "manual", signal });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) {
      throw new HubError(`${what} is kept at ${url.host}, which the hub room may not reach`, { code: "moved", cause });
    }
    const text = `The hub at ${url.origin} does not answer: ${errorText(cause)}`;
    throw new HubError(text, { code: "unanswered", retryable: true, cause });
  }
}

function withoutToken(init: RequestInit, foreign: boolean): RequestInit {
  if (!foreign) return init;
  const headers = new Headers(init.headers);
  headers.delete("authorization");
  return { ...init, headers };
}

function statusError(status: number, what: string): HubError {
  if (status === 404) return new HubError(`${what} does not exist`, { code: "not_found" });
  if (status >= 300 && status < 400) {
    return new HubError(`${what} has moved: name the repository as it is called now`, { code: "not_found" });
  }
  if (status === 401 || status === 403) {
    return new HubError(`${what} is private, gated or not there (http ${status})`, { code: "gated" });
  }
  if (status === 416) return malformed(`${what} is shorter than the hub's list promises`);
  const retryable = status === 408 || status === 429 || status >= 500;
  return new HubError(`The hub answers http ${status} for ${what}`, { code: "unanswered", retryable });
}

/** An answer that makes no sense. */
export function malformed(message: string): HubError {
  return new HubError(message, { code: "malformed" });
}
