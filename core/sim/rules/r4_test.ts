import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { measure } from "../scenarios/section7_measure.ts";
import { SECTION7 } from "../scenarios/section7.ts";
import type { Agent } from "../types.ts";
import { dethrones, POOL, r4 } from "./r4.ts";
import { epochOf, outcomes, payOf, someone } from "./testkit.ts";

const a = someone("a", 1), b = someone("b", 2), c = someone("c", 3), d = someone("d", 4);
const row = (id: string) => SECTION7.find(({ scenario }) => scenario.id === id)!;

/** A contest of 300 tasks with so many passes in two environments, and lost requests after them. */
function contest(champion: readonly number[], challenger: readonly number[], lost = 0): boolean {
  const column = (passes: readonly number[], tail: string) =>
    outcomes(POOL, ...passes.map((n) => "+".repeat(n) + "-".repeat(300 - lost - n) + tail.repeat(30 + lost)));
  return dethrones({ champion: column(champion, "-"), challenger: column(challenger, lost ? "?" : "+"), envs: 2 });
}

Deno.test({
  name: "dethrones() wants one environment with more than .03, and .98 of the champion's mean in all others",
  permissions: "none",
  fn() {
    assert.ok(!contest([150, 150], [159, 159]), "exactly .03 is not dominant");
    assert.ok(contest([150, 150], [160, 150]));
    assert.ok(contest([150, 150], [160, 147]), "147 is .98 of 150");
    assert.ok(!contest([150, 150], [160, 146]));
    assert.ok(!contest([150, 150], [150, 150]));
    assert.ok(contest([0, 0], [10, 0]));
    // Only the first 300 common tasks count: the other 30 would have won it.
    assert.ok(!contest([270, 270], [270, 270]));
  },
});

Deno.test({
  name: "dethrones() drops requests that fail on either side, and counts fewer than 300 common tasks as worse",
  permissions: "none",
  fn() {
    assert.ok(!contest([150, 150], [200, 200], 1), "299 common tasks");
    const champion = outcomes(POOL, "+".repeat(150) + "-".repeat(180));
    // The copy is asked 330 tasks and loses 30 that it would fail: of the 300 others it passes 165, the champion 150 or so.
    const drops = outcomes(POOL, "-".repeat(15) + "+".repeat(135) + "?".repeat(30) + "+".repeat(40) + "-".repeat(110));
    const plain = outcomes(POOL, "-".repeat(15) + "+".repeat(135) + "-".repeat(30) + "-".repeat(110) + "+".repeat(40));
    assert.ok(dethrones({ champion, challenger: drops, envs: 1 }));
    assert.ok(!dethrones({ champion, challenger: plain, envs: 1 }));
  },
});

/** Settles epochs of 200 rounds in which everybody passes its share of each task of two environments. */
function champions(rates: ReadonlyMap<Agent, number>, epochs: number, from = 2) {
  const judge = r4.begin({ envs: 2, random: new Random("r4") });
  const columns = new Map([...rates].map(([agent, rate]) => [agent, outcomes(200, ...Array(2).fill(text(rate)))]));
  const first = [...rates.keys()][0]!;
  return Array.from({ length: epochs }, (_, epoch) => {
    return judge.settle(epochOf(epoch, columns, 2, epoch >= from ? [...columns.keys()] : [first]));
  });
}

/** Ten outcomes with so many passes. */
function text(rate: number): string {
  const passes = Math.round(rate * 10);
  return "+".repeat(passes) + "-".repeat(10 - passes);
}

Deno.test({
  name: "r4 takes one challenger at a time, the oldest first, 300 rounds each, and nobody twice",
  permissions: "none",
  fn() {
    const settled = champions(new Map([[a, .5], [b, .4], [c, .6], [d, .8]]), 9);
    // Contests begin with epoch 2 = round 400: b until 700, c until 1000, d until 1300; who is dethroned never returns.
    assert.deepEqual(settled.map(({ champion }) => champion), ["a", "a", "a", "a", "c", "c", "d", "d", "d"]);
    assert.deepEqual(settled.map((one) => Object.keys(payOf(one)).join()), [
      "a",
      "a",
      "a",
      "a",
      "a",
      "c",
      "c",
      "d",
      "d",
    ]);
    // A loser stays out, whatever becomes of the champion: only d's contest changed anything after c's.
    const weak = champions(new Map([[a, .7], [b, .8], [c, .6]]), 12);
    assert.equal(weak.at(-1)!.champion, "b");
  },
});

Deno.test({
  name: "r4 waits for its first pool, leaves out a hotkey that commits twice, and pays nobody when the champion left",
  permissions: "none",
  fn() {
    // 330 rounds are there after two epochs of 200; the contest ends at round 700.
    assert.deepEqual(champions(new Map([[a, .5], [b, .8]]), 4, 0).map(({ champion }) => champion), [
      "a",
      "a",
      "a",
      "b",
    ]);
    const twice = someone("b again", 5, { hotkey: "b" });
    assert.equal(champions(new Map([[a, .5], [b, .8], [twice, .9]]), 9).at(-1)!.champion, "a");
    const judge = r4.begin({ envs: 2, random: new Random("r4") });
    const half = outcomes(200, "+-", "+-");
    judge.settle(epochOf(0, new Map([[a, half]]), 2));
    assert.deepEqual(payOf(judge.settle(epochOf(1, new Map([[b, half]]), 2))), {});
  },
});

Deno.test({
  name: "r4 judges all contests of 1440 rounds on one pool, however good the champion was on it",
  permissions: "none",
  fn() {
    const judge = r4.begin({ envs: 2, random: new Random("r4") });
    const challengers = Array.from({ length: 8 }, (_, i) => someone(`b${i}`, 2 + i));
    const lucky = outcomes(200, "++++-", "++++-"), usual = outcomes(200, "+-", "+-");
    const settled = Array.from({ length: 14 }, (_, epoch) => {
      const columns = new Map([[a, epoch < 3 ? lucky : usual]]);
      for (const one of challengers) columns.set(one, outcomes(200, "+++--", "+++--"));
      return judge.settle(epochOf(epoch, columns, 2, epoch < 2 ? [a] : [a, ...challengers]));
    });
    // Drawn at round 400 from rounds 70 to 400; old at 1900, after five contests; the sixth ends at 2200.
    assert.deepEqual(settled.map(({ champion }) => champion), [...Array(10).fill("a"), ...Array(4).fill("b5")]);
  },
});

Deno.test({
  name: "r4 crowns copies and chance winners, a copy that drops what it would fail more often, an improver not always",
  permissions: "none",
  fn() {
    const probability = (id: string, runs: number) => measure(row(id), r4, runs).won.mean;
    // Published .16, .69, 1, .63: with these runs the bounds are three standard errors and more.
    const plain = probability("section7-crash-0-at-50", 60), drops = probability("section7-crash-30-at-50", 60);
    assert.ok(plain > .02 && plain < .31, `byte copy ${plain}`);
    assert.ok(drops > .5 && drops < .87, `copy that drops ${drops}`);
    assert.equal(probability("section7-crash-30-at-90", 12), 1);
    const improver = probability("section7-all-3", 60);
    assert.ok(improver > .43 && improver < .83, `improver ${improver}`);
    const copies = measure(row("section7-copies"), r4, 12).share.mean;
    assert.ok(copies > .4, `20 copies have ${copies}`);
  },
});
