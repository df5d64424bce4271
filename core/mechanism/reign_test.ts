import assert from "node:assert/strict";
import { STANDARD } from "./parameters.ts";
import { advance, initialState } from "./reign.ts";
import { Tally } from "./tally.ts";
import { contender, ME, type Play, player, skill, World } from "./testkit.ts";
import type { Duel, EpochInput } from "./types.ts";

/** Passes every second task: against itself it never differs. */
const even: Play = ({ round }) => round % 2;
/** Passes whatever `even` passes and a tenth more. */
const better: Play = ({ round }) => round % 2 === 1 || round % 10 === 0 ? 1 : 0;
/** As certain to lose. */
const worse: Play = ({ round }) => round % 2 === 1 && round % 5 !== 0 ? 1 : 0;

function duelOf(world: World, name: string): Duel | undefined {
  return world.state.duels.find((duel) => duel.contender.startsWith(`${name}@`));
}
function standing(world: World): Record<string, string> {
  return Object.fromEntries(
    world.state.duels.map((duel) => [duel.contender, `${duel.slot} ${duel.state} ${duel.reason}`.trim()]),
  );
}
/** The pool of one validator. */
function only(tally: Tally): Map<string, Tally> {
  return new Map([[ME, tally]]);
}
function rounds(nextRound: number, drawn = nextRound): Pick<EpochInput, "validators"> {
  return { validators: [{ validator: ME, nextRound, drawn }] };
}
function input(fields: Partial<EpochInput> = {}): EpochInput {
  return {
    epoch: 0,
    block: 0,
    hash: "0x0",
    ...rounds(0),
    contenders: [],
    ownerUid: 7,
    canaries: [],
    ...fields,
  };
}

Deno.test({
  name: "initialState() refuses no environment and one that comes twice, and sorts them",
  permissions: "none",
  fn() {
    assert.throws(() => initialState([]), RangeError);
    assert.throws(() => initialState(["a", "a"]), RangeError);
    assert.deepEqual(initialState(["b", "a"]).envs, ["a", "b"]);
  },
});

Deno.test({
  name: "advance() makes the earliest valid commit the first champion and pays it",
  permissions: "none",
  fn() {
    const contenders = [
      contender("late", 9),
      contender("cold", 1, { valid: false, reason: "its chute is cold" }),
      contender("second", 5, { extrinsicIndex: 4 }),
      contender("first", 5, { extrinsicIndex: 3 }),
    ];
    const { state, report } = advance(initialState(["a"]), input({ contenders }), only(new Tally()), STANDARD);
    assert.equal(state.champion, "first@5");
    assert.equal(state.reign, 1);
    assert.deepEqual([report.crowned, report.pay, report.payeeUid], ["first@5", "champion", 5]);
    assert.deepEqual(state.duels.map((duel) => [duel.contender, duel.slot]), [["second@5", 0], ["late@9", 1]]);
    assert.match(report.explain["first@5"]!, /earliest valid commit/);
    assert.match(report.explain["cold@1"]!, /its chute is cold/);
  },
});

Deno.test({
  name: "advance() leaves the throne and the weight vacant while nobody is valid",
  permissions: "none",
  fn() {
    const contenders = [contender("cold", 1, { valid: false, reason: "its chute is cold" })];
    const pay = (parameters = STANDARD, ownerUid: number | null = 7) => {
      const { state, report } = advance(
        initialState(["a"]),
        input({ contenders, ownerUid }),
        only(new Tally()),
        parameters,
      );
      assert.equal(state.champion, null);
      return [report.pay, report.payeeUid];
    };
    assert.deepEqual(pay(), ["vacant", 7]);
    assert.deepEqual(pay(STANDARD, null), ["none", null]);
    assert.deepEqual(pay({ ...STANDARD, vacant: "none" }), ["none", null]);
  },
});

Deno.test({
  name: "advance() numbers challengers by epoch, then by commit, and gives no number twice in a reign",
  permissions: "none",
  fn() {
    const world = new World("slots", STANDARD, [player("king", 1, even), player("x", 20, even), player("y", 30, even)]);
    world.step(0);
    world.players.push(player("early", 2, even), player("z", 25, even));
    world.step(10);
    world.players.splice(1, 1);
    world.step(10);
    world.players.push(player("w", 40, even));
    world.step(10);
    assert.deepEqual(standing(world), {
      "early@2": "2 live",
      "z@25": "3 live",
      "y@30": "1 live",
      "w@40": "4 live",
    });
    assert.match(world.reports[2]!.explain["x@20"]!, /no longer registered/);
    assert.deepEqual(world.reports[2]!.duels.find((duel) => duel.contender === "x@20")?.reason, "gone");
    // The same commit comes back: a new number, and nothing of its old counts.
    world.players.push(player("x", 20, even));
    world.step(10);
    assert.deepEqual([duelOf(world, "x")?.slot, duelOf(world, "x")?.offered], [5, 0]);
  },
});

Deno.test({
  name: "advance() counts for a challenger only rounds that were drawn after its start",
  permissions: "none",
  fn() {
    const world = new World("drawn", STANDARD, [player("king", 1, even), player("x", 2, better)]);
    world.underWay = 15;
    world.step(0);
    world.step(40);
    const duel = duelOf(world, "x")!;
    assert.deepEqual(duel.startRound, { [ME]: 15 });
    assert.deepEqual(duel.counts[0], { w: 2, l: 0, pc: 15, p0: 13, n: 25 });
  },
});

Deno.test({
  name: "advance() voids the later of two commits of the same weights, in whatever order they become valid",
  permissions: "none",
  fn() {
    const digest = { weightsDigest: "d1" };
    const world = new World("copies", STANDARD, [
      player("king", 1, even, { weightsDigest: "d0" }),
      player("twin", 8, even, digest),
      player("thief", 9, even, { weightsDigest: "d0" }),
      player("original", 4, even, { ...digest, valid: false, reason: "its chute is cold" }),
      player("unknown", 12, even),
      player("unknown2", 13, even),
    ]);
    world.step(0);
    world.step(30);
    assert.deepEqual(standing(world), {
      "twin@8": "0 live",
      "thief@9": "-1 void copy:king@1",
      "unknown@12": "1 live",
      "unknown2@13": "2 live",
    });
    world.players[3]!.contender = contender("original", 4, digest);
    const report = world.step(30);
    assert.equal(standing(world)["twin@8"], "0 void copy:original@4");
    assert.equal(duelOf(world, "original")?.slot, 3);
    assert.match(report.explain["twin@8"]!, /same weights as original@4, committed later/);
    // The original commits anew, later than its copy: the copy stays void and the original goes on.
    world.players[3]!.contender = contender("original", 50, digest);
    world.step(30);
    assert.equal(standing(world)["twin@8"], "0 void copy:original@4");
    assert.equal(standing(world)["original@50"], "4 live");
  },
});

Deno.test({
  name: "advance() lets a champion be the copy of nobody and everybody later be a copy of it, cold or not",
  permissions: "none",
  fn() {
    const digest = { weightsDigest: "d0" };
    const world = new World("throne", STANDARD, [player("king", 5, even, digest), player("x", 6, even)]);
    world.step(0);
    const king = world.players[0]!;
    king.contender = { ...king.contender, valid: false, reason: "its chute is cold" };
    world.players.push(player("copy", 8, even, digest));
    world.step(10);
    king.contender = { ...king.contender, valid: true };
    // An earlier commit of the same weights that nobody could see before duels like everybody else.
    world.players.push(player("hidden", 2, even, digest));
    const report = world.step(10);
    assert.equal(report.champion, "king@5");
    assert.deepEqual(standing(world), { "hidden@2": "1 live", "x@6": "0 live", "copy@8": "-1 void copy:king@5" });
  },
});

Deno.test({
  name: "advance() ends a duel as gone when its hotkey commits anew, though the old commit is still listed",
  permissions: "none",
  fn() {
    const world = new World("anew", STANDARD, [player("king", 1, even), player("x", 2, even)]);
    world.step(0);
    world.players.push({ ...player("x", 70, even), contender: contender("x", 70, { uid: 2 }) });
    const report = world.step(20);
    assert.deepEqual(standing(world), { "x@2": "0 terminated gone", "x@70": "1 live" });
    assert.match(report.explain["x@2"]!, /committed anew as x@70/);
  },
});

Deno.test({
  name: "advance() crowns, restarts live duels with new numbers and keeps what ended",
  permissions: "none",
  fn() {
    const world = new World("crown", STANDARD, [
      player("king", 1, even),
      player("bad", 2, worse),
      player("x", 3, better),
      player("y", 4, skill(0)),
    ]);
    world.step(0);
    world.step(190);
    assert.equal(duelOf(world, "bad")?.reason, "regressed");
    const report = world.step(10);
    assert.deepEqual([report.crowned, report.champion, report.payeeUid], ["x@3", "x@3", 3]);
    assert.equal(report.duels.find((duel) => duel.contender === "x@3")?.reason, "crowned");
    const { state } = world;
    assert.deepEqual([state.reign, state.reignStartEpoch, state.reignStartRound, state.nextSlot], [
      2,
      2,
      { [ME]: 200 },
      2,
    ]);
    assert.deepEqual(standing(world), { "king@1": "0 live", "bad@2": "0 terminated regressed", "y@4": "1 live" });
    assert.deepEqual(duelOf(world, "y")?.counts[0]?.n, 0);
    assert.match(report.explain["x@3"]!, /^Crowned after 200 rounds: superiority/);
    assert.match(report.explain["king@1"]!, /Deposed by x@3/);
    // In the new reign the old champion is the worse one and ends for good.
    world.run(200, 3);
    assert.equal(duelOf(world, "king")?.reason, "regressed");
    assert.equal(world.state.champion, "x@3");
  },
});

Deno.test({
  name: "advance() counts no round that was drawn before the crowning",
  permissions: "none",
  fn() {
    const world = new World("old", STANDARD, [
      player("king", 1, even),
      player("x", 3, better),
      player("y", 4, skill(0)),
    ]);
    world.underWay = 30;
    world.step(0);
    assert.equal(world.step(230).crowned, "x@3");
    // Of these 230 the first 30 were under way when x was crowned.
    const late = new Tally(world.state.envs);
    const block = world.blocks[1]!;
    late.append(block);
    late.append({ ...block, first: 230 });
    const next = input({ epoch: 2, ...rounds(460), contenders: world.inputs[1]!.contenders });
    assert.deepEqual(world.state.reignStartRound, { [ME]: 260 });
    const { state } = advance(world.state, next, only(late), STANDARD);
    assert.deepEqual(state.duels.map((duel) => [duel.startRound, duel.counts[0]?.n]), [
      [{ [ME]: 260 }, 200],
      [{ [ME]: 260 }, 200],
    ]);
  },
});

Deno.test({
  name: "advance() crowns nobody who is not served as committed: the candidate waits",
  permissions: "none",
  fn() {
    const world = new World("cold", STANDARD, [player("king", 1, even), player("x", 3, better)]);
    world.step(0);
    world.step(199);
    const x = world.players[1]!;
    const { contender: warm } = x;
    world.step(1);
    assert.equal(world.state.champion, "x@3");
    const again = new World("cold", STANDARD, [player("king", 1, even), x]);
    again.step(0);
    again.step(199);
    const block = { ...again.blocks[1]!, first: 199 };
    again.tally.append(block);
    const common = { epoch: 2, ...rounds(398), canaries: [] };
    const cold = { ...warm, valid: false, reason: "its chute is cold" };
    const at = (one: typeof warm) =>
      advance(again.state, input({ ...common, contenders: [contender("king", 1), one] }), again.pool, STANDARD);
    assert.equal(at(warm).report.crowned, "x@3");
    const held = at(cold);
    assert.equal(held.report.crowned, null);
    assert.deepEqual(held.state.duels.map((duel) => [duel.state, duel.reason]), [["waiting", "invalid"]]);
  },
});

Deno.test({
  name: "advance() refuses an epoch that does not follow and a tally that lacks rounds",
  permissions: "none",
  fn() {
    const world = new World("check", STANDARD, [player("king", 1, even), player("x", 2, even)]);
    world.step(0);
    world.step(50);
    const next = input({ epoch: 2, ...rounds(50), contenders: [contender("king", 1)] });
    const go = (fields: Partial<EpochInput>, tally = world.tally) => () =>
      advance(world.state, { ...next, ...fields }, only(tally), STANDARD);
    assert.doesNotThrow(go({}));
    assert.throws(go({ epoch: 1 }), /cannot follow/);
    assert.throws(go(rounds(49)), RangeError);
    assert.throws(go(rounds(50, 49)), RangeError);
    assert.throws(go(rounds(51)), /needs rounds/);
    assert.throws(go({}, new Tally(["a", "b", "c", "d"], 50)), /needs rounds/);
    assert.throws(go({ contenders: [contender("x", 1), contender("x", 1)] }), /twice/);
  },
});
