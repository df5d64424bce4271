/** The signer's HTTP face, as a value: no socket is needed to test it. Every body is JSON, errors are {code, message}. @module */
import { type Context, Hono } from "@hono/hono";
import { bodyLimit } from "@hono/hono/body-limit";
import { timingSafeEqual } from "node:crypto";
import { AfError, SignerError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { Signer } from "../port/signer.ts";
import type { SignerPolicy } from "./policy.ts";
import { readBatchHead, readEmpty, readExtrinsicRequest } from "./request.ts";

/** Largest body, in bytes; weights of 4096 uids take about 50,000. */
export const MAX_BODY_BYTES = 131_072;
/** Shortest token, in characters. */
export const MIN_TOKEN = 32;

/** Options of {@linkcode createSigner}. */
export interface CreateSignerOptions {
  /** What holds the key. */
  readonly wallet: Signer;
  readonly policy: SignerPolicy;
  /** Bearer token that every request must carry. */
  readonly token: string;
}

/** HTTP status of an error's code; what is not listed is 500. */
const STATUS = {
  invalid: 400,
  unauthorized: 401,
  foreign_netuid: 403,
  foreign_chain: 403,
  foreign_validator: 403,
  foreign_commitment: 403,
  not_found: 404,
  equivocation: 409,
  past_window: 409,
  too_large: 413,
  not_json: 415,
  unknown_extension: 422,
} as const;

/**
 * The signer: POST /address {} → {address}, POST /extrinsic {call, context} → {extrinsic}, POST /batch head → {signature}.
 * @throws {RangeError} if the token is too short to be one.
 */
export function createSigner(options: CreateSignerOptions): Hono {
  const { wallet, policy, token } = options;
  if (token.length < MIN_TOKEN) throw new RangeError(`The signer's token must have at least ${MIN_TOKEN} characters`);
  const expected = sha256(`Bearer ${token}`);
  const app = new Hono();

  app.use(async (c, next) => {
    // Digests have one length, so that the comparison takes one time whatever was sent.
    if (!timingSafeEqual(sha256(c.req.header("authorization") ?? ""), expected)) {
      throw new SignerError("The signer's token is missing or wrong", { code: "unauthorized" });
    }
    await next();
  });
  app.use(bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new SignerError(`A request to the signer has at most ${MAX_BODY_BYTES} bytes`, { code: "too_large" });
    },
  }));

  app.post("/address", async (c) => {
    readEmpty(await json(c));
    return c.json({ address: await wallet.address() });
  });
  app.post("/extrinsic", async (c) => {
    const request = readExtrinsicRequest(await json(c));
    policy.allowExtrinsic(request);
    return c.json({ extrinsic: await wallet.extrinsic(request.call, request.context) });
  });
  app.post("/batch", async (c) => {
    const head = readBatchHead(await json(c));
    policy.allowBatch(head, await wallet.address());
    return c.json({ signature: await wallet.batch(head) });
  });

  app.notFound(() => {
    throw new SignerError("The signer answers POST /address, /extrinsic and /batch only", { code: "not_found" });
  });
  app.onError((thrown, c) => {
    const error = told(thrown);
    return c.json(error, STATUS[error.code as keyof typeof STATUS] ?? 500);
  });
  return app;
}

async function json(c: Context): Promise<unknown> {
  if (!/^application\/json(\s*;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new SignerError("A request to the signer must be application/json", { code: "not_json" });
  }
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new SignerError("The signer refused a request: the body is no JSON", { code: "invalid" });
  }
}

/** What the other side learns: af's own sentences, and of anything unexpected only that it happened. */
function told(thrown: unknown): { code: string; message: string } {
  if (thrown instanceof AfError && thrown.kind === "RecordError") return { code: "invalid", message: thrown.message };
  if (thrown instanceof AfError) return { code: thrown.code || "failed", message: thrown.message };
  if (thrown instanceof RangeError) {
    return { code: "invalid", message: `The signer refused a request: ${thrown.message}` };
  }
  return { code: "internal", message: "The signer failed inside; see its log" };
}
