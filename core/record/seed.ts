/**
 * Where tasks come from: seeds from public block hashes and secret salts, and the hash chain that the salts come from.
 * The chain's end is committed before the first window, so a validator cannot choose a salt that suits somebody.
 * @module
 */
import { concat, fromHex, toHex, utf8 } from "../base/bytes.ts";
import { canonical } from "../base/canonical.ts";
import { sha256 } from "../base/hash.ts";

/** All that a task's seed depends on. */
export interface SeedInput {
  /** The window's salt: 64 lower-case hex digits. */
  readonly salt: string;
  /** Hash of the window's first block: 0x and 64 lower-case hex digits. */
  readonly blockHash: string;
  /** Subnet, 0 to 65535. */
  readonly netuid: number;
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  /** Id of the environment. */
  readonly env: string;
  /** Version of the environment. */
  readonly version: string;
  /** Index of the round, counted from 0 over the validator's whole life. */
  readonly index: number;
}

function fields(input: SeedInput): unknown[] {
  const { salt, blockHash, netuid, validator, env, version, index } = input;
  // Another spelling of the same bytes would be another seed, which an auditor could not find again.
  if (!/^[0-9a-f]{64}$/.test(salt)) throw new TypeError("A salt must be 64 lower-case hex digits");
  if (!/^0x[0-9a-f]{64}$/.test(blockHash)) throw new TypeError("A block hash must be 0x and 64 lower-case hex digits");
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`A round's index cannot be ${index}`);
  return [salt, blockHash, netuid, validator, env, version, index];
}

/** Seed of a task, 32 bytes. @throws {TypeError | RangeError} for a salt, hash or index of another shape. */
export function taskSeed(input: SeedInput): Uint8Array<ArrayBuffer> {
  return sha256(canonical(fields(input)));
}

/**
 * Seed of a canary, 32 bytes: a task of the same environment that nobody can tell from a counted one.
 * `attempt` numbers the canaries that one round sends, so that a later try is not a repeated prompt.
 */
export function canarySeed(input: SeedInput, options: { attempt?: number } = {}): Uint8Array<ArrayBuffer> {
  return sha256(canonical(["canary", ...fields(input), options.attempt ?? 0]));
}

const TASK_TAG = utf8("af-task");

/** Public name of a task: a digest of its seed, 64 hex digits, from which nothing of the seed can be found. */
export function taskId(seed: Uint8Array): string {
  return toHex(sha256(concat(TASK_TAG, seed)));
}

/** Windows that one validator's salt chain lasts: nine months at 12 s a block. */
export const SALT_CHAIN_LENGTH = 100_000;

/** A hash chain of salts. */
export interface SaltChain {
  /** What is committed on chain, 64 hex digits. */
  readonly end: string;
  /** Number of salts: windows that the chain lasts for. */
  readonly length: number;
  /**
   * Salt of the window that is number `position` (from 0) among the windows used, 64 hex digits. Position 0 is the preimage of the end.
   * @throws {RangeError} when the chain is used up.
   */
  saltOf(position: number): string;
}

function isPosition(position: number): boolean {
  return Number.isSafeInteger(position) && position >= 0;
}

/** The chain that starts at 32 secret bytes. Costs `length` hashes once, about the root of it for a salt, and as many checkpoints. */
export function saltChain(root: Uint8Array, length: number): SaltChain {
  if (root.length !== 32) throw new RangeError("The root of a salt chain must be 32 bytes");
  if (!Number.isSafeInteger(length) || length < 1) throw new RangeError(`A salt chain cannot have length ${length}`);
  const step = Math.ceil(Math.sqrt(length));
  const checkpoints: Uint8Array[] = [];
  let link: Uint8Array = root.slice();
  for (let i = 0; i < length; i++) {
    if (i % step === 0) checkpoints.push(link);
    link = sha256(link);
  }
  return {
    end: toHex(link),
    length,
    saltOf(position) {
      if (!isPosition(position) || position >= length) {
        throw new RangeError(`The salt chain has ${length} salts, so there is none at position ${position}`);
      }
      const index = length - 1 - position;
      let salt = checkpoints[Math.floor(index / step)]!;
      for (let i = index % step; i > 0; i--) salt = sha256(salt);
      return toHex(salt);
    },
  };
}

/**
 * Whether `salt` is the salt at `position` of the chain with this end (all hex). Costs `position + 1` hashes. Of the end the first half
 * may be all that is known: it is what a validator repeats on chain.
 */
export function verifySalt(end: string, position: number, salt: string): boolean {
  if (!isPosition(position) || !/^[0-9a-f]{64}$/.test(salt) || !/^([0-9a-f]{32}){1,2}$/.test(end)) return false;
  let link: Uint8Array = fromHex(salt);
  for (let i = 0; i <= position; i++) link = sha256(link);
  return toHex(link).startsWith(end);
}
