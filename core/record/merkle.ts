/**
 * Merkle trees over texts as RFC 6962 builds them (a leaf is hashed with 0x00 before it, a node with 0x01), so that a leaf can never be
 * taken for a node and a tree of n leaves has one shape.
 * @module
 */
import { hash } from "node:crypto";
import { fromHex } from "../base/bytes.ts";

/** Hash of a leaf's UTF-8, 64 hex digits: the runtime hands over a hash as hex in half the time that it takes for bytes. */
export function leafHash(leaf: string): string {
  // U+0000 is the byte 0x00 in UTF-8: one hash call on a text, without a copy into bytes.
  return hash("sha256", "\0" + leaf, "hex");
}

function nodeHash(left: string, right: string): string {
  return hash("sha256", fromHex(`01${left}${right}`), "hex");
}

/** Root over leaves, 64 hex digits; memory is the logarithm of their number. The root of no leaf is the hash of nothing. */
export function merkleRoot(leaves: Iterable<string>): string {
  // Roots of complete subtrees, the largest first: level i of the stack stands for a set bit of the number of leaves.
  const stack: string[] = [];
  let count = 0;
  for (const leaf of leaves) {
    let node = leafHash(leaf);
    for (let rest = count; rest & 1; rest >>>= 1) node = nodeHash(stack.pop()!, node);
    stack.push(node);
    count++;
  }
  if (count === 0) return hash("sha256", "", "hex");
  return stack.reduceRight((right, left) => nodeHash(left, right));
}

/** Largest power of two under `count`: where RFC 6962 splits a tree. */
function split(count: number): number {
  return 2 ** (31 - Math.clz32(count - 1));
}

/** Proof that leaf `index` is in the tree: the siblings' hashes (hex) from the leaf up. @throws {RangeError} if there is no such leaf. */
export function prove(leaves: readonly string[], index: number): string[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`There is no leaf ${index}`);
  }
  const path: string[] = [];
  let part = leaves;
  let at = index;
  while (part.length > 1) {
    const half = split(part.length);
    const right = at >= half;
    path.push(merkleRoot(right ? part.slice(0, half) : part.slice(half)));
    part = right ? part.slice(half) : part.slice(0, half);
    if (right) at -= half;
  }
  return path.reverse();
}

/** What {@linkcode verifyProof} checks. All of it may come from a stranger. */
export interface InclusionProof {
  /** Root of the tree, hex. */
  readonly root: string;
  /** Number of leaves in the tree. */
  readonly count: number;
  /** Place of the leaf, from 0. */
  readonly index: number;
  /** Text of the leaf, such as the canonical JSON of a record. */
  readonly leaf: string;
  /** Siblings' hashes from the leaf up, hex. */
  readonly path: readonly string[];
}

/** Whether the leaf is at this index of the tree with this root. Never throws. */
export function verifyProof(proof: InclusionProof): boolean {
  const { root, count, index, leaf, path } = proof;
  if (!Number.isInteger(count) || !Number.isInteger(index) || index < 0 || index >= count || count > 2 ** 31) {
    return false;
  }
  if (![root, ...path].every((hex) => /^[0-9a-f]{64}$/.test(hex))) return false;
  const sides: boolean[] = [];
  for (let part = count, at = index; part > 1;) {
    const half = split(part);
    const right = at >= half;
    sides.push(right);
    part = right ? part - half : half;
    if (right) at -= half;
  }
  if (sides.length !== path.length) return false;
  const top = sides.reverse().reduce((node, right, level) => {
    const sibling = path[level]!;
    return right ? nodeHash(sibling, node) : nodeHash(node, sibling);
  }, leafHash(leaf));
  return top === root;
}
