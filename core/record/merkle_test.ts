/** Tests of Merkle trees. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { merkleRoot, prove, verifyProof } from "./merkle.ts";

/** RFC 6962 section 2.1 word by word. */
function reference(leaves: readonly string[]): Uint8Array {
  const sha = (...parts: (Uint8Array | string)[]) => {
    const h = createHash("sha256");
    for (const part of parts) h.update(part);
    return new Uint8Array(h.digest());
  };
  if (leaves.length === 0) return sha("");
  if (leaves.length === 1) return sha(Uint8Array.of(0), leaves[0]!);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Uint8Array.of(1), reference(leaves.slice(0, k)), reference(leaves.slice(k)));
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => `leaf ${i} é`);
const text = fc.string({ unit: "grapheme", maxLength: 20 });

Deno.test({
  name: "merkleRoot() is the tree of RFC 6962 for 0 to 70 leaves",
  permissions: "none",
  fn() {
    for (let n = 0; n <= 70; n++) assert.equal(merkleRoot(leavesOf(n)), reference(leavesOf(n)).toHex());
  },
});

Deno.test({
  name: "merkleRoot() changes when any leaf changes, moves, comes or goes",
  permissions: "none",
  fn() {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 12 }), fc.nat(), fc.nat(), text, (leaves, a, b, other) => {
        const root = merkleRoot(leaves);
        const i = a % leaves.length;
        const j = b % leaves.length;
        if (other !== leaves[i]) assert.notEqual(merkleRoot(leaves.with(i, other)), root);
        if (leaves[i] !== leaves[j]) assert.notEqual(merkleRoot(leaves.with(i, leaves[j]!).with(j, leaves[i]!)), root);
        assert.notEqual(merkleRoot([...leaves, other]), root);
        assert.notEqual(merkleRoot(leaves.toSpliced(i, 1)), root);
      }),
    );
  },
});

Deno.test({
  name: "verifyProof() accepts what prove() makes, and nothing else",
  permissions: "none",
  fn() {
    for (let count = 1; count <= 20; count++) {
      const leaves = leavesOf(count);
      const root = merkleRoot(leaves);
      for (let index = 0; index < count; index++) {
        const proof = { root, count, index, leaf: leaves[index]!, path: prove(leaves, index) };
        assert.equal(verifyProof(proof), true, `${index} of ${count}`);
        assert.equal(verifyProof({ ...proof, leaf: "other" }), false);
        assert.equal(verifyProof({ ...proof, index: count }), false);
        if (count > 1) assert.equal(verifyProof({ ...proof, index: (index + 1) % count }), false);
        assert.equal(verifyProof({ ...proof, path: [...proof.path, root] }), false);
      }
    }
  },
});

Deno.test({
  name: "verifyProof() refuses any flipped bit of root, path or leaf",
  permissions: "none",
  fn() {
    const flip = (hex: string, bit: number) => {
      const bytes = Uint8Array.fromHex(hex);
      bytes[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
      return bytes.toHex();
    };
    fc.assert(fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), fc.nat(), (count, a, b, bit) => {
      const leaves = leavesOf(count);
      const index = a % count;
      const proof = { root: merkleRoot(leaves), count, index, leaf: leaves[index]!, path: prove(leaves, index) };
      assert.equal(verifyProof({ ...proof, root: flip(proof.root, bit) }), false);
      const level = b % proof.path.length;
      assert.equal(verifyProof({ ...proof, path: proof.path.with(level, flip(proof.path[level]!, bit)) }), false);
    }));
  },
});

Deno.test({
  name: "verifyProof() is false, never a throw, when it gets nonsense",
  permissions: "none",
  fn() {
    const good = { root: merkleRoot(["a"]), count: 1, index: 0, leaf: "a", path: [] };
    assert.equal(verifyProof(good), true);
    for (
      const part of [{ root: "xyz" }, { path: ["zz"] }, { count: 0 }, { count: 1.5 }, { count: NaN }, { index: -1 }, {
        count: 2 ** 40,
      }]
    ) {
      assert.equal(verifyProof({ ...good, ...part }), false);
    }
  },
});
