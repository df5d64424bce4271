import assert from "node:assert/strict";
import type { OutcomeBlock } from "../port/store.ts";
import { STANDARD } from "./parameters.ts";
import { neededFrom } from "./pool.ts";
import { advance } from "./reign.ts";
import { Tally } from "./tally.ts";
import { ME, type Play, type Player, player, skill, World, type WorldOptions } from "./testkit.ts";
import type { EpochInput } from "./types.ts";

const FIVE = ["v1", "v2", "v3", "v4", "v5"];
const even: Play = ({ round }) => round % 2;

/** Says that `who` passed (1) or failed (0) everything, and the champion the contrary. */
function forger(who: string, verdict: 0 | 1, liar = "v5"): NonNullable<WorldOptions["forge"]> {
  return (validator, block, { champion }) => {
    if (validator !== liar) return block;
    const cells = block.cells.slice(), width = block.contenders.length, envs = block.envs.length;
    for (let at = 0; at < cells.length; at += envs) {
      const contender = block.contenders[at / envs % width]!;
      if (cells[at] === 255) continue;
      if (contender === who) cells.fill(verdict, at, at + envs);
      if (contender === champion) cells.fill(1 - verdict, at, at + envs);
    }
    return { ...block, cells };
  };
}

function world(seed: string, rival: Player, options: WorldOptions): World {
  const made = new World(seed, STANDARD, [player("king", 1, skill(0)), rival], options);
  made.step(0);
  return made;
}

Deno.test({
  name: "advance() crowns no copy that one validator of five forges for, and one of three can",
  permissions: "none",
  fn() {
    const forge = (liar: string) => forger("copy@2", 1, liar);
    const five = world("for", player("copy", 2, skill(0)), { validators: FIVE, forge: forge("v5") });
    five.run(200, 10);
    assert.equal(five.state.champion, "king@1");
    assert.equal(five.state.duels[0]!.validators, 5);
    assert.match(five.reports.at(-1)!.pooling, /5 validators count: none of them can decide/);
    const three = world("for", player("copy", 2, skill(0)), { validators: FIVE.slice(0, 3), forge: forge("v3") });
    three.run(200, 10, (report) => report.crowned !== null);
    assert.equal(three.state.champion, "copy@2");
    assert.match(three.reports.at(-1)!.pooling, /3 validators count: with fewer than 4 a single liar can decide/);
    assert.match(three.reports.at(-1)!.explain["copy@2"]!, /by 3 validators of which a single liar can decide/);
  },
});

Deno.test({
  name: "advance() crowns an improver whose losses one validator of five forges, and keeps its duel going",
  permissions: "none",
  fn() {
    for (let run = 0; run < 5; run++) {
      const made = world(`against ${run}`, player("x", 2, skill(0.1)), { validators: FIVE, forge: forger("x@2", 0) });
      made.run(40, 30, (report) => report.champion === "x@2");
      assert.equal(made.state.champion, "x@2", JSON.stringify(made.state.duels));
      assert.match(made.reports.at(-1)!.explain["x@2"]!, /without any one of 5 validators/);
    }
  },
});

Deno.test({
  name: "advance() lets no single validator of five lift a hold by inventing losses or the absence of an earlier one",
  permissions: "none",
  fn() {
    const better: Play = ({ round }) => round % 2 === 1 || round % 10 === 0 ? 1 : 0;
    for (const kind of ["losses", "absence"]) {
      const forge: WorldOptions["forge"] = (validator, block) => {
        if (validator !== "v5" || block.rounds === 0) return block;
        const cells = block.cells.slice(), width = block.contenders.length, envs = block.envs.length;
        const x = block.contenders.indexOf("x@2");
        for (let r = 0; r < block.rounds; r++) {
          const at = (r * width + x) * envs;
          cells.fill(kind === "losses" ? 0 : 255, at, at + envs);
        }
        return { ...block, cells };
      };
      const made = new World(kind, STANDARD, [
        player("king", 1, even),
        // Equal to the copy behind it, and never certified: its duel goes on.
        player("x", 2, better),
        player("copy", 3, better),
      ], { validators: FIVE, forge });
      // The original sits out so many rounds that it is short of n_min when its copy is not.
      made.players[1]!.present = (round) => round % 10 !== 3;
      made.step(0);
      const report = made.step(42);
      assert.equal(report.crowned, null, kind);
      assert.equal(made.state.duels.find((duel) => duel.contender === "copy@3")!.reason, "hold:x@2");
    }
  },
});

Deno.test({
  name: "advance() sums what two validators asked as if one had asked it, to the bit",
  permissions: "none",
  fn() {
    const one = world("split", player("x", 2, skill(0.06)), {});
    one.run(100, 3);
    const whole = one.blocks[1]!;
    const half = (validator: string, from: number, to: number): [string, Tally] => {
      const width = whole.contenders.length, tally = new Tally(one.state.envs);
      const rounds = to - from;
      const cut: OutcomeBlock = {
        ...whole,
        first: 0,
        rounds,
        cells: whole.cells.slice(from * width * 4, to * width * 4),
        champions: whole.champions.slice(from, to),
        offered: whole.offered.slice(from * width, to * width),
      };
      tally.append(cut);
      return [validator, tally];
    };
    const two = world("split", player("x", 2, skill(0.06)), { validators: ["a", "b"] });
    const input: EpochInput = {
      ...one.inputs[1]!,
      validators: [{ validator: "b", nextRound: 63, drawn: 63 }, { validator: "a", nextRound: 37, drawn: 37 }],
    };
    const merged = advance(two.state, input, new Map([half("b", 37, 100), half("a", 0, 37)]), STANDARD);
    const straight = one.reports[1]!;
    const plain = (duel: typeof straight.duels[number]) => ({ ...duel, startRound: {}, validators: 0 });
    assert.deepEqual(merged.report.duels.map(plain), straight.duels.map(plain));
    assert.deepEqual(merged.state.nextRound, { a: 37, b: 63 });
    assert.deepEqual([merged.report.payeeUid, merged.report.pay], [straight.payeeUid, straight.pay]);
  },
});

Deno.test({
  name: "advance() counts a validator that comes later from its next task on, and one that pauses as far as it came",
  permissions: "none",
  fn() {
    const made = world("later", player("x", 2, skill(0)), { validators: ["a", "b"] });
    const named = (...names: string[]) => ({
      extra: {
        validators: names.map((validator) => {
          const { end } = made.pool.get(validator)!;
          return { validator, nextRound: end + 30, drawn: end + 35 };
        }),
      },
    });
    const alone = new World("later", STANDARD, made.players, { validators: ["a", "b"] });
    alone.extra = { validators: [{ validator: "a", nextRound: 0, drawn: 0 }] };
    alone.step(0);
    assert.deepEqual(alone.state.duels[0]!.startRound, { a: 0 });
    alone.extra = named("a", "b").extra;
    alone.step(30);
    // b came now: its rounds to 34 were drawn before anybody knew it.
    assert.deepEqual(alone.state.duels[0]!.startRound, { a: 0, b: 35 });
    assert.equal(alone.state.duels[0]!.counts[0]!.n, 30);
    alone.extra = { validators: [{ validator: "b", nextRound: 60, drawn: 60 }] };
    alone.step(30);
    assert.deepEqual(alone.state.nextRound, { a: 30, b: 60 });
    assert.deepEqual([alone.state.duels[0]!.counts[0]!.n, alone.state.duels[0]!.validators], [55, 2]);
    assert.deepEqual(neededFrom(alone.state), { a: 0, b: 35 });
  },
});

Deno.test({
  name: "advance() refuses a validator that is named twice and a pool that lacks one",
  permissions: "none",
  fn() {
    const made = world("check", player("x", 2, skill(0)), {});
    made.step(10);
    const next = { ...made.inputs[1]!, epoch: 2 };
    const mine = { validator: ME, nextRound: 10, drawn: 10 };
    const go = (validators: EpochInput["validators"]) => () =>
      advance(made.state, { ...next, validators }, made.pool, STANDARD);
    assert.doesNotThrow(go([mine]));
    assert.throws(go([mine, mine]), /twice/);
    assert.throws(() => advance(made.state, next, new Map(), STANDARD), /the pool holds none/);
  },
});
