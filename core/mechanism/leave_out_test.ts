import assert from "node:assert/strict";
import { LEFT_OUT_FROM, leftOut, mostRounds, settled, withoutEach } from "./leave_out.ts";

/** A value that is the sum of what validators say. */
function saying(...values: readonly number[]) {
  return (without: readonly number[]) => values.reduce((sum, value, v) => without.includes(v) ? sum : sum + value, 0);
}

Deno.test({
  name: "leftOut() is the value of the whole pool up to three validators",
  permissions: "none",
  fn() {
    for (const values of [[], [3], [3, 4], [3, 4, 5]]) {
      const whole = values.reduce((sum, value) => sum + value, 0);
      assert.equal(leftOut(values.length, saying(...values)), whole);
      assert.equal(settled(values.length, saying(...values)), whole);
      assert.deepEqual(withoutEach(values.length, saying(...values)), [whole]);
      assert.equal(mostRounds(values.length, 100), 100);
    }
    assert.equal(LEFT_OUT_FROM, 4);
  },
});

Deno.test({
  name: "leftOut() is the smallest over v of ln of the mean over w of the e-value without both",
  permissions: "none",
  fn() {
    // Without 3 and any other one of 0, 1, 2 what remains is 2 of them: 2 nats each time.
    assert.equal(leftOut(4, saying(1, 1, 1, 100)), 2);
    // Without 0: one of the pools is free of the forger and holds 2 nats, the mean over three is at least a third of it.
    assert.ok(Math.abs(leftOut(4, saying(1, 1, 1, -1000)) - (2 - Math.log(3))) < 1e-12);
    const even = [1, 2, 3, 4, 5];
    const expected = Math.min(...even.map((_, v) => {
      const rest = even.filter((_, w) => w !== v).map((w) => Math.exp(15 - even[v]! - w));
      return Math.log(rest.reduce((sum, value) => sum + value, 0) / 4);
    }));
    assert.ok(Math.abs(leftOut(5, saying(...even)) - expected) < 1e-12);
  },
});

Deno.test({
  name: "settled() is moved by no single validator beyond what pools of the others say",
  permissions: "none",
  fn() {
    const mean = (...values: readonly number[]) => (without: readonly number[]) => {
      const left = values.filter((_, v) => !without.includes(v));
      return left.reduce((sum, value) => sum + value, 0) / left.length;
    };
    assert.ok(Math.abs(settled(5, mean(.5, .5, .5, .5, .5)) - .5) < 1e-12);
    for (const lie of [0, 1]) {
      const value = settled(5, mean(.5, .52, lie, .48, .5));
      assert.ok(value >= .48 && value <= .52, `${value}`);
    }
  },
});

Deno.test({
  name: "withoutEach() looks at every pool of all but one, mostRounds() makes up for two",
  permissions: "none",
  fn() {
    assert.deepEqual(withoutEach(4, saying(1, 2, 4, 8)), [14, 13, 11, 7]);
    assert.equal(mostRounds(4, 100), 200);
    assert.equal(mostRounds(5, 9000), 15_000);
  },
});
