import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { RULE_NAMES } from "../rules/list.ts";
import { World } from "../world.ts";
import { COLUMNS, SECTION7 } from "./section7.ts";
import { SCENARIOS } from "./list.ts";
import { compare } from "./section7_measure.ts";

Deno.test({
  name: "SECTION7 has rows with names of their own, cells for its columns, and stages that a world takes",
  permissions: "none",
  fn() {
    const ids = [...SECTION7.map(({ scenario }) => scenario.id), ...SCENARIOS.map(({ id }) => id)];
    assert.equal(new Set(ids).size, ids.length);
    for (const rule of COLUMNS) assert.ok(RULE_NAMES.includes(rule), rule);
    for (const { scenario, share, paid, won, median } of SECTION7) {
      assert.match(scenario.id, /^section7-[a-z0-9-]+$/);
      const cells = [share, paid, won, median].flatMap((one) => one ? [one] : []);
      assert.ok(cells.length > 0, scenario.id);
      for (const one of cells) assert.equal(one.length, COLUMNS.length, scenario.id);
      const world = new World({ seed: "s", envs: 3, rho: 0.5, rounds: 10 });
      const { agents } = scenario.stage(new Random("stage"), 3);
      for (const agent of agents) world.add(agent);
      assert.deepEqual([agents[0]!.name, agents[0]!.from], ["A", 0]);
      assert.ok(agents.some(({ side }) => side === scenario.sides[0]), scenario.id);
      if (won || median) assert.ok(agents.some(({ name }) => name === scenario.winner), scenario.id);
    }
  },
});

Deno.test({
  name: "compare() counts standard errors of both figures beyond the rounding",
  permissions: "none",
  fn() {
    const figure = { mean: 0.5, deviation: 0.3, runs: 100, step: 0.01 };
    assert.equal(compare(figure, 0.504, 200).difference, 0);
    // .055 apart beyond .005; errors .03 and .0212, together .0367.
    const { error, difference } = compare(figure, 0.56, 200);
    assert.ok(Math.abs(error - 0.03) < 1e-12 && Math.abs(difference + 1.4969) < 1e-3, `${error} ${difference}`);
    // 20 runs without an event say little about one that is published with P .04: its deviation is .196.
    const none = compare({ mean: 0, deviation: 0, runs: 20, step: 0.01 }, 0.04, 200);
    assert.ok(Math.abs(none.difference + 0.035 / (Math.sqrt(0.04 * 0.96) * Math.sqrt(1 / 20 + 1 / 200))) < 1e-12);
    assert.ok(compare({ mean: 400, deviation: 0, runs: 20, step: 200 }, 300, 200).difference === 0);
  },
});
