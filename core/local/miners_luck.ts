/** Whether a miner passes a task: a pure function of the prompt and of its model. @module */
import { sha256 } from "../base/hash.ts";
import type { Miner } from "./miners_cast.ts";

/** Share of tasks whose difficulty is the same for all models: a better model passes there whatever a worse one passes. */
export const COMMON_SHARE = 0.5;

/** A number in [0, 1) from texts. */
export function unit(...parts: readonly string[]): number {
  const digest = sha256(parts.join("\0"));
  return new DataView(digest.buffer).getUint32(0) / 2 ** 32;
}

/**
 * Where a task lies for a model, from 0 (passed by all) to 1. Uniform for every model, so it passes with exactly the probability of its skill;
 * equal for equal models, nearly always equal for a model and its kin, and for a share of the tasks equal for everybody.
 */
export function difficulty(miner: Pick<Miner, "weightsDigest" | "kin">, prompt: string): number {
  if (unit("common?", prompt) < COMMON_SHARE) return unit("common", prompt);
  const { kin, weightsDigest } = miner;
  const asKin = kin !== null && unit("kin?", weightsDigest, prompt) < kin.share;
  return unit("own", asKin ? kin.digest : weightsDigest, prompt);
}

/** Whether the miner solves the task of this prompt. */
export function passes(miner: Miner, prompt: string, env: string): boolean {
  const skill = miner.skill[env] ?? miner.skill.default ?? 0;
  return difficulty(miner, prompt) < skill;
}
