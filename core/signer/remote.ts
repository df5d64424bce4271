/** The signer as its caller sees it: a Signer over HTTP on loopback that never hangs and never shows its token. @module */
import { collect } from "../base/bytes.ts";
import { errorText, SignerError } from "../base/errors.ts";
import type { Signer } from "../port/signer.ts";

/** Options of {@linkcode remoteSigner}. */
export interface RemoteSignerOptions {
  /** Port of the signer process on 127.0.0.1. */
  readonly port: number;
  readonly token: string;
  /** How long a request may take, in milliseconds. @default {15000} */
  readonly timeoutMs?: number;
  /** Stands in for the network in tests. @default {globalThis.fetch} */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Largest answer that is read, in bytes: an extrinsic of 4096 uids is 33,000 hex digits. */
const MAX_ANSWER_BYTES = 131_072;

/**
 * A signer behind a port.
 * Each method throws SignerError: the signer's own code and sentence, `unreachable` or `timeout` (both retryable), or
 * `bad_answer` where something else than a signer listens.
 */
export function remoteSigner(options: RemoteSignerOptions): Signer {
  return {
    address: () => ask(options, "address", {}, "address", /^[1-9A-HJ-NP-Za-km-z]{46,50}$/),
    extrinsic: (call, context) => ask(options, "extrinsic", { call, context }, "extrinsic", /^0x([0-9a-f]{2})+$/),
    batch: (head) => ask(options, "batch", head, "signature", /^[0-9a-f]{128}$/),
    index: (head) => ask(options, "index", head, "signature", /^[0-9a-f]{128}$/),
  };
}

async function ask(
  options: RemoteSignerOptions,
  path: string,
  body: object,
  field: string,
  form: RegExp,
): Promise<string> {
  const { status, text } = await exchange(options, path, body);
  const answer = parse(text);
  if (status === 200 && typeof answer[field] === "string" && form.test(answer[field])) return answer[field];
  if (status !== 200 && typeof answer.code === "string" && typeof answer.message === "string") {
    throw new SignerError(answer.message.slice(0, 600), { code: answer.code });
  }
  throw new SignerError(
    `What listens on 127.0.0.1:${options.port} is no signer of this version (HTTP ${status}); end it and start again`,
    { code: "bad_answer" },
  );
}

async function exchange(
  options: RemoteSignerOptions,
  path: string,
  body: object,
): Promise<{ status: number; text: string }> {
  const { port, token, timeoutMs = 15_000, fetch = globalThis.fetch } = options;
  const where = `The signer on 127.0.0.1:${port}`;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirect would carry the token elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await readText(response) };
  } catch (cause) {
    if (cause instanceof SignerError) throw cause;
    if (cause instanceof DOMException && cause.name === "TimeoutError") {
      throw new SignerError(`${where} did not answer within ${timeoutMs} ms`, { code: "timeout", retryable: true });
    }
    throw new SignerError(`${where} cannot be reached: ${errorText(cause)}`, {
      code: "unreachable",
      retryable: true,
      cause,
    });
  }
}

async function readText(response: Response): Promise<string> {
  const body = await collect(response.body ?? [], MAX_ANSWER_BYTES);
  if (body === null) {
    throw new SignerError(`The signer's answer has more than ${MAX_ANSWER_BYTES} bytes`, { code: "bad_answer" });
  }
  return new TextDecoder().decode(body);
}

/** The fields of a JSON object, none where the text is something else. */
function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    // The caller says what is wrong with such an answer.
    return {};
  }
}
