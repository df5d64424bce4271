import assert from "node:assert/strict";
import { isCandidate, NO_SLOT, openDuel, verdictOf } from "./duel.ts";
import { STANDARD } from "./parameters.ts";
import type { Duel } from "./types.ts";

function duel(n: number, w: readonly number[], l: readonly number[], slot = 0): Duel {
  const envs = w.map((_, e) => `env${e}`);
  const fresh = openDuel("x@1", { slot, epoch: 0, round: {} }, { envs, parameters: STANDARD });
  return { ...fresh, offered: n, counts: w.map((wins, e) => ({ w: wins, l: l[e]!, pc: wins, p0: l[e]!, n })) };
}

Deno.test({
  name: "isCandidate() asks for rounds, superiority, no inferiority and gain, each by itself",
  permissions: "none",
  fn() {
    const cases: readonly [Duel, string][] = [
      [duel(1600, [300, 320, 310], [240, 230, 235]), ""],
      [duel(199, [60, 60, 60], [0, 0, 0]), "enough"],
      // Better somewhere and on average, but one environment may have lost more than tau.
      [duel(1600, [400, 300, 260], [240, 230, 262]), "ni"],
      [duel(5000, [900, 900, 900], [800, 800, 800]), "sup"],
      // Much better in one environment, in each other one a loss that tau forgives: on average nothing is gained.
      [duel(20_000, [1100, 0, 0, 0], [0, 300, 300, 300]), ""],
      [duel(20_000, [900, 0, 0, 0], [0, 300, 300, 300]), "gain"],
    ];
    for (const [one, missing] of cases) {
      const verdict = verdictOf(one, STANDARD);
      const lacks = Object.entries(verdict).filter(([, certified]) => !certified).map(([name]) => name);
      assert.equal(lacks.join(), missing);
      assert.equal(isCandidate(one, STANDARD), missing === "");
    }
  },
});

Deno.test({
  name: "isCandidate() asks more of a challenger with a later slot",
  permissions: "none",
  fn() {
    const close = (slot: number) => duel(1600, [300, 300, 300], [230, 230, 230], slot);
    // 8.64 nats: enough for 7.85, not for 9.23.
    assert.deepEqual([0, 63, 64, 10_000].map((slot) => isCandidate(close(slot), STANDARD)), [true, true, false, false]);
    assert.deepEqual([0, 64].map((slot) => close(slot).values.supNeeded), [7.847763, 9.234057]);
    assert.equal(duel(0, [0], [0], NO_SLOT).values.sup, 0);
  },
});
