import assert from "node:assert/strict";
import { STANDARD } from "./parameters.ts";
import { type Play, player, World } from "./testkit.ts";

const even: Play = ({ round }) => round % 2;
const better: Play = ({ round }) => round % 2 === 1 || round % 10 === 0 ? 1 : 0;

function pair(play: Play = even): World {
  const world = new World("pay", STANDARD, [player("king", 1, play), player("x", 2, even)], { ownerUid: 99 });
  world.step(0);
  return world;
}

Deno.test({
  name: "advance() pays a champion from 90 % of its canaries on, and the owner below",
  permissions: "none",
  fn() {
    const world = pair();
    const king = world.players[0]!;
    king.present = (round) => round % 10 !== 0;
    assert.deepEqual([world.step(100).payeeUid, world.reports.at(-1)?.pay], [1, "champion"]);
    king.present = (round) => round % 100 > 10;
    const report = world.step(100);
    assert.deepEqual([report.payeeUid, report.pay, world.state.champion], [99, "vacant", "king@1"]);
    assert.match(report.payReason, /answered 89 of 100 canaries, under 90 %/);
    king.present = () => true;
    assert.equal(world.step(100).payeeUid, 1);
    // No canary was sent: nothing speaks against it.
    assert.equal(world.step(0).payeeUid, 1);
  },
});

Deno.test({
  name: "advance() does not pay a champion that lost more than 1 % of its rounds in ten epochs",
  permissions: "none",
  fn() {
    let losses = 1;
    const world = pair(({ round, env }) => env === 2 && round % 100 < losses ? 2 : round % 2);
    assert.equal(world.step(100).payeeUid, 1);
    losses = 2;
    const report = world.step(100);
    assert.equal(report.payeeUid, 99);
    assert.match(report.payReason, /lost 3 of 200 rounds in the last 3 epochs, over 1 %/);
    losses = 0;
    assert.equal(world.step(100).payeeUid, 1);
    // 60 lost rounds in one epoch weigh for ten epochs, then they are forgotten.
    losses = 60;
    assert.equal(world.step(100).payeeUid, 99);
    losses = 0;
    const pays = Array.from({ length: 10 }, () => world.step(100).payeeUid);
    assert.deepEqual(pays, [...Array.from({ length: 9 }, () => 99), 1]);
    assert.equal(world.state.championLost.length, 10);
  },
});

Deno.test({
  name: "advance() neither deposes nor pays a dark champion, pauses its duels and keeps their counts",
  permissions: "none",
  fn() {
    const world = new World("dark", STANDARD, [player("king", 1, even), player("x", 2, better)], { ownerUid: 99 });
    world.step(0);
    world.step(100);
    const king = world.players[0]!;
    king.present = (round) => round % 5 === 1;
    // An epoch without canaries says nothing either way.
    const pays = [world.step(100), world.step(100), world.step(0), world.step(100)].map((report) => report.payeeUid);
    assert.deepEqual([pays, world.state.darkEpochs], [[99, 99, 1, 99], 3]);
    king.present = (round) => round % 5 === 1 || round % 5 === 0;
    const dark = world.step(300);
    // 280 rounds count and x would be crowned by them, were the champion not dark.
    assert.deepEqual([world.state.duels[0]?.counts[0]?.n, dark.crowned, world.state.darkEpochs], [280, null, 4]);
    assert.match(dark.explain["king@1"]!, /dark/);
    assert.match(dark.explain["x@2"]!, /duels pause, and this one stands at 280 rounds/);
    // Nothing was asked, so it is as dark as before.
    assert.equal(world.step(0).payeeUid, 99);
    king.present = () => true;
    assert.equal(world.step(1).crowned, "x@2");
  },
});

Deno.test({
  name: "advance() keeps a deregistered champion's crown, and goes on when it is back",
  permissions: "none",
  fn() {
    const world = new World("dereg", STANDARD, [player("king", 1, even), player("x", 2, better)], { ownerUid: 99 });
    world.step(0);
    world.step(199);
    const king = world.players[0]!;
    king.gone = true;
    // x would be crowned by these 219 rounds.
    const report = world.step(20);
    assert.deepEqual([report.champion, report.payeeUid, report.pay], ["king@1", 99, "vacant"]);
    assert.match(report.payReason, /not registered/);
    assert.match(report.explain["king@1"]!, /dark/);
    king.gone = false;
    assert.equal(world.step(0).crowned, "x@2");
    assert.equal(world.state.darkEpochs, 0);
  },
});

Deno.test({
  name: "advance() takes a new commit of the champion's hotkey for a challenger, not for an abdication",
  permissions: "none",
  fn() {
    const world = pair();
    world.step(10);
    const fresh = player("king", 60, better);
    world.players.push({ ...fresh, contender: { ...fresh.contender, uid: 1 } });
    assert.deepEqual([world.step(10).champion, world.state.darkEpochs], ["king@1", 0]);
    assert.ok(world.state.duels.some((duel) => duel.contender === "king@60" && duel.state === "live"));
    assert.equal(world.step(210).crowned, "king@60");
    // Its hotkey goes on with the new commit only.
    assert.ok(!world.state.duels.some((duel) => duel.contender === "king@1"));
    assert.match(world.reports.at(-1)!.explain["king@1"]!, /newer commit/);
  },
});

Deno.test({
  name: "advance() does not pay a champion whose crowned commit is no longer served or listed",
  permissions: "none",
  fn() {
    const world = pair();
    const king = world.players[0]!;
    king.contender = { ...king.contender, valid: false, reason: "its chute is cold" };
    const cold = world.step(10);
    assert.deepEqual([cold.champion, cold.payeeUid, world.state.darkEpochs], ["king@1", 99, 1]);
    assert.match(cold.payReason, /its chute is cold/);
    // The chain shows only the newest commit of a hotkey.
    king.contender = { ...king.contender, id: "king@80", commitBlock: 80, valid: true };
    const anew = world.step(10);
    assert.deepEqual([anew.champion, anew.payeeUid, world.state.darkEpochs], ["king@1", 99, 2]);
  },
});

Deno.test({
  name: "advance() judges a new champion by its own canaries and losses",
  permissions: "none",
  fn() {
    const world = new World("new", STANDARD, [player("king", 1, even), player("x", 2, better)], { ownerUid: 99 });
    world.step(0);
    world.players[1]!.present = (round) => round % 6 !== 0;
    const report = world.step(300);
    assert.deepEqual([report.crowned, report.payeeUid], ["x@2", 99]);
    assert.deepEqual(world.state.championLost, [{ shown: 250, lost: 0 }]);
  },
});
