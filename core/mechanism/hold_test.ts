import assert from "node:assert/strict";
import { STANDARD } from "./parameters.ts";
import { type Play, type Player, player, skill, World } from "./testkit.ts";

const even: Play = ({ round }) => round % 2;
/** Passes whatever `even` passes and a tenth more; any two of them are the same. */
const better: Play = ({ round }) => round % 2 === 1 || round % 10 === 0 ? 1 : 0;

function duel(world: World, name: string) {
  return world.state.duels.find((one) => one.contender.startsWith(`${name}@`));
}

Deno.test({
  name: "heldBack() crowns the improver and never one of the 20 copies that commit right behind it",
  permissions: "none",
  fn() {
    const winners = new Map<string, number>();
    for (let run = 0; run < 30; run++) {
      const copies = Array.from({ length: 20 }, (_, i): Player => player(`copy${i}`, 3 + i, skill(0.05)));
      const world = new World(`race ${run}`, STANDARD, [
        player("king", 1, skill(0)),
        player("improver", 2, skill(0.05)),
        ...copies,
      ]);
      world.step(0);
      world.run(100, 40, (report) => report.crowned !== null);
      const name = world.state.champion!.split("@")[0]!;
      winners.set(name, (winners.get(name) ?? 0) + 1);
    }
    assert.deepEqual([...winners], [["improver", 30]]);
  },
});

Deno.test({
  name: "heldBack() makes a certified copy wait behind an improver that the rounds have not certified yet",
  permissions: "none",
  fn() {
    // The original sat out just so many rounds that it is short of n_min when its copy is not.
    const world = new World("wait", STANDARD, [
      player("king", 1, even),
      player("x", 2, better),
      player("copy", 3, better),
    ]);
    world.players[1]!.present = (round) => round % 10 !== 3;
    world.step(0);
    const report = world.step(210);
    assert.equal(report.crowned, null);
    assert.deepEqual([duel(world, "copy")?.state, duel(world, "copy")?.reason], ["waiting", "hold:x@2"]);
    assert.match(
      report.explain["copy@3"]!,
      /must first be better than the earlier x@2: needs 3.00 nats, has -\d+\.\d\d after 189/,
    );
    assert.equal(duel(world, "x")?.state, "live");
    assert.equal(world.step(20).crowned, "x@2");
  },
});

Deno.test({
  name: "heldBack() does not wait for an earlier challenger that is shown under 80 % of the rounds",
  permissions: "none",
  fn() {
    for (const [every, crowned] of [[5, null], [4, "copy@3"]] as const) {
      const world = new World("away", STANDARD, [
        player("king", 1, even),
        player("x", 2, better),
        player("copy", 3, better),
      ]);
      world.players[1]!.present = (round) => round % every !== 0;
      world.step(0);
      assert.equal(world.step(200).crowned, crowned, `absent every ${every}`);
    }
  },
});

Deno.test({
  name: "heldBack() does not wait for an earlier challenger whose duel has ended",
  permissions: "none",
  fn() {
    for (const ended of [true, false]) {
      const world = new World("void", STANDARD, [
        player("king", 1, even, { weightsDigest: "d0" }),
        player("x", 2, better),
        player("later", 3, better),
      ]);
      const x = world.players[1]!;
      x.present = (round) => round % 10 !== 0;
      world.step(0);
      world.step(190);
      // The hub tells only now what the weights are.
      if (ended) x.contender = { ...x.contender, weightsDigest: "d0" };
      assert.equal(world.step(10).crowned, ended ? "later@3" : null);
    }
  },
});

Deno.test({
  name: "heldBack() does not wait for an earlier challenger whose chute went cold for good",
  permissions: "none",
  fn() {
    const world = new World("cold", STANDARD, [player("king", 1, even), player("x", 2, better)]);
    world.step(0);
    world.step(100);
    const x = world.players[1]!;
    x.contender = { ...x.contender, valid: false, reason: "its chute is cold" };
    world.step(20);
    world.players.push(player("later", 9, better));
    world.step(0);
    // x takes part in 100 of 320 rounds: it keeps its duel, but it holds nobody back.
    assert.equal(world.step(200).crowned, "later@9");
    assert.deepEqual([duel(world, "x")?.state, duel(world, "x")?.slot], ["live", 1]);
  },
});

Deno.test({
  name: "heldBack() drops a candidate that waits at 1.5 n_max rounds offered",
  permissions: "none",
  fn() {
    // Even in one environment, so that it takes 450 rounds to certify that nothing is lost there.
    const slow: Play = (task, luck) => task.env === 0 ? even(task, luck) : better(task, luck);
    const world = new World("drop", { ...STANDARD, nMax: 500 }, [player("king", 1, even), player("copy", 3, slow)]);
    world.step(0);
    world.run(50, 7);
    world.players.push(player("x", 2, slow));
    const seen = new Map<string, number>();
    for (let epoch = 0; epoch < 9; epoch++) {
      world.step(50);
      const { state, reason } = duel(world, "copy")!;
      if (!seen.has(`${state} ${reason}`.trim())) seen.set(`${state} ${reason}`.trim(), world.tally.end);
    }
    // x came at round 350 (the epoch after), so it is not certified yet when its copy's time is over.
    assert.deepEqual([...seen], [["live", 400], ["waiting hold:x@2", 450], ["terminated rounds", 750]]);
    assert.equal(world.state.champion, "king@1");
    world.run(50, 4);
    assert.equal(world.state.champion, "x@2");
  },
});
