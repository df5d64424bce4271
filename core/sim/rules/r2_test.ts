import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { measure } from "../scenarios/section7_measure.ts";
import { SECTION7 } from "../scenarios/section7.ts";
import { pointsOf, r2 } from "./r2.ts";
import { epochOf, outcomes, payOf, someone } from "./testkit.ts";

const a = someone("a", 1), b = someone("b", 2), c = someone("c", 3);
/** Passes of 4000 answers in each environment: .84 standard errors of a difference at 1/2 are .00939. */
const of = (agent: typeof a, passes: readonly number[], answers = passes.map(() => 4000)) => ({
  agent,
  passes,
  answers,
});
const points = (...entries: Parameters<typeof pointsOf>[0]) => Object.fromEntries(pointsOf(entries, 2));

Deno.test({
  name: "pointsOf() gives 1 for a set of one and 2^s for a set of s",
  permissions: "none",
  fn() {
    // b dominates everywhere: 1 + 1 + 4.
    assert.deepEqual(points(of(a, [2000, 2000]), of(b, [2100, 2100])), { b: 6 });
    // Each has one environment; on both together neither dominates, and the higher mean decides.
    assert.deepEqual(points(of(a, [2000, 2100]), of(b, [2200, 2000])), { b: 5, a: 1 });
    const three = [of(a, [2000, 2000, 2000]), of(b, [2400, 1900, 1900])];
    // b: {0} 1, {0,1} and {0,2} 4 each by the mean, all three 8 by the mean. a: {1}, {2} and {1,2}.
    assert.deepEqual(Object.fromEntries(pointsOf(three, 3)), { b: 17, a: 6 });
  },
});

Deno.test({
  name: "pointsOf() has tolerances: not worse within .84 standard errors, better from .0015 on, ties to the older",
  permissions: "none",
  fn() {
    // On both together a dominates c. b is better than a in the second one, and in the first one behind by 37 of 4000 = .00925, which is
    // within the tolerance: it dominates a, and has the higher mean. 38 are too many.
    const others = [of(b, [2000, 2100]), of(c, [2042, 1990])];
    assert.deepEqual(points(of(a, [2037, 2000]), ...others), { a: 1, b: 5 });
    assert.deepEqual(points(of(a, [2038, 2000]), ...others), { a: 5, b: 1 });
    // Both dominate by ties: a as the older, b by 6 of 4000 = .0015: the higher mean. With 5 only a dominates.
    assert.deepEqual(points(of(a, [2000, 2000]), of(b, [2006, 2006])), { b: 6 });
    assert.deepEqual(points(of(a, [2000, 2000]), of(b, [2005, 2005])), { a: 6 });
    assert.deepEqual(points(of(b, [2000, 2000]), of(a, [2000, 2000])), { a: 6 });
    // Nobody dominates on both together and the means are equal: the older.
    assert.deepEqual(points(of(b, [2100, 2000]), of(a, [2000, 2100])), { b: 1, a: 5 });
  },
});

Deno.test({
  name: "pointsOf() leaves out whoever has fewer than .6 of the answers somewhere, unless that is everybody",
  permissions: "none",
  fn() {
    assert.deepEqual(points(of(a, [2000, 2000]), of(b, [2399, 2300], [2400, 2399])), { a: 6 });
    assert.deepEqual(points(of(a, [2000, 2000]), of(b, [2400, 2400], [2400, 2400])), { b: 6 });
    // Nobody has .6 of both: whoever dominates most on all environments has everything.
    assert.deepEqual(points(of(a, [900, 490], [1000, 500]), of(b, [480, 990], [500, 1000])), { b: 4 });
    assert.deepEqual(pointsOf([], 2), new Map());
  },
});

Deno.test({
  name: "r2 drops requests that fail, forgets what is older than its tail, and begins anew with a new commit",
  permissions: "none",
  fn() {
    const judge = r2.begin({ envs: 2, random: new Random("r2") });
    const half = outcomes(400, "+-", "+-"), refuses = outcomes(400, "+?+-", "+?+-"), all = outcomes(400, "+", "+");
    // Two of three answers pass, three of four requests are answered.
    assert.deepEqual(payOf(judge.settle(epochOf(0, new Map([[a, half], [b, refuses]]), 2))), { b: 1 });
    for (let epoch = 1; epoch < 10; epoch++) judge.settle(epochOf(epoch, new Map([[a, half], [b, refuses]]), 2));
    // 4000 rounds are ten epochs of 400: c has .6 of the fullest tail after the sixth of its own.
    const champions = Array.from({ length: 6 }, (_, i) => {
      return judge.settle(epochOf(10 + i, new Map([[a, half], [b, refuses], [c, all]]), 2)).champion;
    });
    assert.deepEqual(champions, ["b", "b", "b", "b", "b", "c"]);
    const again = someone("c again", 4, { hotkey: "c" });
    const settled = judge.settle(epochOf(16, new Map([[a, half], [b, refuses], [again, all]]), 2));
    assert.equal(settled.champion, "b");
  },
});

Deno.test({
  name: "r2 pays copies and decoys, and shares of a model that refuses or is a specialist",
  permissions: "none",
  fn() {
    const share = (id: string, runs: number) =>
      measure(SECTION7.find(({ scenario }) => scenario.id === id)!, r2, runs).share.mean;
    const near = (value: number, published: number, margin: number) =>
      assert.ok(Math.abs(value - published) < margin, `${value} and not ${published}`);
    near(share("section7-copies", 4), .74, .12);
    near(share("section7-decoys", 3), .78, .02);
    near(share("section7-specialist", 3), .58, .02);
    near(share("section7-overfit", 2), .78, .001);
    assert.ok(share("section7-refusal", 2) > .5);
  },
});
