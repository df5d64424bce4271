import assert from "node:assert/strict";
import { blockHeader, compactNumber } from "@polkadot-api/substrate-bindings";
import { blake2b } from "@noble/hashes/blake2.js";
import { toHex } from "../base/bytes.ts";
import { compact, Hashes } from "./chain_hashes.ts";

Deno.test({
  name: "Hashes.hash() is the blake2-256 of the SCALE header, and headers are linked, when it starts at 0",
  permissions: "none",
  fn() {
    const hashes = new Hashes("a", 0);
    for (let number = 0; number < 300; number++) {
      const { parentHash, stateRoot, extrinsicsRoot } = hashes.header(number);
      const scale = blockHeader.enc({ parentHash, number, stateRoot, extrinsicRoot: extrinsicsRoot, digests: [] });
      assert.equal(hashes.hash(number), `0x${toHex(blake2b(scale, { dkLen: 32 }))}`);
      if (number > 0) assert.equal(parentHash, hashes.hash(number - 1));
    }
  },
});

Deno.test({
  name: "Hashes.hash() does not depend on the order of questions when checkpoints are skipped",
  permissions: "none",
  fn() {
    const [forth, back] = [new Hashes("a", 0), new Hashes("a", 0)];
    const numbers = [0, 1, 255, 256, 257, 511, 512, 1023, 5000];
    const wanted = numbers.map((number) => forth.hash(number));
    assert.deepEqual(numbers.toReversed().map((number) => back.hash(number)).toReversed(), wanted);
    assert.equal(new Set(wanted).size, numbers.length);
  },
});

Deno.test({
  name: "Hashes.hash() agrees from the anchor on when two runs start at different blocks",
  permissions: "none",
  fn() {
    assert.equal(new Hashes("a", 3000).hash(3500), new Hashes("a", 0).hash(3500));
    assert.equal(new Hashes("a", 70_000).hash(70_100), new Hashes("a", 66_000).hash(70_100));
    assert.equal(new Hashes("a", 70_000).hash(0), new Hashes("a", 0).hash(0));
    const late = new Hashes("a", 5_000_000);
    assert.equal(late.header(4_980_736).parentHash, late.hash(4_980_735));
    assert.notEqual(new Hashes("b", 0).hash(7), new Hashes("a", 0).hash(7));
    assert.throws(() => late.hash(-1), RangeError);
  },
});

Deno.test({
  name: "compact() writes what the bindings write when numbers need one to eight bytes",
  permissions: "none",
  fn() {
    for (const value of [0, 1, 63, 64, 16383, 16384, 2 ** 30 - 1, 2 ** 30, 2 ** 32 - 1]) {
      assert.equal(toHex(compact(value)), toHex(compactNumber.enc(value)), `${value}`);
    }
    assert.equal(toHex(compact(2 ** 40)), "0b000000000001");
  },
});
