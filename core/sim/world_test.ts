import assert from "node:assert/strict";
import { type Agent, FAIL, LOST, NOT_SHOWN, PASS } from "./types.ts";
import { isMissing, World } from "./world.ts";

function agent(name: string, commit: number, fields: Partial<Agent> = {}): Agent {
  return { name, side: "x", commit, from: 0, rates: [0.5, 0.5], ...fields };
}

function world(...agents: readonly Agent[]): World {
  const made = new World({ seed: "w", envs: 2, rho: 0.5, rounds: 50, validators: 2 });
  for (const one of agents) made.add(one);
  return made;
}

Deno.test({
  name: "World draws the same for an agent whoever else is there and whenever it is asked",
  permissions: "none",
  fn() {
    const a = agent("a", 1), b = agent("b", 2);
    const alone = world(a).epoch(3), both = world(b, a).epoch(3);
    both.outcomes(b);
    both.outcomes(a, "static");
    assert.deepEqual(both.outcomes(a), alone.outcomes(a));
    assert.deepEqual(both.agents.map(({ name }) => name), ["a", "b"]);
    const others = [
      both.outcomes(b),
      both.outcomes(a, "static"),
      both.outcomes(a, "fresh", 1),
      world(a).epoch(4).outcomes(a),
    ];
    for (const other of others) assert.notDeepEqual(other, alone.outcomes(a));
  },
});

Deno.test({
  name: "World shows who is registered now and who will be when the epoch is settled",
  permissions: "none",
  fn() {
    const { agents, listed } = world(
      agent("stays", 1),
      agent("leaves", 2, { until: 3 }),
      agent("comes", 3, { from: 3 }),
    ).epoch(2);
    assert.deepEqual(agents.map(({ name }) => name), ["stays", "leaves"]);
    assert.deepEqual(listed.map(({ name }) => name), ["stays", "comes"]);
  },
});

Deno.test({
  name: "World lets agents be away, change their answers and look back, and validators lie",
  permissions: "none",
  fn() {
    const away = agent("away", 1, { present: (round) => round % 2 === 0 });
    const silent = agent("silent", 2, { alter: (outcome) => outcome === FAIL ? LOST : outcome });
    const looks = agent("looks", 3, { review: (mine, champion) => mine.set(champion) });
    const view = world(away, silent, looks).epoch(0, "silent");
    const column = view.outcomes(away);
    for (let r = 0; r < 50; r++) assert.equal(column[2 * r] === NOT_SHOWN, r % 2 === 1);
    assert.ok(view.outcomes(silent).every((outcome) => outcome === PASS || isMissing(outcome)));
    assert.deepEqual(view.outcomes(looks), view.outcomes(silent));
    const lying = new World({
      seed: "w",
      envs: 2,
      rho: 0.5,
      rounds: 50,
      validators: 2,
      conduct: {
        forge: (outcome, { validator }) => validator === 1 ? PASS : outcome,
        publishedIn: (validator, epoch) => validator === 1 ? epoch + 2 : epoch,
      },
    });
    lying.add(silent);
    const forged = lying.epoch(5);
    assert.deepEqual(forged.outcomes(silent), world(silent).epoch(5).outcomes(silent));
    assert.ok(forged.outcomes(silent, "fresh", 1).every((outcome) => outcome === PASS));
    assert.deepEqual([forged.published(0, 5), forged.published(1, 4), forged.published(1, 3)], [true, false, true]);
  },
});

Deno.test({
  name: "World asks for the rates of the kind of task",
  permissions: "none",
  fn() {
    const one = agent("one", 1, { staticRates: [1, 1], knownRates: [0, 0], hostedRates: [1, 0] });
    const view = world(one).epoch(0);
    const passes = (kind: "static" | "known" | "hosted") => view.outcomes(one, kind).reduce((sum, x) => sum + x, 0);
    assert.deepEqual([passes("static"), passes("known"), passes("hosted")], [100, 0, 50]);
    // The very weights that serve answer the same on the validator's endpoint, but for a few.
    const honest = agent("honest", 2, { isHosted: true });
    const seen = world(honest).epoch(0), served = seen.outcomes(honest), hosted = seen.outcomes(honest, "hosted");
    const differ = served.filter((outcome, i) => outcome !== hosted[i]).length;
    assert.ok(differ < 12, `${differ} of 100 differ`);
  },
});

Deno.test({
  name: "World refuses a name or commit that is taken and rates that do not fit",
  permissions: "none",
  fn() {
    const made = world(agent("a", 1));
    assert.throws(() => made.add(agent("a", 2)), RangeError);
    assert.throws(() => made.add(agent("b", 1)), RangeError);
    assert.throws(() => made.add(agent("c", 3, { rates: [0.5] })), RangeError);
  },
});
