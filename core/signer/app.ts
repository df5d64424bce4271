/** The signer's HTTP face, as a value: no socket is needed to test it. Every body is JSON, errors are {code, message}. @module */
import type { Hono } from "@hono/hono";
import { AfError, SignerError } from "../base/errors.ts";
import type { Signer } from "../port/signer.ts";
import { Loopback } from "../room/loopback.ts";
import type { SignerPolicy } from "./policy.ts";
import { readBatchHead, readEmpty, readExtrinsicRequest, readIndexHead } from "./request.ts";

/** Largest body, in bytes; weights of 4096 uids take about 50,000. */
export const MAX_BODY_BYTES = 131_072;

/** Options of {@linkcode createSigner}. */
export interface CreateSignerOptions {
  /** What holds the key. */
  readonly wallet: Signer;
  readonly policy: SignerPolicy;
  /** Bearer token that every request must carry. */
  readonly token: string;
}

/** HTTP status of the codes that only a signer has. */
const STATUS = {
  foreign_netuid: 403,
  foreign_chain: 403,
  foreign_validator: 403,
  foreign_commitment: 403,
  equivocation: 409,
  past_window: 409,
  past_page: 409,
  unknown_extension: 422,
} as const;

/**
 * The signer: POST /address {} → {address}, POST /extrinsic {call, context} → {extrinsic}, POST /batch head → {signature},
 * POST /index head → {signature}.
 * @throws {RangeError} if the token is too short to be one.
 */
export function createSigner(options: CreateSignerOptions): Hono {
  const { wallet, policy, token } = options;
  const loopback = new Loopback({
    name: "signer",
    answers: "POST /address, /extrinsic, /batch and /index",
    Failure: SignerError,
    token,
    maxBodyBytes: MAX_BODY_BYTES,
    status: STATUS,
    told,
  });
  const { app } = loopback;
  app.post("/address", async (c) => {
    readEmpty(await loopback.json(c));
    return c.json({ address: await wallet.address() });
  });
  app.post("/extrinsic", async (c) => {
    const request = readExtrinsicRequest(await loopback.json(c));
    policy.allowExtrinsic(request);
    return c.json({ extrinsic: await wallet.extrinsic(request.call, request.context) });
  });
  app.post("/batch", async (c) => {
    const head = readBatchHead(await loopback.json(c));
    policy.allowBatch(head, await wallet.address());
    return c.json({ signature: await wallet.batch(head) });
  });
  app.post("/index", async (c) => {
    const head = readIndexHead(await loopback.json(c));
    policy.allowIndex(head, await wallet.address());
    return c.json({ signature: await wallet.index(head) });
  });
  return app;
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
