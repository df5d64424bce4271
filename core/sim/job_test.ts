import assert from "node:assert/strict";
import { runJob, scenarioOf } from "./job.ts";
import { runLone } from "./lone.ts";
import { summarize } from "./summary.ts";

const job = { scenario: "all-10", rule: "fcd", seed: "s", from: 0, to: 3, changes: { epochs: 5 } } as const;

Deno.test({
  name: "runJob() gives each run its own seed, whoever does it with which others",
  permissions: "none",
  fn() {
    const all = runJob(job);
    assert.deepEqual(all.map(({ run }) => run), [0, 1, 2]);
    assert.deepEqual(runJob({ ...job, from: 1, to: 2 }), [all[1]]);
    assert.notDeepEqual(runJob({ ...job, seed: "t" }), all);
    const [detailed] = runJob({ ...job, to: 1, detail: true });
    assert.equal(detailed?.history?.length, 55);
    assert.deepEqual({ ...detailed, history: undefined, sides: undefined }, {
      ...all[0],
      history: undefined,
      sides: undefined,
    });
  },
});

Deno.test({
  name: "summarize() counts who won, when, and what everybody got",
  permissions: "none",
  fn() {
    const results = runJob(job);
    const { runs, shares, wins, time } = summarize(scenarioOf(job), "fcd", results);
    const won = results.flatMap((one) => one.won ?? []);
    assert.ok(won.length > 0 && runs === 3);
    assert.equal(wins?.hits, won.length);
    assert.equal(time?.p90, Math.max(...won));
    assert.ok(shares["improver"]!.mean > 0 && shares["improver"]!.mean <= 1);
    for (const { pay } of results) assert.ok(Object.values(pay).reduce((sum, one) => sum + one, 0) <= 5);
  },
});

Deno.test({
  name: "runJob() takes other parameters and mutations, and refuses names that it does not know",
  permissions: "none",
  fn() {
    const slow = runJob({ ...job, options: { parameters: { nMin: 2000 } } });
    assert.ok(slow.every(({ won }) => won === null));
    assert.throws(() => runJob({ ...job, scenario: "nothing" }), /no scenario nothing/);
    assert.throws(() => runJob({ ...job, rule: "toString" }), /no rule toString/);
  },
});

Deno.test({
  name: "runLone() crowns a large gain early, drops a copy, and repeats itself whatever the piece",
  permissions: "none",
  fn() {
    const large = { seed: "l", from: 0, to: 20, gains: [0.1, 0.1, 0.1, 0.1], discordance: 1 / 3, step: 25 };
    const results = runLone(large);
    assert.ok(results.every(({ crowned, rounds }) => crowned && rounds <= 800));
    assert.deepEqual(runLone({ ...large, from: 7, to: 9 }), results.slice(7, 9));
    assert.ok(runLone({ ...large, to: 3, gains: [0, 0, 0, 0], step: 200 }).every(({ crowned }) => !crowned));
    assert.throws(() => runLone({ ...large, gains: [0.5] }), RangeError);
  },
});
