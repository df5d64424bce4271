import assert from "node:assert/strict";
import { STANDARD } from "./parameters.ts";
import { grantOf, nextTenure, pushTenure, useTenure } from "./tenure.ts";
import { player, steady, World } from "./testkit.ts";

/** The specification's test vector, with passes: K = 3, n = 1600. */
const counts = [[300, 240], [320, 230], [310, 235]].map(([w, l]) => ({ w: w!, l: l!, pc: 960, p0: 880, n: 1600 }));
const parts = [{ validator: "v", counts, offered: 1600 }];
const at = { envs: ["a", "b", "c"], parameters: STANDARD };

/** A champion of 50 of 100, then challengers by name that pass so many, each as soon as the one before is crowned. */
function lineage(levels: Record<string, number>, parameters = STANDARD): World {
  const world = new World("tenure", parameters, [player("king", 1, steady(50))], { ownerUid: 99 });
  world.step(0);
  Object.entries(levels).forEach(([name, level], i) => {
    world.players.push(player(name, 10 + i, steady(level)));
    world.step(0);
    const report = world.step(400);
    assert.equal(report.crowned, `${name}@${10 + i}`, JSON.stringify(report.duels));
  });
  return world;
}
function owed(world: World): string {
  return world.state.tenure.map(({ contender, epochs }) => `${contender} ${epochs}`).join();
}
function paid(world: World): string {
  const { payeeUid, pay } = world.reports.at(-1)!;
  return `${payeeUid} ${pay}`;
}

Deno.test({
  name: "grantOf() takes the smaller of the certified gain and the cautious mean over the best before, at most the cap",
  permissions: "none",
  fn() {
    // s = .6, 1.65 standard errors of 4800 coins = .011908.
    const { lower, score, gain, epochs } = grantOf(parts, 0.5, at);
    assert.deepEqual([lower, score, gain, epochs], [0.03022, 0.588092, 0.03022, 9]);
    assert.deepEqual(grantOf(parts, 0.57, at).gain, 0.018092);
    assert.deepEqual(grantOf(parts, 0.57, at).epochs, 5);
    // The best champion before was better than this one: it adds nothing, however bad the one that it beat has become.
    assert.deepEqual([grantOf(parts, 0.7, at).gain, grantOf(parts, 0.7, at).epochs], [0, 0]);
    assert.deepEqual([grantOf(parts, null, at).gain, grantOf(parts, null, at).epochs], [0, 0]);
    const huge = counts.map((count) => ({ ...count, w: 900, l: 0, pc: 1500 }));
    const most = grantOf([{ validator: "v", counts: huge, offered: 1600 }], 0.3, at);
    assert.deepEqual([most.gain, most.epochs], [0.2, 66]);
  },
});

Deno.test({
  name: "grantOf() gives no single validator of five power over what is paid",
  permissions: "none",
  fn() {
    const five = ["1", "2", "3", "4", "5"].map((validator) => ({ validator, counts, offered: 1600 }));
    const honest = grantOf(five, 0.5, at);
    for (const [w, l, pc] of [[1600, 0, 1600], [0, 1600, 0]] as const) {
      const forged = counts.map((count) => ({ ...count, w, l, pc }));
      const { lower, score } = grantOf([...five.slice(1), { validator: "1", counts: forged, offered: 1600 }], 0.5, at);
      assert.ok(Math.abs(lower - honest.lower) < 0.004, `${lower} for ${honest.lower}`);
      assert.ok(Math.abs(score - honest.score) < 0.004, `${score} for ${honest.score}`);
    }
  },
});

Deno.test({
  name: "pushTenure() cuts everybody in proportion when more than the cap is owed",
  permissions: "none",
  fn() {
    const stack = [{ contender: "x", epochs: 100 }];
    assert.deepEqual(pushTenure(stack, { contender: "y", epochs: 20 }, 120).map((one) => one.epochs), [100, 20]);
    assert.deepEqual(pushTenure(stack, { contender: "y", epochs: 40 }, 120).map((one) => one.epochs), [85, 34]);
    assert.deepEqual(pushTenure([{ contender: "x", epochs: 1 }], { contender: "y", epochs: 200 }, 120), [
      { contender: "y", epochs: 119 },
    ]);
    assert.deepEqual(pushTenure(stack, { contender: "y", epochs: 0 }, 120), stack);
  },
});

Deno.test({
  name: "nextTenure() is the champion's own first, then the latest other one; useTenure() takes one epoch of it",
  permissions: "none",
  fn() {
    const stack = [{ contender: "x", epochs: 1 }, { contender: "y", epochs: 2 }, { contender: "z", epochs: 3 }];
    assert.equal(nextTenure(stack, "x")?.contender, "x");
    assert.equal(nextTenure(stack, "other")?.contender, "z");
    assert.equal(nextTenure([], "x"), null);
    assert.deepEqual(useTenure(stack, stack[0]!), stack.slice(1));
    assert.deepEqual(useTenure(stack, stack[1]!).map((one) => one.epochs), [1, 1, 3]);
  },
});

Deno.test({
  name: "advance() pays a champion for what it added, then whoever came before it, then the champion again",
  permissions: "none",
  fn() {
    const world = lineage({ x: 54 });
    const { granted } = world.reports.at(-1)!;
    // Certified: .04 less a little; the champion before it had a mean of .5 in all its rounds.
    assert.ok(
      granted!.gain > 0.01 && granted!.gain < 0.04 && Math.abs(granted!.best! - 0.5) < 0.002,
      JSON.stringify(granted),
    );
    assert.equal(granted!.epochs, Math.floor(330 * granted!.gain + 1e-4));
    // The epoch of the crowning is the first that is paid.
    assert.equal(owed(world), `x@10 ${granted!.epochs - 1}`);
    assert.match(world.reports.at(-1)!.explain["x@10"]!, /it adds 0\.0\d\d \(.*worth \d+ epochs of pay/);
    world.players.push(player("y", 20, steady(60)));
    world.step(0);
    world.step(400);
    assert.equal(world.state.champion, "y@20");
    const own = world.reports.at(-1)!.granted!.epochs;
    const pays: string[] = [paid(world)];
    while (world.state.tenure.length > 0) world.step(1), pays.push(paid(world));
    const left = granted!.epochs - 2;
    assert.ok(own > 3 && left > 3);
    assert.deepEqual(pays, [
      ...Array.from({ length: own }, () => "20 champion"),
      ...Array.from({ length: left }, () => "10 tenure"),
    ]);
    assert.match(world.reports.at(-1)!.payReason, /former champion x@10 is paid for what it added, 0 epochs/);
    world.step(1);
    assert.equal(paid(world), "20 champion");
  },
});

Deno.test({
  name: "advance() in mode W pays the champion and owes nobody anything",
  permissions: "none",
  fn() {
    const world = lineage({ x: 54, y: 60 }, { ...STANDARD, pay: "W" });
    assert.deepEqual([owed(world), paid(world), world.reports.at(-1)!.granted], ["", "11 champion", null]);
  },
});

Deno.test({
  name: "advance() grants nothing for what an earlier champion had, however low the present one has sunk",
  permissions: "none",
  fn() {
    const world = lineage({ x: 60 });
    const king = world.players[1]!;
    // The owner lets its champion fail and comes with a twin of what it was.
    world.run(100, 5);
    king.play = steady(40);
    world.players.push(player("twin", 20, steady(60)));
    world.step(0);
    const report = world.step(400);
    assert.equal(report.crowned, "twin@20");
    assert.ok(report.granted!.lower > 0.1, JSON.stringify(report.granted));
    assert.deepEqual([report.granted!.gain, report.granted!.epochs], [0, 0]);
    // The twin has no tenure of its own: x is paid what it is still owed.
    assert.equal(report.pay, "tenure");
  },
});

Deno.test({
  name: "advance() uses up an unpaid epoch of the champion's tenure and gives its weight to no other contender",
  permissions: "none",
  fn() {
    const world = lineage({ x: 54, y: 60 });
    const before = world.state.tenure;
    world.players[2]!.present = (round) => round % 2 === 0;
    const report = world.step(10);
    assert.deepEqual([report.pay, report.payeeUid, report.payee], ["vacant", 99, null]);
    assert.match(report.payReason, /5 of 10 canaries, under 90 %, which uses up an epoch of its tenure/);
    assert.deepEqual(world.state.tenure, [before[0], { ...before[1]!, epochs: before[1]!.epochs - 1 }]);
  },
});

Deno.test({
  name: "advance() pays a former champion that is only registered, at the uid that it has by then",
  permissions: "none",
  fn() {
    const world = lineage({ x: 60, y: 63 });
    while (world.state.tenure.some((one) => one.contender === "y@11")) world.step(1);
    const [, x, y] = world.players;
    // The payee neither answers nor serves, the champion is away, and uid 10 belongs to a stranger.
    x!.contender = { ...x!.contender, uid: 44, valid: false, reason: "its chute is cold" };
    y!.present = () => false;
    world.players.push(player("stranger", 70, steady(10), { uid: 10 }));
    const left = world.state.tenure[0]!.epochs;
    const report = world.step(10);
    assert.deepEqual([report.pay, report.payee, report.payeeUid], ["tenure", "x@10", 44]);
    assert.equal(world.state.tenure[0]!.epochs, left - 1);
    // Its hotkey holds another commit, or one that nobody can read: it is registered all the same.
    x!.gone = true;
    world.extra = { registered: [{ hotkey: "x", uid: 45 }] };
    assert.equal(world.step(10).payeeUid, 45);
    // Deregistered when it is its turn: the tenure is forfeit for good.
    world.extra = {};
    y!.present = () => true;
    assert.equal(world.step(10).payee, "y@11");
    assert.deepEqual(world.state.tenure, []);
    x!.gone = false;
    assert.equal(world.step(10).payee, "y@11");
  },
});
