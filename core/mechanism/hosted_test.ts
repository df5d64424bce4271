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

Deno.test({
  name: "advance() lets a candidate that nobody named wait where somebody checks",
  permissions: "none",
  fn() {
    const world = proxied();
    world.extra = { hosts: ["v"] };
    const waiting = world.step(400);
    assert.equal(waiting.crowned, null);
    assert.match(waiting.explain["x@2"]!, /as good as its endpoint \(no round of the check yet\)$/);
    world.extra = { hosts: ["v"], hosted: [check(120, 1, 2)] };
    const open = world.step(10).explain["x@2"]!;
    assert.match(open, / \(a -0\.008, b -0\.008, c -0\.008, d -0\.008 after 120 rounds of the check\)$/);
    world.extra = { hosts: ["v"], hosted: [check(500, 0, 0)] };
    const crowned = world.step(10);
    assert.equal(crowned.crowned, "x@2");
    assert.match(
      crowned.explain["x@2"]!,
      /; its committed weights, run by the validator, are as good as its endpoint \(500/,
    );
    const unchecked = proxied().step(400).explain["x@2"]!;
    assert.match(unchecked, /no validator checked what its endpoint serves/);
  },
});

Deno.test({
  name: "hostedVerdict() adds the checks of several validators, and of four none decides by itself",
  permissions: "none",
  fn() {
    const by = (...all: [n: number, w: number, l: number][]) => {
      const checks = all.map(([n, w, l], i) => ({ ...check(n, w, l), validator: `v${i}` }));
      const verdict = hostedVerdict(checks, STANDARD);
      assert.equal(hostedVerdict(checks.toReversed(), STANDARD), verdict);
      return verdict;
    };
    const good: [number, number, number] = [300, 0, 0], bad: [number, number, number] = [300, 20, 90];
    assert.deepEqual([by(good), by(good, good), by([0, 0, 0], good, good)], ["open", "passed", "passed"]);
    // Of three a liar decides.
    assert.equal(by(good, good, bad), "proxy");
    // Of four it neither condemns whom the others pass, nor saves whom they condemn.
    assert.equal(by([500, 0, 0], [500, 0, 0], [500, 0, 0], [500, 50, 450]), "passed");
    assert.equal(by(bad, bad, bad, [300, 30, 0]), "proxy");
    // With counts without measure it can keep a check open, as it can a duel, until the wait is over; it crowns nobody.
    assert.equal(by(bad, bad, bad, [9000, 4000, 0]), "open");
    // Three small ones that are good and a large one that is not: the small ones decide, when they can.
    assert.equal(by([100, 0, 0], [100, 0, 0], [100, 0, 0], [500, 50, 450]), "open");
  },
});
