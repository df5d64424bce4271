import assert from "node:assert/strict";
import { Random } from "../base/random.ts";
import { DIFFICULTIES, normalCdf, normalQuantile, TaskModel } from "./model.ts";

Deno.test({
  name: "the normal distribution is that of the tables",
  permissions: "none",
  fn() {
    const known: readonly (readonly [number, number])[] = [
      [0, 0.5],
      [1, 0.8413447460685429],
      [-1.96, 0.024997895148220435],
      [3.5, 0.9997673709209645],
      [-6, 9.865876450376946e-10],
    ];
    for (const [x, p] of known) assert.ok(Math.abs(normalCdf(x) - p) < 1e-12 * Math.max(1, p), `${x}: ${normalCdf(x)}`);
    for (const p of [1e-6, 0.025, 0.5, 0.9, 0.999]) assert.ok(Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12);
    assert.throws(() => normalQuantile(1), RangeError);
  },
});

Deno.test({
  name: "a model passes at its rate, and two copies disagree as often as the specification says",
  permissions: "none",
  fn() {
    const random = new Random("model");
    for (const [rho, rate, discordance] of [[0.5, 0.5, 1 / 3], [0.8, 0.5, Math.acos(0.8) / Math.PI]] as const) {
      const table = new TaskModel(rho).thresholds(rate);
      const tasks = 200_000;
      let passes = 0, differ = 0;
      for (let i = 0; i < tasks; i++) {
        const bar = table[random.u32() % DIFFICULTIES]!;
        const a = random.u32() < bar, b = random.u32() < bar;
        passes += Number(a);
        differ += Number(a !== b);
      }
      assert.ok(Math.abs(passes / tasks - rate) < 0.005, `rate ${passes / tasks}`);
      assert.ok(Math.abs(differ / tasks - discordance) < 0.005, `discordance ${differ / tasks}`);
    }
    assert.throws(() => new TaskModel(1), RangeError);
    assert.throws(() => new TaskModel(0.5).thresholds(1.01), RangeError);
  },
});
