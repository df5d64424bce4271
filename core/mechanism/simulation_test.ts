import assert from "node:assert/strict";
import { canonical } from "../base/canonical.ts";
import { Random } from "../base/random.ts";
import { isCandidate, openDuel } from "./duel.ts";
import { STANDARD } from "./parameters.ts";
import { stopReason } from "./stop.ts";
import { type Play, player, skill, World } from "./testkit.ts";
import type { Duel } from "./types.ts";

const ENVS = ["a", "b", "c", "d"];

/** A lone duel on drawn counts: true gains per environment, discordance V; looked at every `step` rounds. */
function duelOut(
  random: Random,
  gains: readonly number[],
  discordance: number,
  step: number,
): { end: string; rounds: number } {
  const counts = ENVS.map(() => ({ w: 0, l: 0, pc: 0, p0: 0, n: 0 }));
  let duel: Duel = openDuel("x@1", { slot: 0, epoch: 0, round: {} }, { envs: ENVS, parameters: STANDARD });
  for (let n = step;; n += step) {
    counts.forEach((count, e) => {
      const win = (discordance + gains[e % gains.length]!) / 2;
      for (let i = 0; i < step; i++) {
        const draw = random.unit();
        if (draw < win) count.w++;
        else if (draw < discordance) count.l++;
      }
      count.n = n;
    });
    duel = { ...duel, offered: n, counts };
    if (isCandidate(duel, STANDARD)) return { end: "crowned", rounds: n };
    const reason = stopReason(duel, STANDARD);
    if (reason !== null) return { end: reason, rounds: n };
  }
}

function many(seed: string, runs: number, gains: readonly number[], step: number, discordance = 1 / 3) {
  const random = new Random(seed);
  const ends = Array.from({ length: runs }, () => duelOut(random, gains, discordance, step));
  const won = ends.filter((one) => one.end === "crowned").map((one) => one.rounds).sort((a, b) => a - b);
  const at = (share: number) => won[Math.floor(share * (won.length - 1))] ?? Infinity;
  return { ends, won: won.length, median: at(0.5), p90: at(0.9) };
}

Deno.test({
  name: "false crowning: none of 3000 copies, and at the edge of the null no more than the budget allows",
  permissions: "none",
  fn() {
    const copies = many("copies", 3000, [0], 100);
    assert.equal(copies.won, 0);
    // Futility must stop them long before n_max: that is what a flood of copies costs.
    const rounds = copies.ends.map((one) => one.rounds).sort((a, b) => a - b);
    assert.ok(rounds[1500]! < 3000, `half of the copies are still there after ${rounds[1500]} rounds`);
    // Expected at most 3000 / 2560 = 1.2; more than 5 has a chance under 0.2 %.
    assert.ok(many("edge", 3000, [STANDARD.delta], 200).won <= 5);
  },
});

Deno.test({
  name: "a model that is worse by tau in one environment is crowned in under 10 %, whatever it gains elsewhere",
  permissions: "none",
  fn() {
    const { won } = many("regressor", 300, [-STANDARD.tau, 0.05, 0.05, 0.05], 100);
    assert.ok(won <= 30, `${won} of 300`);
  },
});

Deno.test({
  name: "true improvements win, in about the time that the specification gives",
  permissions: "none",
  fn() {
    // The medians of the specification: 275, 900, 2525 (p90 425, 1400, 4350; its gates are 500, 1500, 4700).
    const large = many("large", 200, [0.1], 25), middle = many("middle", 200, [0.05], 25);
    const small = many("small", 100, [0.03], 50);
    assert.deepEqual([large.won, middle.won, small.won], [200, 200, 100]);
    const seen = JSON.stringify([large, middle, small].map(({ median, p90 }) => ({ median, p90 })));
    assert.ok(large.median >= 225 && large.median <= 325 && large.p90 <= 500, seen);
    assert.ok(middle.median >= 800 && middle.median <= 1000 && middle.p90 <= 1500, seen);
    assert.ok(small.median >= 2200 && small.median <= 2900 && small.p90 <= 4700, seen);
    // A gain in one environment only, where answers differ less: at least 83 % here, 93 % in the specification.
    assert.ok(many("one", 60, [0.05, 0, 0, 0], 50, 0.2).won >= 50);
  },
});

Deno.test({
  name: "advance() crowns none of 20 copies in 25 epochs of 200 rounds",
  permissions: "none",
  fn() {
    for (let run = 0; run < 6; run++) {
      const copies = Array.from({ length: 20 }, (_, i) => player(`copy${i}`, 2 + i, skill((i % 8 - 5) / 1000)));
      const world = new World(`copies ${run}`, STANDARD, [player("king", 1, skill(0)), ...copies]);
      world.step(0);
      world.run(200, 25, (report) => report.champion !== "king@1");
      assert.equal(world.state.champion, "king@1");
      assert.ok(world.state.duels.filter((duel) => duel.reason === "futile").length >= 10);
    }
  },
});

Deno.test({
  name: "advance() crowns an improver through the whole path, in about the time of a lone duel",
  permissions: "none",
  fn() {
    const rounds = Array.from({ length: 25 }, (_, run) => {
      const world = new World(`improver ${run}`, STANDARD, [player("king", 1, skill(0)), player("x", 2, skill(0.05))]);
      world.step(0);
      return world.run(50, 60, (report) => report.crowned === "x@2");
    }).sort((a, b) => a - b);
    assert.ok(rounds[12]! >= 650 && rounds[12]! <= 1150, rounds.join());
    assert.ok(rounds[24]! < 3000, rounds.join());
  },
});

Deno.test({
  name: "advance() lets decoys change nothing: those behind a rival not a bit, those before it not who wins",
  permissions: "none",
  fn() {
    const decoy = (i: number): Play => skill(...ENVS.map((_, e) => e === i % 4 ? 0.2 : -0.1));
    const play = (before: number, behind: number) => {
      const decoys = (count: number, block: number) =>
        Array.from({ length: count }, (_, i) => player(`decoy${block + i}`, block + i, decoy(i)));
      const world = new World("decoys", STANDARD, [
        player("king", 1, skill(0)),
        ...decoys(before, 10),
        player("rival", 50, skill(0.05)),
        ...decoys(behind, 60),
      ]);
      world.step(0);
      world.run(100, 60, (report) => report.crowned !== null);
      return world;
    };
    const alone = play(0, 0), behind = play(0, 20), before = play(20, 0);
    const mine = (world: World) =>
      canonical(world.reports.map((one) => one.duels.find((duel) => duel.contender === "rival@50")!));
    assert.equal(mine(behind), mine(alone));
    assert.deepEqual([alone, behind, before].map((world) => world.state.champion), [
      "rival@50",
      "rival@50",
      "rival@50",
    ]);
    assert.equal(before.tally.end, alone.tally.end);
  },
});

Deno.test({
  name: "advance() never crowns a refuser, a specialist or a challenger that is away when it would lose",
  permissions: "none",
  fn() {
    const weak = skill(-0.05);
    const world = new World("cheats", STANDARD, [
      player("king", 1, skill(0)),
      // Its refusals are fails like any other.
      player("refuser", 2, (task, luck) => task.u < 0.3 ? 0 : weak(task, luck)),
      player("specialist", 3, skill(0.45, -0.1, -0.1, -0.1)),
      player("sleeper", 4, skill(0)),
      player("loser", 5, (task, luck) => task.round % 3 === 0 ? 2 : skill(0.1)(task, luck)),
    ]);
    world.players[3]!.present = (round) => Math.floor(round / 10) % 2 === 0;
    world.step(0);
    world.run(200, 30);
    assert.equal(world.state.champion, "king@1");
    const ends = Object.fromEntries(world.state.duels.map((duel) => [duel.contender, duel.reason]));
    assert.deepEqual([ends["refuser@2"], ends["specialist@3"], ends["loser@5"]], [
      "regressed",
      "regressed",
      "regressed",
    ]);
  },
});
