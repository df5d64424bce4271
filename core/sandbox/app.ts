/** The broker's HTTP face, as a value: no socket is needed to test it. Every body is JSON, errors are {code, message, retryable}. @module */
import { type Context, Hono } from "@hono/hono";
import { bodyLimit } from "@hono/hono/body-limit";
import { timingSafeEqual } from "node:crypto";
import { utf8 } from "../base/bytes.ts";
import { AfError, SandboxError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { SandboxBatch, SandboxFacts, SubmissionResult } from "../port/sandbox.ts";

/** Largest body, in bytes. A batch of more is sent in pieces. */
export const MAX_BODY_BYTES = 64 << 20;
/** Shortest token, in characters. */
export const MIN_TOKEN = 32;

/** Options of {@linkcode createBroker}. */
export interface CreateBrokerOptions {
  readonly sandbox: {
    facts(): Promise<SandboxFacts>;
    run(batch: SandboxBatch, signal?: AbortSignal): Promise<SubmissionResult[]>;
  };
  /** Bearer token that every request must carry. */
  readonly token: string;
}

/** HTTP status of an error's code; what is not listed is 500. */
const STATUS = {
  invalid: 400,
  unauthorized: 401,
  not_found: 404,
  too_large: 413,
  not_json: 415,
  no_engine: 422,
  busy: 503,
} as const;

/**
 * The broker: POST /facts {} → facts, POST /run batch → {results}. A caller that goes away ends its batch.
 * @throws {RangeError} if the token is too short to be one.
 */
export function createBroker({ sandbox, token }: CreateBrokerOptions): Hono {
  if (token.length < MIN_TOKEN) throw new RangeError(`The broker's token must have at least ${MIN_TOKEN} characters`);
  const expected = sha256(`Bearer ${token}`);
  const app = new Hono();
  app.use(async (c, next) => {
    // Digests have one length, so that the comparison takes one time whatever was sent.
    if (!timingSafeEqual(sha256(c.req.header("authorization") ?? ""), expected)) {
      throw new SandboxError("The broker's token is missing or wrong", { code: "unauthorized" });
    }
    await next();
  });
  app.use(bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new SandboxError(`A request to the broker has at most ${MAX_BODY_BYTES} bytes`, { code: "too_large" });
    },
  }));
  app.post("/facts", async (c) => c.json(await sandbox.facts()));
  app.post("/run", async (c) => {
    const { contender, submissions } = await json(c);
    if (typeof contender !== "string" || contender.length > 200 || !Array.isArray(submissions)) {
      throw new SandboxError("The broker refused a request: it is no batch", { code: "invalid" });
    }
    // The submissions themselves are checked where they are run.
    return answerLater(c, (signal) => sandbox.run({ contender, submissions }, signal));
  });
  app.notFound(() => {
    throw new SandboxError("The broker answers POST /facts and /run only", { code: "not_found" });
  });
  app.onError((thrown, c) => {
    const error = told(thrown);
    return c.json(error, STATUS[error.code as keyof typeof STATUS] ?? 500);
  });
  return app;
}

/**
 * Begins an answer at once and ends it when the work is done, so that a caller who goes away is noticed: the stream is cancelled.
 * (A request's own signal would say so, too, but only with a warning on the terminal.) What fails is told in the body, status 200.
 */
function answerLater(c: Context, work: (signal: AbortSignal) => Promise<SubmissionResult[]>): Response {
  const gone = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const answer = await work(gone.signal).then((results) => ({ results }), told);
      if (gone.signal.aborted) return;
      controller.enqueue(utf8(JSON.stringify(answer)));
      controller.close();
    },
    cancel: () => gone.abort(),
  });
  return c.body(body, 200, { "content-type": "application/json" });
}

async function json(c: Context): Promise<Record<string, unknown>> {
  if (!/^application\/json(\s*;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new SandboxError("A request to the broker must be application/json", { code: "not_json" });
  }
  const text = await c.req.text();
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    throw new SandboxError("The broker refused a request: the body is no JSON", { code: "invalid" });
  }
  throw new SandboxError("The broker refused a request: the body is no object", { code: "invalid" });
}

/** What the other side learns: af's own sentences, and of anything unexpected only that it happened. */
function told(thrown: unknown): { code: string; message: string; retryable: boolean } {
  if (thrown instanceof AfError) {
    return { code: thrown.code || "failed", message: thrown.message, retryable: thrown.retryable };
  }
  return { code: "internal", message: "The broker failed inside; see its log", retryable: false };
}
