import assert from "node:assert/strict";
import { allowance, allowedBy, type ChampionShare, legacyOf, nowOf } from "./high_water.ts";
import { type Parameters, STANDARD } from "./parameters.ts";
import { player, steady, World } from "./testkit.ts";

function share(validator: string, duel: readonly [number, number], reign: readonly [number, number]): ChampionShare {
  const scores = ([passes, rounds]: readonly [number, number]) => ({ validator, rounds, passes: [passes, passes] });
  return { validator, duel: scores(duel), reign: scores(reign) };
}

Deno.test({
  name: "allowance() takes what is lost of the mark beyond luck off tau, and never more than tau",
  permissions: "none",
  fn() {
    // Half a point at 10,000 rounds is luck.
    assert.ok(Math.abs(allowance(0.6, 0.585, 10_000, 0.02) - 0.01) < 1e-12);
    assert.equal(allowance(0.6, 0.596, 10_000, 0.02), 0.02);
    assert.equal(allowance(0.6, 0.7, 10_000, 0.02), 0.02);
    assert.equal(allowance(0.6, 0.5, 10_000, 0.02), 0);
    assert.equal(allowance(0.6, 0, 0, 0.02), 0.02);
  },
});

Deno.test({
  name: "nowOf() pools duel and reign until the reign has 4000 rounds",
  permissions: "none",
  fn() {
    assert.deepEqual(nowOf([share("v", [600, 1000], [1500, 3000])], 2, STANDARD), {
      rounds: 4000,
      means: [.525, .525],
    });
    assert.deepEqual(nowOf([share("v", [600, 1000], [1999, 3999])], 2, STANDARD).rounds, 4999);
    assert.deepEqual(nowOf([share("v", [600, 1000], [2000, 4000])], 2, STANDARD), { rounds: 4000, means: [.5, .5] });
    assert.deepEqual(nowOf([], 2, STANDARD), { rounds: 0, means: [0, 0] });
  },
});

Deno.test({
  name:
    "legacyOf() raises the marks and the best mean, never lowers them, and takes the duel for what the champion can",
  permissions: "none",
  fn() {
    const state = { highWater: [.55, .45], bestMean: .5 };
    assert.deepEqual(legacyOf(state, [share("v", [0, 0], [500, 1000])], STANDARD), {
      highWater: [.55, .5],
      bestMean: .5,
    });
    assert.deepEqual(legacyOf(state, [], STANDARD), state);
    assert.equal(legacyOf({ ...state, bestMean: .7 }, [share("v", [0, 0], [500, 1000])], STANDARD).bestMean, .7);
    // Sunk on purpose after a duel at .6: the mean of duel and reign would be .41.
    assert.equal(legacyOf(state, [share("v", [600, 1000], [3900, 10_000])], STANDARD).bestMean, .6);
    // A regent's duel of a few rounds says nothing.
    assert.equal(legacyOf(state, [share("v", [10, 10], [500, 1000])], STANDARD).bestMean, 510 / 1010);
    const five = ["a", "b", "c", "d", "e"].map((name) => share(name, [120, 200], [600, 1000]));
    for (const lie of [0, 1]) {
      const forged = [...five.slice(1), share("a", [lie * 200, 200], [lie * 1000, 1000])];
      const { highWater, bestMean } = legacyOf({ highWater: [0, 0], bestMean: null }, forged, STANDARD);
      assert.deepEqual([highWater.map((mark) => mark.toFixed(6)), bestMean!.toFixed(6)], [
        ["0.600000", "0.600000"],
        "0.600000",
      ]);
    }
  },
});

Deno.test({
  name: "allowedBy() leaves the champion's forged scores out with their forger",
  permissions: "none",
  fn() {
    const shares = [
      ...["a", "b", "c", "d"].map((name) => share(name, [0, 0], [600, 1000])),
      share("e", [0, 0], [0, 1000]),
    ];
    const allowed = allowedBy([.6, .6], shares, STANDARD);
    assert.deepEqual(allowed([]), [0, 0]);
    assert.deepEqual(allowed(["e"]), [.02, .02]);
    assert.deepEqual(allowedBy([.6, .6], shares, { ...STANDARD, highWater: false })([]), [.02, .02]);
  },
});

Deno.test({
  name: "advance() takes a lost environment off what the next challenger may lose there, and says so",
  permissions: "none",
  fn() {
    const certified = (highWater: boolean) => {
      const world = new World("debt", { ...STANDARD, highWater }, [player("king", 1, steady(50))]);
      world.step(0);
      world.run(1000, 4);
      // x gains 5 in three environments and loses 1.5 of 100 in the first.
      world.players.push(player("x", 2, steady(48.5, 55, 55, 55)));
      world.step(0);
      assert.equal(world.run(1000, 12, (report) => report.crowned === "x@2") < 17_000, true);
      world.run(1000, 4);
      world.players.push(player("y", 3, steady(47.4, 60, 60, 60)));
      world.step(0);
      world.run(1000, 9);
      return world;
    };
    const free = certified(false), bound = certified(true);
    assert.equal(free.state.champion, "y@3");
    assert.equal(bound.state.champion, "x@2");
    assert.ok(Math.abs(bound.state.highWater[0]! - .5) < 1e-9);
    const { values } = bound.state.duels.find((duel) => duel.contender === "y@3")!;
    // 0.015 is lost, of which sqrt(.25 / n) may be luck.
    assert.ok(values.allowed[0]! > 0.008 && values.allowed[0]! < 0.014, `${values.allowed}`);
    assert.deepEqual(values.allowed.slice(1), [.02, .02, .02]);
    assert.match(bound.reports.at(-1)!.explain["y@3"]!, /at most 0\.0\d\d may be lost: the champion is below the best/);
  },
});

/** Attempts in a row that each lose `loss` in the first environment and gain 3 of 100 elsewhere; what the first has lost in the end. */
function erode(loss: number, parameters: Parameters): { lost: number; crowned: number } {
  let [low, high] = [50, 50], crowned = 0;
  const world = new World("erode", parameters, [player("king", 1, steady(50))], { envs: ["a", "b", "c"] });
  world.step(0);
  for (let attempt = 0; attempt < 10; attempt++) {
    const id = `x${attempt}@${10 + attempt}`;
    world.players.push(player(`x${attempt}`, 10 + attempt, steady(low - loss, high + 3, high + 3)));
    world.step(0);
    const goesOn = () => world.state.duels.some((duel) => duel.contender === id && duel.state !== "terminated");
    world.run(500, 30, () => !goesOn());
    if (world.state.champion === id) [low, high, crowned] = [low - loss, high + 3, crowned + 1];
    const { champion } = world.state;
    world.players.splice(0, world.players.length, ...world.players.filter((one) => one.contender.id === champion));
  }
  return { lost: 50 - low, crowned };
}

Deno.test({
  name: "advance() keeps repeated commits from eroding an environment while the mean rises",
  permissions: "none",
  fn() {
    for (const loss of [.5, 1]) {
      const bound = erode(loss, STANDARD), free = erode(loss, { ...STANDARD, highWater: false });
      const figures = JSON.stringify({ loss, bound, free });
      assert.equal(free.lost, 10 * loss, figures);
      assert.ok(bound.lost <= 3 && bound.crowned >= 2, figures);
    }
  },
});
