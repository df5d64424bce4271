import assert from "node:assert/strict";
import { play } from "../run.ts";
import { comer, first, rates } from "../scenarios/kit.ts";
import { type Agent, LOST, REFUSED, type Scenario } from "../types.ts";
import { fcd } from "./fcd.ts";

const improver = comer("improver", "improver", 50, { rates: rates(3, 0.5, 0.1), from: 1 });

function scene(agents: readonly Agent[], fields: Partial<Scenario> = {}): Scenario {
  return {
    id: "scene",
    title: "",
    about: "",
    warmUp: 1,
    epochs: 8,
    sides: ["first", "improver", "copies"],
    winner: "improver",
    stage: () => ({ agents: [first(3), ...agents] }),
    ...fields,
  };
}

Deno.test({
  name: "fcd() crowns an improver, pays the champion until then, and shows the race",
  permissions: "none",
  fn() {
    const { won, shares, history } = play(scene([improver]), fcd(), "a");
    assert.ok(won !== null && won <= 800, `won after ${won}`);
    assert.ok(Math.abs(shares["first"]! + shares["improver"]! - 1) < 1e-12);
    const [, second] = history;
    assert.deepEqual(second?.race?.map(({ name, live }) => [name, live]), [["improver", true]]);
    // Whoever comes in epoch 1 is asked in epoch 1.
    assert.ok(second.race[0]!.value > 0 && Math.abs(second.race[0]!.needed - 7.847763) < 1e-6);
    assert.deepEqual(play(scene([improver]), fcd(), "a").history, history);
  },
});

Deno.test({
  name:
    "fcd() sees by their digest that weights are copies and by its counts that a refusal or a lost answer is a fail",
  permissions: "none",
  fn() {
    const exact = comer("exact", "copies", 60, { rates: rates(3, 0.9, 0), weights: "first", from: 1 });
    assert.equal(play(scene([exact]), fcd(), "a").shares["first"], 1);
    for (const code of [LOST, REFUSED]) {
      const shy = comer("shy", "copies", 60, {
        rates: rates(3, 0.5, 0),
        from: 1,
        alter: (x, _, luck) => x === 0 && luck.unit() < 0.6 ? code : x,
      });
      assert.equal(play(scene([shy], { epochs: 20 }), fcd(), "a").shares["copies"], 0);
      assert.ok(play(scene([shy], { epochs: 20 }), fcd({ mutate: "drop-pairs" }), "a").shares["copies"]! > 0);
    }
  },
});

Deno.test({
  name: "fcd() pays nobody while the champion is away, or after it has left, whoever has its place by then",
  permissions: "none",
  fn() {
    const gone = play(
      scene([], {
        stage: () => ({
          agents: [
            first(3, 0.5, { until: 4, uid: 7 }),
            comer("heir", "copies", 60, { rates: rates(3, 0.5, 0), uid: 7, from: 4 }),
          ],
        }),
      }),
      fcd(),
      "a",
    );
    assert.deepEqual(gone.history.map(({ pay }) => pay.size), [1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const away = first(3, 0.5, { present: (round) => round < 600 });
    const dark = play(scene([], { stage: () => ({ agents: [away] }) }), fcd(), "a");
    assert.deepEqual(dark.history.map(({ pay }) => pay.size), [1, 1, 1, 0, 0, 0, 0, 0, 0]);
  },
});

Deno.test({
  name: "fcd() takes other parameters",
  permissions: "none",
  fn() {
    const late = play(scene([improver]), fcd({ parameters: { nMin: 1400 } }), "a");
    assert.ok(late.won === null || late.won >= 1400, `won after ${late.won}`);
  },
});

Deno.test({
  name: "fcd() pools validators, lets no single one of five decide, and waits for batches that are withheld",
  permissions: "none",
  fn() {
    const five = { validators: 5 };
    const copy = comer("copy", "copies", 60, { rates: rates(3, 0.5, 0), from: 1 });
    const lying = scene([copy], {
      ...five,
      stage: () => ({
        agents: [first(3), copy],
        forge: (outcome, { validator, agent }) => validator === 0 ? Number(agent.name === "copy") : outcome,
      }),
    });
    assert.equal(play(lying, fcd(), "a").shares["copies"], 0);
    assert.ok(play(lying, fcd({ mutate: "plain-pool" }), "a").shares["copies"]! > 0.8);
    const withheld = scene([improver], {
      validators: 1,
      stage: () => ({ agents: [first(3), improver], publishedIn: (_, epoch) => epoch > 0 && epoch < 6 ? 6 : epoch }),
    });
    const { won, history } = play(withheld, fcd(), "a");
    assert.equal(won, 1200);
    assert.deepEqual(
      history.slice(1, 6).map(({ champion, race }) => [champion, race?.length]),
      Array(5).fill(["first", 0]),
    );
  },
});

Deno.test({
  name:
    "fcd() checks candidates on the validator's endpoint: a proxy is never crowned, an honest improver a little later",
  permissions: "none",
  fn() {
    const checked = { ...improver, isHosted: true };
    const proxy = { ...checked, hostedRates: rates(3, 0.5, 0) };
    const plain = play(scene([improver], { epochs: 16 }), fcd(), "a").won!;
    const honest = play(scene([checked], { epochs: 16 }), fcd(), "a").won!;
    assert.ok(honest > plain && honest <= plain + 2000, `${honest} rounds with the check, ${plain} without`);
    assert.equal(play(scene([proxy], { epochs: 16 }), fcd(), "a").won, null);
    assert.equal(play(scene([proxy], { epochs: 16 }), fcd({ mutate: "no-hosted" }), "a").won, plain);
  },
});

Deno.test({
  name: "fcd() lets a regent stand in for a champion that stays away, and gives the crown back",
  permissions: "none",
  fn() {
    const away = first(3, 0.5, { present: (round) => round < 200 || round >= 5200 });
    const second = comer("second", "copies", 60, { rates: rates(3, 0.5, 0), from: 0 });
    const { history } = play(scene([], { epochs: 34, stage: () => ({ agents: [away, second] }) }), fcd(), "a");
    const champions = history.map(({ champion }) => champion);
    const regent = champions.indexOf("second"), back = champions.indexOf("first", regent);
    assert.ok(regent >= 22 && regent <= 25, champions.join());
    assert.ok(back >= 26 && back <= 28, champions.join());
    assert.equal(history[regent - 1]!.pay.size, 0);
    assert.deepEqual([...history[regent]!.pay], [["second", 1]]);
    assert.deepEqual([...history.at(-1)!.pay], [["first", 1]]);
  },
});
