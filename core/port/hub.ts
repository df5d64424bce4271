/** Port: what flows may ask of the hub that models are published on. @module */

/** A repository's revision as the hub describes it. */
export interface RepoFacts {
  readonly model: string;
  /** Full commit hash, 40 hex digits. */
  readonly revision: string;
  /** sha256 over the sorted content hashes of the weight files, hex: two models with the same digest are the same model. */
  readonly weightsDigest: string;
  /** Bytes of the weight files. */
  readonly weightsBytes: number;
}

/** The hub. */
export interface Hub {
  /** @throws HubError code `not_found`, `gated`, `no_weights`; retryable when the hub does not answer. */
  describe(model: string, revision: string): Promise<RepoFacts>;
}
