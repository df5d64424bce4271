import assert from "node:assert/strict";
import { hostedVerdict } from "./hosted.ts";
import { STANDARD } from "./parameters.ts";
import { player, steady, World } from "./testkit.ts";
import type { HostedCheck } from "./types.ts";

function check(n: number, w: number, l: number, contender = "x@2"): HostedCheck {
  return { contender, counts: ["a", "b", "c", "d"].map(() => ({ w, l, n })) };
}

Deno.test({
  name: "hostedVerdict() passes what is not worse, voids what is, and waits for the rest as long as a duel may last",
  permissions: "none",
  fn() {
    const verdict = (one: HostedCheck) => hostedVerdict([one], STANDARD);
    assert.equal(verdict(check(0, 0, 0)), "open");
    assert.equal(verdict({ contender: "x@2", counts: [] }), "open");
    // The same model, served without luck: 500 rounds are enough.
    assert.deepEqual([verdict(check(300, 0, 0)), verdict(check(500, 0, 0))], ["open", "passed"]);
    assert.equal(verdict(check(2000, 100, 100)), "passed");
    // A tenth is hidden behind the endpoint.
    assert.deepEqual([verdict(check(40, 2, 6)), verdict(check(200, 15, 45))], ["open", "proxy"]);
    // In one environment is enough.
    const one = check(300, 0, 0);
    assert.equal(verdict({ ...one, counts: [{ w: 0, l: 60, n: 300 }, ...one.counts.slice(1)] }), "proxy");
    // Worse by nearly tau: never certified either way.
    assert.deepEqual([verdict(check(9999, 400, 599)), verdict(check(10_000, 400, 599))], ["open", "proxy"]);
  },
});

/** A small model behind whose endpoint a better one answers. */
function proxied() {
  const world = new World("proxy", STANDARD, [
    player("king", 1, steady(50), { weightsDigest: "d0" }),
    player("x", 2, steady(60), { weightsDigest: "small" }),
    player("y", 3, steady(58)),
  ]);
  world.step(0);
  return world;
}

Deno.test({
  name: "advance() crowns no candidate before its hosted check has passed, and voids a proxy for good",
  permissions: "none",
  fn() {
    const world = proxied();
    world.extra = { hosted: [check(0, 0, 0)] };
    const waiting = world.step(400);
    assert.equal(waiting.crowned, null);
    const duel = () => world.state.duels.find((one) => one.contender === "x@2")!;
    assert.deepEqual([duel().state, duel().reason], ["waiting", "hosted"]);
    assert.match(waiting.explain["x@2"]!, /waits until the committed weights, run by the validator, are shown/);
    // y is certified too, but must be better than x as long as x is in its duel.
    assert.equal(world.state.duels.find((one) => one.contender === "y@3")!.reason, "hold:x@2");
    world.extra = { hosted: [check(200, 10, 40)] };
    const found = world.step(10);
    assert.deepEqual([duel().state, duel().reason, found.crowned], ["void", "proxy", null]);
    assert.match(found.explain["x@2"]!, /^Void after 410 rounds: what it committed, run by the validator, does worse/);
    // Whatever is observed later, it stays so; and whoever serves the committed weights themselves is no copy of it.
    world.players.push(player("same", 9, steady(45), { weightsDigest: "small" }));
    world.extra = { hosted: [check(5000, 0, 0)] };
    assert.equal(world.step(10).crowned, "y@3");
    assert.equal(duel().state, "void");
    assert.equal(world.state.duels.find((one) => one.contender === "same@9")!.state, "live");
  },
});

Deno.test({
  name: "advance() crowns a candidate whose hosted check passes, and one that nobody checks",
  permissions: "none",
  fn() {
    const passed = proxied();
    passed.extra = { hosted: [check(500, 0, 0)] };
    assert.equal(passed.step(400).crowned, "x@2");
    assert.equal(proxied().step(400).crowned, "x@2");
  },
});
