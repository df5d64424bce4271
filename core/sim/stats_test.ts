import assert from "node:assert/strict";
import { correlation, correlationInterval, meanOf, mostHits, quantile, wilson } from "./stats.ts";

Deno.test({
  name: "meanOf(), quantile(), correlation() are those of the textbook",
  permissions: "none",
  fn() {
    assert.deepEqual(meanOf([1, 2, 3, 4]), { mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
    assert.equal(meanOf([3]).error, 0);
    assert.deepEqual([0.1, 0.5, 0.9, 1].map((share) => quantile([5, 1, 4, 2, 3], share)), [1, 3, 5, 5]);
    assert.equal(quantile([], 0.5), undefined);
    assert.ok(Math.abs(correlation([[1, 2], [2, 4], [3, 6]]) - 1) < 1e-12);
    assert.ok(Number.isNaN(correlation([[1, 1], [2, 1]])));
    const [low, high] = correlationInterval(0.5, 103);
    assert.ok(Math.abs(low - 0.339) < 0.001 && Math.abs(high - 0.632) < 0.001, `${low} ${high}`);
  },
});

Deno.test({
  name: "wilson() is honest at the ends, and mostHits() is the binomial's quantile",
  permissions: "none",
  fn() {
    const none = wilson(0, 200), half = wilson(50, 100);
    assert.ok(none.low === 0 && Math.abs(none.high - 0.018846) < 1e-5, `${none.high}`);
    assert.equal(wilson(200, 200).high, 1);
    assert.ok(Math.abs(half.low - 0.403832) < 1e-5 && Math.abs(half.high - 0.596168) < 1e-5);
    assert.throws(() => wilson(0, 0), RangeError);
    // Poisson(15.6): P(> 29) = .00075, P(> 28) = .0014.
    assert.equal(mostHits(40_000, 15.6 / 40_000), 29);
    assert.equal(mostHits(10, 0.999999), 10);
  },
});
