import assert from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import { STANDARD } from "./parameters.ts";
import { neededFrom } from "./pool.ts";
import { Tally } from "./tally.ts";
import { player, steady, World } from "./testkit.ts";
import type { State } from "./types.ts";

const D = STANDARD.darkEpochs, R = STANDARD.regentEpochs;

/** A king of 50, duelled by x for `rounds` rounds; then the king is away. Others come first in the list of players. */
function orphaned(levels: Record<string, number>, rounds: number, parameters = STANDARD): World {
  const players = Object.entries(levels).map(([name, level], i) => player(name, 2 + i, steady(level)));
  const world = new World("regent", parameters, [player("king", 1, steady(50)), ...players], { ownerUid: 99 });
  world.step(0);
  world.step(rounds);
  world.players[0]!.present = () => false;
  return world;
}
function king(world: World) {
  return world.players[0]!;
}
const counts = (state: State) => state.duels.map((duel) => `${duel.contender} ${duel.slot} ${duel.counts[0]!.n}`);

Deno.test({
  name:
    "advance() keeps a dark champion for R dark epochs, then installs the challenger that is surely better and pays it",
  permissions: "none",
  fn() {
    // At 150 rounds both are below n_min: 52 is not certain to be better, 60 is.
    const world = orphaned({ x: 52, y: 60, z: 50 }, 150);
    const kept = counts(world.state);
    for (let epoch = 1; epoch < D + R - 1; epoch++) {
      const report = world.step(10);
      assert.deepEqual([report.throne, report.champion, report.pay, report.payeeUid], ["kept", "king@1", "vacant", 99]);
    }
    assert.deepEqual([world.state.darkEpochs, world.state.pausedEpochs], [D + R - 2, R - 1]);
    // An epoch in which nobody asked anybody anything is no dark epoch.
    world.step(0);
    assert.equal(world.state.pausedEpochs, R - 1);
    const report = world.step(10);
    assert.deepEqual([report.throne, report.crowned, report.champion, report.pay, report.payeeUid], [
      "regent",
      null,
      "y@3",
      "regent",
      3,
    ]);
    const { state } = world;
    assert.deepEqual([state.reign, state.isRegent, state.darkEpochs, state.pausedEpochs], [2, true, 0, 0]);
    // New counts for those who go on, and the old ones are kept.
    assert.deepEqual(counts(state), ["x@2 0 0", "z@4 1 0"]);
    assert.equal(state.away[0]!.champion, "king@1");
    // The rounds of the reign that may go on are still needed.
    assert.deepEqual([state.reignStartRound, neededFrom(state)], [{ me: 370 }, { me: 0 }]);
    assert.deepEqual(counts({ ...state, ...state.away[0] }), kept);
    assert.match(report.explain["y@3"]!, /^Regent: it stands in for the champion king@1/);
    assert.match(report.explain["king@1"]!, /^Dark: y@3 stands in for it; .* up to epoch \d+$/);
    assert.match(report.explain["x@2"]!, /y@3 stands in .* starts again from 0/);
    // The regent reigns like any champion: it is duelled, and paid for being there.
    assert.deepEqual([world.step(10).pay, world.state.duels[0]!.counts[0]!.n], ["regent", 10]);
    world.players[2]!.present = (round) => round % 2 === 0;
    assert.deepEqual([world.step(10).pay, world.reports.at(-1)!.payeeUid], ["vacant", 99]);
  },
});

Deno.test({
  name:
    "advance() installs the last former champion when no challenger is surely better, and the earliest commit without one",
  permissions: "none",
  fn() {
    const heirs = (former: boolean, isThere = true) => {
      const world = new World("heirs", STANDARD, [player("king", 5, steady(60)), player("early", 1, steady(30))], {
        ownerUid: 99,
      });
      if (former) {
        world.players.push(player("old", 3, steady(50)));
        world.players[0]!.gone = world.players[1]!.gone = true;
        world.step(0);
        world.players[0]!.gone = world.players[1]!.gone = false;
        world.step(0);
        assert.equal(world.step(300).crowned, "king@5");
        if (!isThere) world.players[2]!.contender = { ...world.players[2]!.contender, valid: false, reason: "cold" };
      } else {
        world.players[1]!.gone = true;
        world.step(0);
        world.players[1]!.gone = false;
      }
      // Both may have lost their duels: that is no reason not to stand in.
      world.run(300, 3);
      king(world).present = () => false;
      world.run(10, 40, (report) => report.throne === "regent");
      return world;
    };
    assert.deepEqual([heirs(false).state.champion, heirs(true).state.champion, heirs(true, false).state.champion], [
      "early@1",
      "old@3",
      "early@1",
    ]);
    assert.equal(heirs(true).state.former.at(-1), "king@5");
  },
});

Deno.test({
  name: "advance() prefers a challenger only if it is surely better, and of former champions the last",
  permissions: "none",
  fn() {
    // x is ahead, but by odds of 2 and not of 20.
    const unsure = orphaned({ z: 49, x: 51.5 }, 150);
    assert.ok(unsure.state.duels[1]!.values.sup > unsure.state.duels[0]!.values.sup);
    unsure.run(10, D + R, (report) => report.throne === "regent");
    assert.equal(unsure.state.champion, "z@2");
    const line = new World("line", STANDARD, [player("a", 1, steady(50)), player("b", 2, steady(60))]);
    line.step(0);
    line.step(300);
    line.players.push(player("c", 3, steady(70)));
    line.step(0);
    line.step(300);
    line.run(200, 3);
    assert.deepEqual([line.state.champion, line.state.former], ["c@3", ["a@1", "b@2"]]);
    assert.ok(line.state.duels.every((duel) => duel.state === "terminated"));
    line.players[2]!.present = () => false;
    line.run(10, D + R, (report) => report.throne === "regent");
    assert.equal(line.state.champion, "b@2");
    // It was terminated before it stood in, which is final for its commit.
    line.players.push(player("d", 4, steady(80)));
    line.step(0);
    assert.equal(line.step(300).crowned, "d@4");
    assert.deepEqual(line.state.duels.map((duel) => [duel.contender, duel.state]), [
      ["a@1", "terminated"],
      ["b@2", "terminated"],
    ]);
  },
});

Deno.test({
  name: "advance() makes no copy the regent, and leaves a dark champion alone when nobody else is valid",
  permissions: "none",
  fn() {
    const world = new World("copy", STANDARD, [
      player("king", 1, steady(50), { weightsDigest: "d" }),
      player("copy", 2, steady(50), { weightsDigest: "d" }),
    ], { ownerUid: 99 });
    world.step(0);
    king(world).present = () => false;
    world.run(10, 2 * (D + R));
    assert.deepEqual([world.state.champion, world.reports.at(-1)!.pay], ["king@1", "vacant"]);
    // Also when the champion is off the list, so that nobody can see any more whose copy it is.
    king(world).gone = true;
    world.run(10, 3);
    assert.equal(world.state.champion, "king@1");
    world.players.push(player("honest", 9, steady(40)));
    world.step(10);
    assert.equal(world.state.champion, "honest@9");
  },
});

Deno.test({
  name: "advance() counts a deregistered champion dark from its first epoch on",
  permissions: "none",
  fn() {
    const world = orphaned({ x: 60 }, 150);
    king(world).gone = true;
    assert.equal(world.run(0, R + 5, (report) => report.throne === "regent"), 150);
    assert.equal(world.state.epoch, 1 + R);
  },
});

Deno.test({
  name:
    "advance() gives a champion that is back its throne, its duels and their counts, and makes whoever reigned a challenger",
  permissions: "none",
  fn() {
    const world = orphaned({ x: 52, y: 60 }, 150);
    world.run(10, D + R, (report) => report.throne === "regent");
    const before = world.state.away[0]!;
    world.players.push(player("new", 9, steady(55)), player("better", 10, steady(70)));
    world.step(0);
    // Somebody is crowned over the regent meanwhile, and somebody is certified to be worse than it.
    world.run(100, 20, (report) => report.crowned !== null);
    assert.deepEqual([world.state.champion, world.state.isRegent], ["better@10", false]);
    assert.ok(world.state.tenure.length > 0);
    king(world).present = (round) => round % 10 > 1;
    // 80 % of the canaries are not enough.
    assert.equal(world.step(100).throne, "kept");
    king(world).present = (round) => round % 10 > 0;
    const end = world.tally.end;
    const report = world.step(100);
    assert.deepEqual([report.throne, report.crowned, report.champion], ["returned", null, "king@1"]);
    const { state } = world;
    assert.deepEqual(state.reignStartRound, before.reignStartRound);
    assert.deepEqual([state.away, state.isRegent, state.darkEpochs], [[], false, 0]);
    const duel = (name: string) => state.duels.find((one) => one.contender.startsWith(`${name}@`))!;
    // Whoever had a duel goes on with it: 150 rounds, and those that both were shown since.
    assert.deepEqual([duel("y").slot, duel("y").state], [1, "live"]);
    assert.ok(duel("y").counts[0]!.n >= 150 + 90, JSON.stringify(duel("y")));
    assert.deepEqual(duel("y").startRound, before.duels[1]!.startRound);
    assert.match(report.explain["y@3"]!, /king@1 is back on its throne: the duel against it goes on at \d\d\d rounds/);
    // Whoever came, and whoever was crowned, since then is a challenger with a number of its own and no counts.
    assert.deepEqual([duel("better").state, duel("better").counts[0]!.n, duel("better").startRound], [
      "live",
      0,
      { me: end + 100 },
    ]);
    // What ended meanwhile stays ended.
    assert.equal(duel("x").state, "terminated");
    const slots = state.duels.filter((one) => one.state === "live").map((one) => one.slot);
    assert.equal(new Set(slots).size, slots.length);
    assert.ok(slots.every((slot) => slot < state.nextSlot));
    // Tenure that was earned over the regent is paid out before the champion that has none.
    assert.equal(report.pay, "tenure");
    // And whoever was certified is crowned in the next epoch.
    king(world).present = () => true;
    assert.equal(world.step(10).crowned, "y@3");
  },
});

Deno.test({
  name: "advance() lets a dark champion return within 100 epochs and not later; then it is a challenger like others",
  permissions: "none",
  fn() {
    const away = (epochs: number) => {
      const world = orphaned({ x: 60 }, 150);
      world.run(10, D + R, (report) => report.throne === "regent");
      world.run(1, epochs - 1);
      king(world).present = () => true;
      return world;
    };
    const last = away(STANDARD.returnEpochs);
    assert.equal(last.step(10).throne, "returned");
    const late = away(STANDARD.returnEpochs + 1);
    assert.deepEqual([late.step(10).throne, late.state.champion], ["kept", "x@2"]);
    assert.deepEqual(late.state.away, []);
    assert.deepEqual(late.state.duels.map((duel) => [duel.contender, duel.state]), [["king@1", "live"]]);
  },
});

Deno.test({
  name:
    "advance() takes a new commit of a dark champion's hotkey for a challenger, and lets the old one return beside it",
  permissions: "none",
  fn() {
    const world = orphaned({ x: 60 }, 150);
    king(world).contender = { ...king(world).contender, weightsDigest: "d" };
    world.run(10, D + R, (report) => report.throne === "regent");
    const anew = player("king", 80, steady(55));
    world.players.push({ ...anew, contender: { ...anew.contender, uid: 1 } });
    // Whoever copies the old commit is a copy, whatever its hotkey does.
    world.players.push(player("copy", 81, steady(50), { weightsDigest: "d" }));
    world.step(10);
    assert.equal(world.state.duels.find((duel) => duel.contender === "copy@81")!.reason, "copy:king@1");
    assert.ok(world.state.duels.some((duel) => duel.contender === "king@80" && duel.state === "live"));
    assert.equal(world.state.away[0]!.champion, "king@1");
    assert.deepEqual(world.state.seated.map((one) => one.id), ["king@1", "x@2"]);
    king(world).present = () => true;
    assert.equal(world.step(10).champion, "king@1");
    assert.ok(world.state.duels.some((duel) => duel.contender === "king@80" && duel.state === "live"));
  },
});

Deno.test({
  name:
    "advance() installs a second regent when the first goes dark, and the champion that went first comes back first",
  permissions: "none",
  fn() {
    const world = orphaned({ x: 60, y: 55 }, 150);
    world.run(10, D + R, (report) => report.throne === "regent");
    assert.equal(world.state.champion, "x@2");
    world.players[1]!.present = () => false;
    world.run(10, D + R, (report) => report.throne === "regent");
    assert.deepEqual([world.state.champion, world.state.away.map((one) => one.champion)], ["y@3", ["king@1", "x@2"]]);
    const both = world.state;
    // The second comes back first: the first one keeps its right.
    const second = new World("second", STANDARD, world.players, {});
    second.state = world.state;
    for (const [name, tally] of world.pool) second.pool.set(name, Tally.fromBytes(tally.toBytes())!);
    world.players[1]!.present = () => true;
    second.step(10);
    assert.deepEqual([second.state.champion, second.state.away.map((one) => one.champion)], ["x@2", ["king@1"]]);
    assert.equal(second.state.isRegent, true);
    king(world).present = () => true;
    world.players[1]!.present = () => true;
    world.step(10);
    assert.deepEqual([world.state.champion, world.state.away], ["king@1", []]);
    assert.ok(world.state.duels.some((duel) => duel.contender === "x@2" && duel.state === "live"));
    // All of it is plain data.
    assert.equal(canonical(JSON.parse(canonical(both))), canonical(both));
  },
});

Deno.test({
  name: "advance() lets a former champion's tenure go on while it is dark and a regent reigns",
  permissions: "none",
  fn() {
    const world = new World("owed", STANDARD, [player("old", 1, steady(50)), player("king", 2, steady(65))], {
      ownerUid: 99,
    });
    world.step(0);
    world.step(300);
    assert.equal(world.state.champion, "king@2");
    const owed = world.state.tenure[0]!.epochs;
    world.players[1]!.present = () => false;
    world.run(10, D + R, (report) => report.throne === "regent");
    // The epochs in which it was dark are gone.
    assert.equal(world.state.tenure[0]!.epochs, owed - (D + R - 1));
    assert.deepEqual([world.state.champion, world.reports.at(-1)!.pay, world.reports.at(-1)!.payee], [
      "old@1",
      "tenure",
      "king@2",
    ]);
  },
});
