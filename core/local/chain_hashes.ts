/** The local chain's headers and hashes: derived from a seed, so that they are known before there is a block. @module */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toHex, utf8 } from "../base/bytes.ts";

/** A header as Substrate knows it, in hex; the digest is always empty. */
export interface Header {
  readonly parentHash: string;
  readonly number: number;
  readonly stateRoot: string;
  readonly extrinsicsRoot: string;
}

const ANCHOR_EVERY = 65_536;
const CHECKPOINT_EVERY = 256;
const NO_PARENT = new Uint8Array(32);

/**
 * Headers and hashes of one seed.
 *
 * The state and extrinsics roots of every header are constants of the seed, not roots of any trie, and nothing else
 * enters a header but its number and its parent's hash. So a hash is a pure function of (seed, number), whatever the
 * blocks hold: two runs with one seed agree on every hash, also after a crash and with other extrinsics in other blocks.
 *
 * Parent links are real from the anchor on (the last multiple of 65,536 at or below the start), which makes a late
 * start cheap; below the anchor a hash is still fixed by seed and number, but its header has no parent. Runs whose
 * starts share an anchor agree on every hash from it on; the genesis hash is the same for all starts.
 */
export class Hashes {
  readonly #stateRoot: Uint8Array;
  readonly #extrinsicsRoot: Uint8Array;
  readonly #anchor: number;
  /** Hash of every 256th block from the anchor on: the rest is computed again when asked for, so memory stays flat. */
  readonly #checkpoints: Uint8Array[] = [];
  /** The highest hash so far: the next block is one step away. */
  #last: { number: number; hash: Uint8Array } | undefined;

  /** Hashes of a chain that starts with block `start`. */
  constructor(seed: string, start: number) {
    this.#stateRoot = blake2b(utf8(`af-local-chain/state/${seed}`), { dkLen: 32 });
    this.#extrinsicsRoot = blake2b(utf8(`af-local-chain/extrinsics/${seed}`), { dkLen: 32 });
    this.#anchor = Math.floor(start / ANCHOR_EVERY) * ANCHOR_EVERY;
  }

  /** Hash of block `number` with 0x. */
  hash(number: number): string {
    return `0x${toHex(this.#bytes(number))}`;
  }
  /** Header of block `number`, which has the hash of {@linkcode Hashes.hash}. */
  header(number: number): Header {
    return {
      parentHash: `0x${toHex(this.#parent(number))}`,
      number,
      stateRoot: `0x${toHex(this.#stateRoot)}`,
      extrinsicsRoot: `0x${toHex(this.#extrinsicsRoot)}`,
    };
  }

  #parent(number: number): Uint8Array {
    if (number > this.#anchor) return this.#bytes(number - 1);
    return number === 0 || number < this.#anchor ? NO_PARENT : this.#step(number - 1, NO_PARENT);
  }
  #bytes(number: number): Uint8Array {
    if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`No block has the number ${number}`);
    if (number < this.#anchor) return this.#step(number, NO_PARENT);
    const wanted = Math.floor((number - this.#anchor) / CHECKPOINT_EVERY);
    let at = Math.min(wanted, this.#checkpoints.length - 1);
    if (at < 0) {
      this.#checkpoints.push(this.#step(this.#anchor, this.#parent(this.#anchor)));
      at = 0;
    }
    let current = this.#anchor + at * CHECKPOINT_EVERY;
    let hash = this.#checkpoints[at]!;
    if (this.#last && this.#last.number <= number && this.#last.number > current) {
      ({ number: current, hash } = this.#last);
    }
    while (current < number) {
      hash = this.#step(++current, hash);
      const offset = current - this.#anchor;
      if (offset % CHECKPOINT_EVERY === 0) this.#checkpoints[offset / CHECKPOINT_EVERY] = hash;
    }
    if (!this.#last || number > this.#last.number) this.#last = { number, hash };
    return hash;
  }
  #step(number: number, parent: Uint8Array): Uint8Array {
    const header = concat(parent, compact(number), this.#stateRoot, this.#extrinsicsRoot, new Uint8Array([0]));
    return blake2b(header, { dkLen: 32 });
  }
}

/** SCALE's compact form of a whole number below 2^53. */
export function compact(value: number): Uint8Array {
  if (value < 1 << 6) return new Uint8Array([value << 2]);
  if (value < 1 << 14) return new Uint8Array([((value & 63) << 2) | 1, value >> 6]);
  if (value < 2 ** 30) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, (value * 4 + 2) >>> 0, true);
    return bytes;
  }
  const bytes: number[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 8n) bytes.push(Number(rest & 255n));
  while (bytes.length < 4) bytes.push(0);
  return new Uint8Array([((bytes.length - 4) << 2) | 3, ...bytes]);
}
