import assert from "node:assert/strict";
import { ConfigError } from "../core/base/errors.ts";
import { SCENARIOS } from "../core/sim/scenarios/list.ts";
import { parametersOf, rulesOf, scenariosOf } from "./simulate_options.ts";
import { number, probability, rowsOf, share } from "./simulate_table.ts";

function refuses(run: () => unknown, text: RegExp): void {
  assert.throws(run, (error) => error instanceof ConfigError && error.code === "usage" && text.test(error.message));
}

Deno.test({
  name: "scenariosOf() and rulesOf() take names, all for none, and help with misspelt ones",
  permissions: "none",
  fn() {
    assert.equal(scenariosOf([]), SCENARIOS);
    assert.deepEqual(scenariosOf(["race", "copy-1", "race"]).map(({ id }) => id), ["race", "copy-1"]);
    refuses(() => scenariosOf(["copys-20"]), /Unknown scenario "copys-20" \(did you mean copies-20\?\)/);
    assert.ok(rulesOf(undefined).includes("fcd"));
    assert.deepEqual(rulesOf(" FCD,fcd,"), ["fcd"]);
    refuses(() => rulesOf("fdc"), /did you mean fcd/);
    refuses(() => rulesOf(","), /names no rule/);
  },
});

Deno.test({
  name: "parametersOf() reads numbers and lists, and refuses what cannot be one",
  permissions: "none",
  fn() {
    assert.deepEqual(parametersOf(["tau=.03", "nMax=500", "bets=.1, .2"]), { tau: 0.03, nMax: 500, bets: [0.1, 0.2] });
    assert.deepEqual(parametersOf(["pay=W", "highWater=false"]), { pay: "W", highWater: false });
    refuses(() => parametersOf(["taw=1"]), /did you mean tau/);
    for (
      const bad of [
        "tau",
        "tau=",
        "tau=x",
        "tau=-1",
        "tau=Infinity",
        "nMax=1.5",
        "bets=2",
        "bets=.1,,.2",
        "profile=x",
        "pay=X",
      ]
    ) {
      refuses(() => parametersOf([bad]), /--set|Unknown parameter/);
    }
  },
});

Deno.test({
  name: "rowsOf() makes a row for each side, and for the winner how likely and how fast",
  permissions: "none",
  fn() {
    const scenario = { ...SCENARIOS[0]!, sides: ["first", "x"], winner: "x" };
    const p = { p: 0.5, low: 0.2, high: 0.8, hits: 1, of: 2 };
    const summary = {
      scenario: scenario.id,
      rule: "fcd",
      runs: 2,
      shares: { first: { mean: 0.25, error: 0.05 }, x: { mean: 0, error: 0 } },
      paid: { first: p, x: { ...p, p: 0, hits: 0 } },
      wins: p,
      time: { median: 400, p90: 800 },
    };
    const rows = rowsOf([scenario], ["fcd", "r1"], [summary]);
    assert.deepEqual(rows.map(({ cells }) => cells), [
      [".25±.05 (P .5)", ""],
      ["0 (P<.8)", ""],
      [".5 [.2,.8]", ""],
      ["400/800", ""],
    ]);
    assert.deepEqual([number(1), number(0), number(-0.0204), number(0.1)], ["1", "0", "-.02", ".1"]);
    assert.equal(share({ mean: 1, error: 0 }, p), "1±0 (P .5)");
    assert.equal(probability(p), ".5 [.2,.8]");
  },
});
