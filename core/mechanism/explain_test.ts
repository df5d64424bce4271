import assert from "node:assert/strict";
import { STANDARD } from "./parameters.ts";
import { type Play, player, skill, World } from "./testkit.ts";

const even: Play = ({ round }) => round % 2;
const better: Play = ({ round }) => round % 2 === 1 || round % 10 === 0 ? 1 : 0;
const worse: Play = ({ round }) => round % 2 === 1 && round % 5 !== 0 ? 1 : 0;

Deno.test({
  name: "explainAll() says one sentence of everybody, with the figures that matter",
  permissions: "none",
  fn() {
    const digest = { weightsDigest: "d" };
    const world = new World("tell", STANDARD, [
      player("king", 1, even, digest),
      player("x", 2, better),
      player("same", 3, even),
      player("bad", 4, worse),
      player("copy", 5, even, digest),
      player("twin", 6, better),
      player("cold", 7, even, { valid: false, reason: "its chute is cold" }),
    ]);
    world.players[1]!.present = (round) => round % 10 !== 3;
    assert.deepEqual(world.step(0).explain, {
      "king@1": "First champion: the earliest valid commit",
      "x@2": "Challenger: its duel against the first champion king@1 starts with the next round",
      "same@3": "Challenger: its duel against the first champion king@1 starts with the next round",
      "bad@4": "Challenger: its duel against the first champion king@1 starts with the next round",
      "copy@5": "Void: same weights as king@1, committed later",
      "twin@6": "Challenger: its duel against the first champion king@1 starts with the next round",
      "cold@7": "Not asked in this epoch: its chute is cold",
    });
    world.players.push(player("new", 8, even));
    assert.deepEqual(world.step(84).explain, {
      "king@1": "Champion since epoch 0 (reign 1): nobody has certified an improvement over it",
      "x@2": "Challenger: superiority is certified (9.46 of 7.85 nats after 75 rounds); " +
        "not worse in every environment is certified; a mean gain is certified; at least 200 rounds must count",
      "same@3": "Challenger: needs 7.85 nats of superiority, has -0.18 after 84 rounds; " +
        "not worse in every environment is not certified (0.34 of 2.30, weakest a +0.000); " +
        "a mean gain is not certified (0.00 of 2.30); at least 200 rounds must count",
      "bad@4": "Challenger: needs 7.85 nats of superiority, has -1.72 after 84 rounds; " +
        "not worse in every environment is not certified (-0.98 of 2.30, weakest a -0.095); " +
        "a mean gain is not certified (-2.86 of 2.30); at least 200 rounds must count",
      "copy@5": "Void: same weights as king@1, committed later",
      "twin@6": "Challenger: superiority is certified (9.39 of 7.85 nats after 84 rounds); " +
        "not worse in every environment is certified; a mean gain is certified; at least 200 rounds must count",
      "cold@7": "Not asked in this epoch: its chute is cold",
      "new@8": "Challenger: no round counts yet; needs 7.85 nats of superiority (slot 4)",
    });
    const third = world.step(120).explain;
    assert.equal(
      third["same@3"],
      "Stopped after 204 rounds: better by more than 0.005 is out of reach within 10000 rounds (a +0.000, b +0.000, c +0.000, d +0.000)",
    );
    assert.match(
      third["twin@6"]!,
      /^Certified after 204 rounds \(superiority .* but must first be better than the earlier x@2: needs 3.00 nats, has/,
    );
    world.players[0]!.gone = true;
    assert.match(world.step(1).explain["x@2"]!, /^The champion is dark: duels pause/);
  },
});

Deno.test({
  name: "explainAll() leaves nobody out and ends no sentence with a period",
  permissions: "none",
  fn() {
    const world = new World("all", STANDARD, [player("king", 1, skill(0))]);
    for (let epoch = 0; epoch < 12; epoch++) {
      const report = world.step(60);
      for (const { contender } of world.players) assert.match(report.explain[contender.id] ?? "", /^\S.*[^.\s]$/);
      assert.match(report.payReason, /^\S.*[^.\s]$/);
      world.players.push(player(`m${epoch}`, 2 + epoch, skill(epoch % 3 / 10), { valid: epoch % 4 !== 3, reason: "" }));
    }
    assert.ok(world.state.reign > 1);
  },
});
