/** What a revision of a model is: the digest of its weights. @module */
import { HubError } from "../base/errors.ts";
import type { RepoFacts } from "../port/hub.ts";
import { isWeightFile, weightsDigest } from "./digest.ts";
import { type HubRevision, type HubSettings, listRevision, nameOf } from "./listing.ts";

/** @throws {HubError} `not_found`, `gated`, `no_weights`, `malformed`; retryable `unanswered` when the hub does not answer. */
export async function describeRepo(model: string, revision: string, settings: HubSettings): Promise<RepoFacts> {
  const repo: HubRevision = { type: "model", name: model, revision };
  const files = (await listRevision(repo, settings)).filter((file) => isWeightFile(file.path));
  if (files.length === 0) throw new HubError(`${nameOf(repo)} holds no weight files`, { code: "no_weights" });
  return {
    model,
    revision,
    weightsDigest: weightsDigest(files),
    weightsBytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}
