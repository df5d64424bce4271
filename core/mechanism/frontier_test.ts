import assert from "node:assert/strict";
import fc from "fast-check";
import { certainlyDominates, frontier, wilson } from "./frontier.ts";

function of(contender: string, rounds: number, ...passes: readonly number[]) {
  return { contender, counts: passes.map((count) => ({ passes: count, rounds })) };
}

Deno.test({
  name: "wilson() gives the interval of the textbook",
  permissions: "none",
  fn() {
    const { rate, low, high } = wilson({ passes: 8, rounds: 10 });
    assert.equal(rate, 0.8);
    assert.equal(low.toFixed(4), "0.4902");
    assert.equal(high.toFixed(4), "0.9433");
    assert.deepEqual(wilson({ passes: 0, rounds: 0 }), { passes: 0, rounds: 0, rate: 0, low: 0, high: 1 });
    assert.throws(() => wilson({ passes: 3, rounds: 2 }), RangeError);
  },
});

Deno.test({
  name: "wilson() holds the rate between its ends and narrows with rounds",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (rounds, draw) => {
      const passes = draw % (rounds + 1);
      const one = wilson({ passes, rounds }), four = wilson({ passes: 4 * passes, rounds: 4 * rounds });
      return 0 <= one.low && one.low <= one.rate && one.rate <= one.high && one.high <= 1 &&
        four.high - four.low < one.high - one.low;
    }));
  },
});

Deno.test({
  name: "frontier() calls dominated only whom the intervals put behind",
  permissions: "none",
  fn() {
    const [best, equal, trade, weak] = frontier([
      of("best", 1000, 800, 800),
      of("equal", 1000, 790, 790),
      of("trade", 1000, 900, 300),
      of("weak", 1000, 300, 300),
    ]);
    assert.deepEqual([best?.dominatedBy, best?.behind], [null, null]);
    assert.deepEqual([equal?.dominatedBy, equal?.behind], [null, "best"]);
    assert.deepEqual([trade?.dominatedBy, trade?.behind], [null, null]);
    assert.deepEqual([weak?.dominatedBy, weak?.behind], ["best", "best"]);
  },
});

Deno.test({
  name: "frontier() lets an environment be even when a tolerance is given",
  permissions: "none",
  fn() {
    const field = [of("a", 20_000, 10_000, 15_000), of("b", 20_000, 10_000, 9000)];
    assert.equal(frontier(field)[1]?.dominatedBy, null);
    assert.equal(frontier(field, { tolerance: 0.02 })[1]?.dominatedBy, "a");
    assert.equal(frontier([of("a", 0, 0), of("b", 0, 0)])[1]?.behind, null);
  },
});

Deno.test({
  name: "certainlyDominates() has no cycles and nobody dominates itself",
  permissions: "none",
  fn() {
    const rates = fc.tuple(fc.nat(100), fc.nat(100)).map((passes) => of("x", 100, ...passes).counts.map(wilson));
    fc.assert(fc.property(rates, rates, (a, b) => {
      assert.ok(!certainlyDominates(a, a, 0));
      assert.ok(!(certainlyDominates(a, b, 0) && certainlyDominates(b, a, 0)));
    }));
  },
});
