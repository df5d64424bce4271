/**
 * What processes that listen on loopback have in common: every request carries their token and has a bounded body of JSON, and every
 * refusal is a code with a sentence. @module
 */
import { type Context, Hono } from "@hono/hono";
import { bodyLimit } from "@hono/hono/body-limit";
import { timingSafeEqual } from "node:crypto";
import type { AfError, AfErrorOptions } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";

/** Shortest token, in characters. */
export const MIN_TOKEN = 32;

/** HTTP status of the codes that each of them has. */
const STATUS = { invalid: 400, unauthorized: 401, not_found: 404, too_large: 413, not_json: 415 } as const;

/** What the other side is told of an error; it has a code at least. */
export interface Told {
  readonly code: string;
  readonly message: string;
}

/** Options of {@linkcode Loopback}. */
export interface LoopbackOptions {
  /** Who listens, for sentences, such as `broker`. */
  readonly name: string;
  /** What it answers, for whoever asks for something else, such as `POST /run`. */
  readonly answers: string;
  /** The class of its refusals. */
  readonly Failure: new (message: string, options: AfErrorOptions) => AfError;
  /** Bearer token that every request must carry. */
  readonly token: string;
  /** Largest body, in bytes. */
  readonly maxBodyBytes: number;
  /** HTTP status of its own codes; what is listed nowhere is 500. */
  readonly status: Readonly<Record<string, 403 | 409 | 422 | 503>>;
  /** What the other side learns of an error. */
  readonly told: (thrown: unknown) => Told;
}

/** An application that refuses what carries no token, is too large, or goes nowhere. */
export class Loopback {
  readonly #options: LoopbackOptions;
  /** Where the answers are added. */
  readonly app: Hono = new Hono();
  /** @throws {RangeError} if the token is too short to be one. */
  constructor(options: LoopbackOptions) {
    const { name, answers, Failure, token, maxBodyBytes, status, told } = options;
    if (token.length < MIN_TOKEN) {
      throw new RangeError(`The ${name}'s token must have at least ${MIN_TOKEN} characters`);
    }
    this.#options = options;
    const expected = sha256(`Bearer ${token}`);
    this.app.use(async (c, next) => {
      // Digests have one length, so that the comparison takes one time whatever was sent.
      if (!timingSafeEqual(sha256(c.req.header("authorization") ?? ""), expected)) {
        throw new Failure(`The ${name}'s token is missing or wrong`, { code: "unauthorized" });
      }
      await next();
    });
    this.app.use(bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new Failure(`A request to the ${name} has at most ${maxBodyBytes} bytes`, { code: "too_large" });
      },
    }));
    this.app.notFound(() => {
      throw new Failure(`The ${name} answers ${answers} only`, { code: "not_found" });
    });
    const statuses: Readonly<Record<string, 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 503>> = {
      ...STATUS,
      ...status,
    };
    this.app.onError((thrown, c) => {
      const error = told(thrown);
      return c.json(error, Object.hasOwn(statuses, error.code) ? statuses[error.code]! : 500);
    });
  }

  /** The body of a request. Throws what it refuses with, code `not_json` or `invalid`. */
  async json(c: Context): Promise<unknown> {
    const { name, Failure } = this.#options;
    if (!/^application\/json(\s*;|$)/i.test(c.req.header("content-type") ?? "")) {
      throw new Failure(`A request to the ${name} must be application/json`, { code: "not_json" });
    }
    const text = await c.req.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Failure(`The ${name} refused a request: the body is no JSON`, { code: "invalid" });
    }
  }
}
