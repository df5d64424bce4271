import assert from "node:assert/strict";
import { Random } from "../../base/random.ts";
import { measure } from "../scenarios/section7_measure.ts";
import { SECTION7 } from "../scenarios/section7.ts";
import type { Agent } from "../types.ts";
import { certified, LOOK, s1, zOf } from "./s1.ts";
import { epochOf, outcomes, payOf, someone } from "./testkit.ts";

const a = someone("a", 1), b = someone("b", 2), c = someone("c", 3), d = someone("d", 4);
/** A third of the tasks are discordant; the challenger's lead is given in tasks of 4000. */
const env = (lead: number, apart = 1332) => ({ won: (apart + lead) / 2, lost: (apart - lead) / 2, n: 4000 });

Deno.test({
  name: "zOf() is the paired difference in standard errors",
  permissions: "none",
  fn() {
    // d = .05, V = .25, se = sqrt((.25 - .0025) / 400) = .024875.
    assert.ok(Math.abs(zOf({ won: 60, lost: 40, n: 400 }, 0) - .05 / Math.sqrt(.2475 / 400)) < 1e-12);
    assert.ok(Math.abs(zOf({ won: 60, lost: 40, n: 400 }, -.02) - .07 / Math.sqrt(.2475 / 400)) < 1e-12);
    assert.deepEqual([zOf({ won: 0, lost: 0, n: 9 }, -.02), zOf({ won: 0, lost: 0, n: 9 }, .005)], [
      Infinity,
      -Infinity,
    ]);
  },
});

Deno.test({
  name: "certified() wants superiority somewhere, no loss anywhere, and a gain together",
  permissions: "none",
  fn() {
    // Standard error of an environment .0091, of all three .0053. The level of the first slots is 3.9e-4 / 4: z 3.725.
    assert.ok(certified([env(120), env(120), env(120)], 0), "+.03 everywhere: pooled z 4.7");
    assert.ok(!certified([env(80), env(80), env(80)], 0), "+.02 everywhere: pooled z 2.9");
    assert.ok(certified([env(160), env(0), env(0)], 0), "+.04 in one: z 3.84, the others 2.2 from -.02");
    assert.ok(!certified([env(150), env(0), env(0)], 0), "+.0375 in one: z 3.57");
    assert.ok(certified([env(400), env(-19), env(0)], 0), "-.00475 is 1.67 standard errors from -.02");
    assert.ok(!certified([env(400), env(-21), env(0)], 0), "-.00525 is 1.62");
    // Where models hardly differ, somewhere +.02 and nowhere under -.02 can be certain with a mean that is lower.
    assert.ok(!certified([env(80, 160), env(-50, 160), env(-50, 160)], 0));
    assert.ok(certified([env(80, 160), env(-10, 160), env(-10, 160)], 0));
    // A later block of slots has half the budget for twice as many.
    assert.ok(!certified([env(160), env(0), env(0)], 64), "level / 4: z 4.06");
  },
});

const half = outcomes(400, "+-", "+-"), better = outcomes(400, "+-+-+-+++-", "+-+-+-+++-");

function champions(columns: ReadonlyMap<Agent, Uint8Array>, epochs: number) {
  const judge = s1.begin({ envs: 2, random: new Random("s1") });
  return Array.from({ length: epochs }, (_, epoch) => judge.settle(epochOf(epoch, columns, 2)));
}

Deno.test({
  name: "s1 looks once after 4000 rounds, crowns the oldest that is certified and begins anew for all others",
  permissions: "none",
  fn() {
    const looks = LOOK / 400;
    const settled = champions(new Map([[a, half], [b, half], [c, better], [d, better]]), 3 * looks);
    const names = settled.map(({ champion }) => champion);
    assert.deepEqual(names.slice(0, looks - 1), Array(looks - 1).fill("a"));
    // d is as good as c, and has its look against it 4000 rounds later: in vain, as has nobody after it.
    assert.deepEqual(names.slice(looks - 1), Array(2 * looks + 1).fill("c"));
    assert.deepEqual(payOf(settled[looks - 1]!), { c: 1 });
    const lost = outcomes(400, "+?+?+?+++?", "+?+?+?+++?");
    assert.equal(
      champions(new Map([[a, half], [b, lost]]), looks).at(-1)!.champion,
      "b",
      "lost counts as wrong, no more",
    );
    const refuses = outcomes(400, "+?", "+?");
    assert.equal(champions(new Map([[a, half], [b, refuses]]), looks).at(-1)!.champion, "a");
  },
});

Deno.test({
  name: "s1 looks once only: who is not certified is out, and an empty subnet or a champion that left is paid nothing",
  permissions: "none",
  fn() {
    const judge = s1.begin({ envs: 2, random: new Random("s1") });
    assert.deepEqual(judge.settle(epochOf(0, new Map(), 2)), { pay: new Map(), champion: null });
    const columns = new Map([[a, half], [b, half]]);
    for (let epoch = 1; epoch <= 10; epoch++) judge.settle(epochOf(epoch, columns, 2));
    columns.set(b, better);
    for (let epoch = 11; epoch <= 30; epoch++) assert.equal(judge.settle(epochOf(epoch, columns, 2)).champion, "a");
    assert.deepEqual(payOf(judge.settle(epochOf(31, new Map([[b, better]]), 2))), {});
  },
});

Deno.test({
  name: "s1 pays no copy, no decoy and no sybil, and crowns an improver with them as without",
  permissions: "none",
  fn() {
    const row = (id: string) => SECTION7.find(({ scenario }) => scenario.id === id)!;
    for (const id of ["copies", "near", "sybil-10", "overfit", "specialist", "refusal"]) {
      assert.equal(measure(row(`section7-${id}`), s1, 2).share.mean, 0, id);
    }
    const decoys = measure(row("section7-decoys"), s1, 4), without = measure(row("section7-decoys-without"), s1, 16);
    assert.equal(decoys.share.mean, 0);
    // Published .84 and .86.
    assert.ok(decoys.won.mean >= .25 && without.won.mean >= .5, `${decoys.won.mean} and ${without.won.mean}`);
    assert.equal(without.median.mean, 4000);
  },
});
