/**
 * Port: what flows may ask of an endpoint that the validator runs itself from a contender's pinned revision. It answers the question
 * whether a contender's own endpoint serves what it committed (core/mechanism/hosted.ts judges the counts).
 * @module
 */
import type { AskOutcome, AskRequest } from "./model.ts";

/** What is to be hosted: a repository on the hub at a revision that cannot change. */
export interface HostedModel {
  /** `owner/name`. */
  readonly model: string;
  /** Commit of the repository, 40 hex digits. */
  readonly revision: string;
  /** Digest of the weight files as the contender's commitment was seen to have it; null where the hub did not tell. */
  readonly weightsDigest: string | null;
}

/** A request to a hosted model: the same text, temperature, seed and limits as the contender's endpoint is asked with. */
export type HostedRequest = Omit<AskRequest, "slug" | "contender" | "model">;

/** A model that runs. */
export interface HostedSession {
  /**
   * Makes exactly one request. Never rejects for what the endpoint does. `unanswered` is whatever the endpoint or its settings could be
   * blamed for, besides silence a status other than 200, a body that is no completion or too large; all else is the weights' answer.
   */
  ask(request: HostedRequest): Promise<AskOutcome>;
  /** Gives the machine free for the next one. */
  close(): Promise<void>;
}

/** The validator's own host of models. */
export interface Host {
  /**
   * Runs a model, or waits until it runs. One at a time is enough: only candidates are checked.
   * @throws ModelError `unknown_model` if it does not run that model at that revision; retryable when the endpoint does not answer.
   */
  open(model: HostedModel): Promise<HostedSession>;
}
