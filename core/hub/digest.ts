/** Which files of a repository are weights, and the digest that tells whether two models are the same. @module */
import { sha256Hex } from "../base/hash.ts";

/** A file of a repository as the hub lists it. */
export interface HubFile {
  readonly path: string;
  /** Bytes of the content. */
  readonly size: number;
  /** sha256 of the content where the hub knows it (large files), 64 hex digits, else null. */
  readonly sha256: string | null;
  /** Git's hash of the file, 40 hex digits. */
  readonly gitOid: string;
}

/** Endings of file names that hold weights. Everything else (code, tokenizer, configuration) is no part of the digest. */
export const WEIGHT_ENDINGS = [
  ".safetensors",
  ".bin",
  ".gguf",
  ".ggml",
  ".pt",
  ".pth",
  ".ckpt",
  ".h5",
  ".msgpack",
  ".npz",
  ".onnx",
] as const;

/** Whether a path is a weight file, in any folder. */
export function isWeightFile(path: string): boolean {
  const name = path.toLowerCase();
  return WEIGHT_ENDINGS.some((ending) => name.endsWith(ending));
}

/**
 * Digest over the sorted content hashes of weight files, 64 hex digits: sha256 of the lines joined by a line feed. A line is the
 * sha256 of the content, or `git:` and git's hash for a file that is not stored as a large file (the hub has no sha256 of it).
 * Names and folders do not matter.
 */
export function weightsDigest(files: readonly HubFile[]): string {
  return sha256Hex(files.map((file) => file.sha256 ?? `git:${file.gitOid}`).sort().join("\n"));
}
