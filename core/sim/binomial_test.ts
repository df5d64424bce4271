import assert from "node:assert/strict";
import { Random } from "../base/random.ts";
import { Binomial } from "./binomial.ts";

Deno.test({
  name: "Binomial draws the mean and the variance of its distribution, for any number of trials",
  permissions: "none",
  fn() {
    const random = new Random("binomial");
    for (const [n, p] of [[25, 0.17], [200, 0.2], [7, 0.9]] as const) {
      const made = new Binomial(p), draws = 40_000;
      let sum = 0, squares = 0;
      for (let i = 0; i < draws; i++) {
        const k = made.draw(random, n);
        assert.ok(Number.isInteger(k) && k >= 0 && k <= n);
        sum += k;
        squares += k * k;
      }
      const mean = sum / draws, variance = squares / draws - mean * mean, expected = n * p * (1 - p);
      assert.ok(Math.abs(mean - n * p) < 4 * Math.sqrt(expected / draws), `mean ${mean} of ${n} x ${p}`);
      assert.ok(Math.abs(variance / expected - 1) < 0.04, `variance ${variance} of ${n} x ${p}`);
    }
  },
});

Deno.test({
  name: "Binomial has no luck where there is none",
  permissions: "none",
  fn() {
    const random = new Random("sure");
    for (const n of [0, 1, 30]) {
      assert.equal(new Binomial(0).draw(random, n), 0);
      assert.equal(new Binomial(1).draw(random, n), n);
    }
    assert.throws(() => new Binomial(1.1), RangeError);
  },
});
