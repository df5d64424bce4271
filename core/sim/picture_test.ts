import assert from "node:assert/strict";
import { runJob, scenarioOf } from "./job.ts";
import { drawPicture } from "./picture.ts";
import { type Panel, raceOf } from "./race.ts";
import type { Scenario, Settlement } from "./types.ts";

const scenario: Scenario = {
  id: "x",
  title: '<copies> & "co"',
  about: "",
  warmUp: 1,
  epochs: 3,
  sides: ["first", "copies"],
  stage: () => ({ agents: [] }),
};

const runner = (name: string, value: number, live = true) => ({ name, value, needed: 8, live });
const pay = (name: string) => new Map([[name, 1]]);
const history: readonly Settlement[] = [
  { pay: pay("a"), champion: "a", race: [runner("old", 99)] },
  { pay: pay("a"), champion: "a", race: [runner("b", 3), runner("c", -9)] },
  { pay: pay("b"), champion: "b", race: [runner("b", 9), runner("c", -12, false)] },
  { pay: new Map(), champion: "b", race: [runner("a", -1), runner("c", -12, false)] },
];
const panel: Panel = { scenario, rule: "fcd", seed: "s", history, sides: { a: "first", b: "honest", c: "copies" } };

Deno.test({
  name: "raceOf() reads lines, ends, crownings and pay out of a history, without the warm-up",
  permissions: "none",
  fn() {
    const { leads, needed, crownings, paid } = raceOf(panel);
    assert.deepEqual(leads, [
      { name: "c", side: "copies", points: [[0, 0], [1, -9], [2, -12]], end: "stopped" },
      { name: "b", side: "honest", points: [[0, 0], [1, 3], [2, 9]], end: "crowned" },
      { name: "a", side: "first", points: [[2, 0], [3, -1]], end: "open" },
    ]);
    assert.deepEqual(crownings, [{ epoch: 2, name: "b", side: "honest" }]);
    assert.deepEqual(paid, [{ first: 1 }, { first: 1 }, { honest: 1 }]);
    assert.deepEqual(needed.map(({ epoch, high }) => [epoch, high]), [[1, 8], [2, 8], [3, 8]]);
  },
});

Deno.test({
  name: "drawPicture() makes a file that needs nothing from outside and holds no markup of others",
  permissions: "none",
  fn() {
    for (const form of ["svg", "html"] as const) {
      const text = drawPicture(
        [panel, { ...panel, rule: "r1", history: history.map(({ race: _, ...rest }) => rest) }],
        form,
      );
      assert.equal(text.match(/<g transform/g)?.length, 2);
      assert.match(text, /&lt;copies&gt; &amp; &quot;co&quot;/);
      assert.doesNotMatch(text, /<copies>|NaN|Infinity|undefined/);
      assert.doesNotMatch(text.replaceAll("http://www.w3.org/2000/svg", ""), /https?:|<script|url\(|@import|href/);
      assert.match(text, />50 %</);
      assert.match(text, /b crowned/);
      assert.match(text, /prefers-color-scheme:dark/);
    }
  },
});

Deno.test({
  name: "drawPicture() draws a real run",
  permissions: "none",
  fn() {
    const job = {
      scenario: "race",
      rule: "fcd",
      seed: "s",
      from: 0,
      to: 1,
      changes: { epochs: 12 },
      detail: true,
    } as const;
    const [run] = runJob(job);
    const text = drawPicture([{
      scenario: scenarioOf(job),
      rule: "fcd",
      seed: "s 0",
      history: run!.history!,
      sides: run!.sides!,
    }], "svg");
    assert.equal(text.match(/class="lead/g)?.length, 21 + Number(/improver crowned/.test(text)) * 21);
  },
});
