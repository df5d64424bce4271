import assert from "node:assert/strict";
import { openDuel } from "./duel.ts";
import { STANDARD } from "./parameters.ts";
import { isRegressed, isWaitOver, stopReason } from "./stop.ts";
import type { Duel } from "./types.ts";

const envs = ["a", "b"];

function duel(n: number, w: readonly number[], l: readonly number[], fields: Partial<Duel> = {}): Duel {
  const fresh = openDuel("x@1", { slot: 0, epoch: 0, round: {} }, { envs, parameters: STANDARD });
  const counts = w.map((wins, e) => ({ w: wins, l: l[e]!, pc: wins, p0: l[e]!, n }));
  return { ...fresh, offered: n, counts, ...fields };
}

Deno.test({
  name: "stopReason() is null for a young duel and for one that may still win",
  permissions: "none",
  fn() {
    assert.equal(stopReason(duel(0, [0, 0], [0, 0]), STANDARD), null);
    assert.equal(stopReason(duel(199, [0, 0], [0, 0]), STANDARD), null);
    assert.equal(stopReason(duel(400, [70, 70], [60, 60]), STANDARD), null);
    // One environment with a future is enough, though the pool has none.
    assert.equal(stopReason(duel(2000, [360, 270], [300, 330]), STANDARD), null);
    // And the pool is enough, though no environment has one by itself.
    assert.equal(stopReason(duel(6000, [940, 940], [860, 860]), STANDARD), null);
  },
});

Deno.test({
  name: "stopReason() is futile when no environment and not the pool can reach the threshold",
  permissions: "none",
  fn() {
    // Answers that never differ: a copy that is served without noise.
    assert.equal(stopReason(duel(200, [0, 0], [0, 0]), STANDARD), "futile");
    assert.equal(stopReason(duel(3000, [480, 490], [500, 500]), STANDARD), "futile");
    // A later slot needs more, so it is hopeless earlier.
    const edge = { w: [345, 345], l: [300, 300] };
    assert.equal(stopReason(duel(2000, edge.w, edge.l), STANDARD), null);
    assert.equal(stopReason(duel(2000, [300, 300], [300, 300], { slot: 10_000 }), STANDARD), "futile");
  },
});

Deno.test({
  name: "stopReason() is regressed on certified loss over tau in one environment, at any number of rounds",
  permissions: "none",
  fn() {
    assert.equal(stopReason(duel(150, [60, 10], [10, 50]), STANDARD), "regressed");
    assert.equal(stopReason(duel(150, [60, 40], [10, 50]), STANDARD), null);
    // Certified to be worse, but by less than tau.
    const slight = { w: 9000, l: 9900, n: 60_000 };
    assert.equal(isRegressed(slight, STANDARD), false);
    assert.equal(isRegressed({ ...slight, l: 10_500 }, STANDARD), true);
  },
});

Deno.test({
  name: "stopReason() ends a duel at n_max rounds offered, isWaitOver() a candidate at half as many more",
  permissions: "none",
  fn() {
    const strong = (offered: number) => duel(9000, [2000, 2000], [1800, 1800], { offered });
    assert.equal(stopReason(strong(9999), STANDARD), null);
    assert.equal(stopReason(strong(10_000), STANDARD), "rounds");
    assert.equal(isWaitOver(strong(14_999), STANDARD), false);
    assert.equal(isWaitOver(strong(15_000), STANDARD), true);
  },
});
