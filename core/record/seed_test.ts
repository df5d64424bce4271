/** Tests of seeds and the salt chain. @module */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { canarySeed, saltChain, type SeedInput, taskId, taskSeed, verifySalt } from "./seed.ts";

const INPUT: SeedInput = {
  salt: "11".repeat(32),
  blockHash: "0x" + "22".repeat(32),
  netuid: 120,
  validator: "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
  env: "logic",
  version: "1",
  index: 7,
};

Deno.test({
  name: "taskSeed() is the hash of the canonical list when written out by hand",
  permissions: "none",
  fn() {
    const text = `["${INPUT.salt}","${INPUT.blockHash}",120,"${INPUT.validator}","logic","1",7]`;
    assert.equal(taskSeed(INPUT).toHex(), createHash("sha256").update(text).digest("hex"));
  },
});

Deno.test({
  name: "taskSeed() differs when any input differs",
  permissions: "none",
  fn() {
    const others: SeedInput[] = [
      { ...INPUT, salt: "12".repeat(32) },
      { ...INPUT, blockHash: "0x" + "23".repeat(32) },
      { ...INPUT, netuid: 121 },
      { ...INPUT, validator: "x" },
      { ...INPUT, env: "math" },
      { ...INPUT, version: "2" },
      { ...INPUT, index: 8 },
    ];
    const seeds = [INPUT, ...others].flatMap((i) => [taskSeed(i), canarySeed(i), canarySeed(i, { attempt: 1 })]);
    assert.equal(new Set(seeds.map((seed) => seed.toHex())).size, seeds.length);
    assert.equal(new Set(seeds.map(taskId)).size, seeds.length);
    assert.notEqual(taskId(seeds[0]!), seeds[0]!.toHex());
  },
});

Deno.test({
  name: "taskSeed() refuses another spelling of salt, hash or index",
  permissions: "none",
  fn() {
    assert.throws(() => taskSeed({ ...INPUT, salt: "AA".repeat(32) }), TypeError);
    assert.throws(() => taskSeed({ ...INPUT, blockHash: "22".repeat(32) }), TypeError);
    assert.throws(() => taskSeed({ ...INPUT, index: -1 }), RangeError);
    assert.throws(() => taskSeed({ ...INPUT, index: 1.5 }), RangeError);
  },
});

Deno.test({
  name: "saltChain() gives salts that verify at their own position only, for lengths around the checkpoints",
  permissions: "none",
  fn() {
    for (const length of [1, 2, 3, 4, 9, 10, 17, 100]) {
      const chain = saltChain(new Uint8Array(32).fill(9), length);
      let expected = chain.end;
      for (let position = 0; position < length; position++) {
        const salt = chain.saltOf(position);
        assert.equal(createHash("sha256").update(Uint8Array.fromHex(salt)).digest("hex"), expected);
        assert.equal(verifySalt(chain.end, position, salt), true);
        assert.equal(verifySalt(chain.end, position + 1, salt), false);
        assert.equal(verifySalt(chain.end.slice(0, 32), position, salt), true);
        assert.equal(verifySalt(chain.end.slice(0, 32), position + 1, salt), false);
        expected = salt;
      }
      assert.equal(expected, "09".repeat(32), "the last salt is the root");
      assert.throws(() => chain.saltOf(length), RangeError);
      assert.throws(() => chain.saltOf(-1), RangeError);
    }
  },
});

Deno.test({
  name: "verifySalt() is false, never a throw, when what it gets is no salt",
  permissions: "none",
  fn() {
    const { end } = saltChain(new Uint8Array(32), 3);
    assert.equal(verifySalt(end, 0, "zz"), false);
    assert.equal(verifySalt("zz", 0, end), false);
    assert.equal(verifySalt("", 0, end), false);
    assert.equal(verifySalt(end.slice(0, 31), 0, end), false);
    assert.equal(verifySalt(end, -1, end), false);
    assert.equal(verifySalt(end, NaN, end), false);
  },
});
