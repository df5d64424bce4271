import assert from "node:assert/strict";
import { sha256Hex } from "../base/hash.ts";
import { type HubFile, isWeightFile, weightsDigest } from "./digest.ts";

const A: HubFile = { path: "model-00001.safetensors", size: 5, sha256: "aa".repeat(32), gitOid: "11".repeat(20) };
const B: HubFile = { path: "sub/model-00002.safetensors", size: 7, sha256: "0b".repeat(32), gitOid: "22".repeat(20) };
const SMALL: HubFile = { path: "tiny.bin", size: 7, sha256: null, gitOid: "33".repeat(20) };

Deno.test({
  name: "weightsDigest() depends on contents only, not on names or order",
  permissions: "none",
  fn() {
    const digest = weightsDigest([A, B, SMALL]);
    assert.equal(digest, sha256Hex(["0b".repeat(32), "aa".repeat(32), `git:${"33".repeat(20)}`].join("\n")));
    assert.equal(weightsDigest([SMALL, { ...B, path: "other.gguf" }, { ...A, gitOid: "44".repeat(20) }]), digest);
    assert.notEqual(weightsDigest([A, B]), digest);
    assert.notEqual(weightsDigest([A, B, B, SMALL]), digest);
    assert.notEqual(weightsDigest([{ ...A, sha256: "ab".repeat(32) }, B, SMALL]), digest);
  },
});

Deno.test({
  name: "isWeightFile() tells weights from everything else",
  permissions: "none",
  fn() {
    for (const path of ["model.safetensors", "a/b/x.GGUF", "pytorch_model.bin", "consolidated.00.pth"]) {
      assert.ok(isWeightFile(path), path);
    }
    for (const path of ["config.json", "model.safetensors.index.json", "modeling.py", "bin", "tokenizer.model"]) {
      assert.ok(!isWeightFile(path), path);
    }
  },
});
