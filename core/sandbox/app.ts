/** The broker's HTTP face, as a value: no socket is needed to test it. Every body is JSON, errors are {code, message, retryable}. @module */
import type { Context, Hono } from "@hono/hono";
import { utf8 } from "../base/bytes.ts";
import { AfError, SandboxError } from "../base/errors.ts";
import type { SandboxBatch, SandboxFacts, SubmissionResult } from "../port/sandbox.ts";
import { Loopback } from "../room/loopback.ts";

/** Largest body, in bytes. A batch of more is sent in pieces. */
export const MAX_BODY_BYTES = 64 << 20;

/** Options of {@linkcode createBroker}. */
export interface CreateBrokerOptions {
  readonly sandbox: {
    facts(): Promise<SandboxFacts>;
    run(batch: SandboxBatch, signal?: AbortSignal): Promise<SubmissionResult[]>;
  };
  /** Bearer token that every request must carry. */
  readonly token: string;
}

/**
 * The broker: POST /facts {} → facts, POST /run batch → {results}. A caller that goes away ends its batch.
 * @throws {RangeError} if the token is too short to be one.
 */
export function createBroker({ sandbox, token }: CreateBrokerOptions): Hono {
  const loopback = new Loopback({
    name: "broker",
    answers: "POST /facts and /run",
    Failure: SandboxError,
    token,
    maxBodyBytes: MAX_BODY_BYTES,
    status: { no_engine: 422, busy: 503 },
    told,
  });
  const { app } = loopback;
  app.post("/facts", async (c) => c.json(await sandbox.facts()));
  app.post("/run", async (c) => {
    const { contender, submissions } = batchOf(await loopback.json(c));
    if (typeof contender !== "string" || contender.length > 200 || !Array.isArray(submissions)) {
      throw new SandboxError("The broker refused a request: it is no batch", { code: "invalid" });
    }
    // The submissions themselves are checked where they are run.
    return answerLater(c, (signal) => sandbox.run({ contender, submissions }, signal));
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

function batchOf(value: unknown): { readonly contender?: unknown; readonly submissions?: unknown } {
  if (typeof value === "object" && value !== null) return value;
  throw new SandboxError("The broker refused a request: the body is no object", { code: "invalid" });
}

/** What the other side learns: af's own sentences, and of anything unexpected only that it happened. */
function told(thrown: unknown): { code: string; message: string; retryable: boolean } {
  if (thrown instanceof AfError) {
    return { code: thrown.code || "failed", message: thrown.message, retryable: thrown.retryable };
  }
  return { code: "internal", message: "The broker failed inside; see its log", retryable: false };
}
