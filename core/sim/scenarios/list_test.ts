import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { World } from "../world.ts";
import { findScenario, SCENARIOS } from "./list.ts";

Deno.test({
  name: "SCENARIOS have names of their own, and stages that a world takes, with three environments and with four",
  permissions: "none",
  fn() {
    assert.equal(new Set(SCENARIOS.map(({ id }) => id)).size, SCENARIOS.length);
    for (const scenario of SCENARIOS) {
      assert.match(scenario.id, /^[a-z][a-z0-9-]*$/);
      assert.equal(findScenario(scenario.id), scenario);
      for (const envs of [3, 4]) {
        const { agents } = scenario.stage(new Random("stage"), envs);
        const world = new World({ seed: "s", envs, rho: 0.5, rounds: 10 });
        for (const agent of agents) world.add(agent);
        const sides = new Set(agents.map(({ side }) => side));
        assert.ok(agents.some(({ from }) => from === 0), `${scenario.id} begins without anybody`);
        if (scenario.winner !== undefined && scenario.sides.length > 0) {
          assert.ok(agents.some(({ name }) => name === scenario.winner), `${scenario.id} lacks ${scenario.winner}`);
        }
        // Whoever comes later is let in by the scenario itself.
        assert.ok(sides.size > 1 || scenario.stage(new Random("s"), envs).before, `${scenario.id} has one side only`);
      }
    }
    assert.equal(findScenario("nothing"), undefined);
  },
});

Deno.test({
  name: "SCENARIOS are the same for the same run, and noisy ones differ from run to run",
  permissions: "none",
  fn() {
    const rates = (seed: string) =>
      SCENARIOS.map(({ id, stage }) => [id, stage(new Random(seed), 3).agents.map((agent) => agent.rates)]);
    assert.deepEqual(rates("a"), rates("a"));
    assert.notDeepEqual(rates("a"), rates("b"));
  },
});
