/** The broker as its caller sees it: a Sandbox over HTTP on loopback that waits for a place and never shows its token. @module */
import { collect } from "../base/bytes.ts";
import { errorText, SandboxError } from "../base/errors.ts";
import { sleep } from "../base/time.ts";
import type { Sandbox, SandboxFacts, SubmissionResult } from "../port/sandbox.ts";

/** Options of {@linkcode remoteSandbox}. */
export interface RemoteSandboxOptions {
  /** Port of the broker process on 127.0.0.1. */
  readonly port: number;
  readonly token: string;
  /** How long a batch may take, its wait for a place included, in milliseconds. @default {3600000} */
  readonly timeoutMs?: number;
  /** Stands in for the network in tests. @default {globalThis.fetch} */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Largest answer that is read, in UTF-16 units: the broker keeps 64 MiB of output of a batch, and JSON may escape each. */
const MAX_ANSWER = 480 << 20;

/**
 * A sandbox behind a port. Its methods throw SandboxError: the broker's own code and sentence, `unreachable` or `timeout` (both
 * retryable), or `bad_answer` where something else than a broker listens.
 */
export function remoteSandbox(options: RemoteSandboxOptions): Sandbox {
  return {
    async facts() {
      return await ask(options, "facts", {}) as SandboxFacts;
    },
    async run(batch) {
      const { results } = await ask(options, "run", batch) as { results?: SubmissionResult[] };
      if (Array.isArray(results) && results.length === batch.submissions.length) return results;
      throw noBroker(options, 200);
    },
  };
}

async function ask(options: RemoteSandboxOptions, path: string, body: object): Promise<object> {
  const { timeoutMs = 3_600_000 } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const text = JSON.stringify(body);
  for (let pause = 20;; pause = Math.min(500, 2 * pause)) {
    const { status, answer } = await exchange(options, path, text, signal);
    const { code, message, retryable } = answer as { code?: unknown; message?: unknown; retryable?: unknown };
    if (typeof code !== "string" || typeof message !== "string") {
      if (status === 200) return answer;
      throw noBroker(options, status);
    }
    if (code !== "busy" || signal.aborted) {
      throw new SandboxError(message.slice(0, 600), { code, retryable: retryable === true });
    }
    // The line is full: whoever asks is held up, the line does not grow.
    await sleep(pause);
  }
}

async function exchange(
  options: RemoteSandboxOptions,
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; answer: object }> {
  const { port, token, timeoutMs = 3_600_000, fetch = globalThis.fetch } = options;
  const where = `The sandbox broker on 127.0.0.1:${port}`;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body,
      // A redirect would carry the token elsewhere.
      redirect: "error",
      signal,
    });
    return { status: response.status, answer: parse(await readText(response)) };
  } catch (cause) {
    if (cause instanceof SandboxError) throw cause;
    if (cause instanceof DOMException && cause.name === "TimeoutError") {
      throw new SandboxError(`${where} did not answer within ${timeoutMs} ms`, { code: "timeout", retryable: true });
    }
    const text = `${where} cannot be reached: ${errorText(cause)}`;
    throw new SandboxError(text, { code: "unreachable", retryable: true, cause });
  }
}

async function readText(response: Response): Promise<string> {
  const body = await collect(response.body ?? [], MAX_ANSWER);
  if (body === null) throw new SandboxError("The broker's answer is too large", { code: "bad_answer" });
  return new TextDecoder().decode(body);
}

/** A JSON object, an empty one where the text is something else. */
function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function noBroker({ port }: RemoteSandboxOptions, status: number): SandboxError {
  return new SandboxError(
    `What listens on 127.0.0.1:${port} is no sandbox broker of this version (HTTP ${status}); end it and start again`,
    { code: "bad_answer" },
  );
}
