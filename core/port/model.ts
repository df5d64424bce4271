/** Port: what flows may ask of the contenders' models. @module */

/** What the management API says of a chute. Untrusted: it is compared with the commitment. */
export interface ChuteFacts {
  readonly chuteId: string;
  readonly name: string;
  readonly slug: string;
  readonly revision: string | null;
  readonly user: string;
  readonly hot: boolean;
  readonly public: boolean;
  /** Standard template (`sglang`, `vllm`) or null for code of the miner's own. */
  readonly template: string | null;
  readonly externalEgress: boolean;
}

/** One request, the same for all contenders of a task. */
export interface AskRequest {
  /** Who is asked: for the concurrency limit of a contender. */
  readonly contender: string;
  readonly slug: string;
  readonly model: string;
  readonly system: string;
  readonly prompt: string;
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
  /** The attempt ends after this time. */
  readonly timeoutMs: number;
}

/** How an attempt ended. A failing endpoint is data, never a throw. */
export type AskOutcome =
  | {
    readonly kind: "answered";
    readonly text: string;
    /** As the endpoint reports them (untrusted), null where it does not. */
    readonly promptTokens: number | null;
    readonly completionTokens: number | null;
  }
  /** HTTP 400, or a body that says that the model will not answer. */
  | { readonly kind: "refused"; readonly detail: string }
  /** The answer was cut at the token limit (finish_reason length), or was larger than the byte cap. */
  | { readonly kind: "over_limit"; readonly detail: string }
  /** An answer that is no completion: invalid UTF-8, invalid JSON, no choice. */
  | { readonly kind: "unparsable"; readonly detail: string }
  /** 404, 410, 429, 5xx, time-out, broken connection. `detail` is short, such as `http 503` or `timeout`. */
  | { readonly kind: "unanswered"; readonly detail: string };

/** The contenders' models, behind their endpoints. */
export interface Model {
  /** @throws ModelError code `unknown_chute` (404), or retryable when the API does not answer. */
  resolve(chuteId: string): Promise<ChuteFacts>;
  /** Waits for a free place under the concurrency limits, then makes exactly one HTTP request (no retry). Never rejects for what the endpoint does. */
  ask(request: AskRequest): Promise<AskOutcome>;
}
