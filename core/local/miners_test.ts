import assert from "node:assert/strict";
import { environment, environments as all } from "../../envs/registry.ts";
import { decodeAddress } from "../base/ss58.ts";
import { sha256, sha256Hex } from "../base/hash.ts";
import { canarySeed, saltChain, taskSeed } from "../record/seed.ts";
import { answerOf, Cheat, chuteOf, externalMiner, isUp, localCast, type Miner } from "./miners.ts";
import { difficulty, passes } from "./miners_luck.ts";

/** Those that are answered from the prompt alone; programs are not. */
const environments = all.filter((env) => env.submission === undefined);

function named(cast: readonly Miner[], name: string): Miner {
  return cast.find((miner) => miner.name === name)!;
}

Deno.test({
  name: "localCast() gives seven miners whose names on chain, hub and Chutes are stable and distinct",
  permissions: "none",
  fn() {
    const cast = localCast("one");
    assert.deepEqual(localCast("one"), cast);
    assert.deepEqual(cast.map(({ name }) => name), [
      "origin",
      "improver",
      "copycat",
      "tweaked",
      "specialist",
      "flaky",
      "cheat",
    ]);
    for (const field of ["hotkey", "model", "revision", "chuteId", "slug", "commitOrder"] as const) {
      assert.equal(new Set(cast.map((miner) => miner[field])).size, cast.length, field);
      const other = localCast("two").map((miner) => miner[field]);
      if (field !== "model" && field !== "commitOrder") {
        assert.ok(!cast.some((miner) => other.includes(miner[field])), field);
      }
    }
    for (const miner of cast) {
      assert.equal(decodeAddress(miner.hotkey).length, 32);
      assert.match(miner.revision, /^[0-9a-f]{40}$/);
      assert.match(miner.chuteId, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.match(miner.slug, /^[a-z0-9][a-z0-9-]{0,62}$/);
      assert.match(miner.model, /^[a-z]+-lab\/Affine-/);
    }
    assert.equal(named(cast, "copycat").weightsDigest, named(cast, "improver").weightsDigest);
    assert.equal(new Set(cast.map((miner) => miner.weightsDigest)).size, cast.length - 1);
    assert.equal(named(localCast("one", { steady: true }), "flaky").outage, null);
  },
});

Deno.test({
  name: "passes() is right as often as the skill says, and models of one family agree",
  permissions: "none",
  fn() {
    const cast = localCast("luck");
    const prompts = Array.from({ length: 4000 }, (_, i) => `prompt ${i}`);
    const rate = (name: string, env: string) =>
      prompts.filter((prompt) => passes(named(cast, name), prompt, env)).length / prompts.length;
    for (
      const [name, env, skill] of [
        ["origin", "logic", 0.3],
        ["improver", "math", 0.7],
        ["specialist", "logic", 0.95],
        ["specialist", "math", 0.1],
        ["flaky", "math", 0.35],
        ["cheat", "logic", 0.3],
      ] as const
    ) {
      assert.ok(Math.abs(rate(name, env) - skill) < 0.035, `${name} ${env} ${rate(name, env)}`);
    }
    const agree = (a: string, b: string) =>
      prompts.filter((p) => passes(named(cast, a), p, "math") === passes(named(cast, b), p, "math")).length;
    assert.equal(agree("improver", "copycat"), prompts.length);
    assert.ok(agree("improver", "tweaked") > 0.97 * prompts.length);
    assert.ok(agree("improver", "tweaked") < prompts.length);
    // The better model loses some tasks to the worse one: half of the luck is its own.
    const lost = prompts.filter((p) =>
      passes(named(cast, "origin"), p, "math") && !passes(named(cast, "improver"), p, "math")
    );
    assert.ok(lost.length > 0.02 * prompts.length && lost.length < 0.07 * prompts.length, String(lost.length));
    assert.equal(difficulty(named(cast, "origin"), "p"), difficulty(named(cast, "origin"), "p"));
  },
});

Deno.test({
  name: "answerOf() answers real tasks as often right as the skill says, and never malformed",
  permissions: "none",
  fn() {
    const cast = localCast("answers");
    const right = new Map<string, number>();
    let refusals = 0;
    let total = 0;
    const tasks = environments.flatMap((env) =>
      Array.from({ length: 150 }, (_, i) => ({ env, task: env.generate(sha256(`miners ${env.id} ${i}`)) }))
    );
    for (const { env, task } of tasks) {
      const answers = cast.map((miner) => answerOf(miner, task.prompt, env.request.system));
      assert.equal(answers[1], answers[2]);
      for (const [i, miner] of cast.entries()) {
        const answer = answers[i]!;
        const grade = env.grade(task, answer);
        const refused = answer.startsWith("I am sorry");
        if (refused) refusals++;
        else assert.equal(grade.status, "answered", `${task.prompt.slice(0, 300)} ${answer.slice(0, 200)}`);
        assert.equal(
          grade.score === 1,
          passes(miner, task.prompt, env.id),
          `${miner.name} ${task.prompt.slice(0, 300)}`,
        );
        total++;
        const key = `${miner.name} ${env.id}`;
        right.set(key, (right.get(key) ?? 0) + grade.score);
      }
    }
    assert.ok(refusals > 0 && refusals < total / 10, `${refusals} of ${total}`);
    assert.ok(right.get("improver logic")! > right.get("origin logic")! + 30);
    assert.ok(right.get("improver math")! > right.get("origin math")! + 30);
    assert.ok(right.get("specialist logic")! > 130 && right.get("specialist math")! < 35);
  },
});

Deno.test({
  name: "chuteOf() serves a miner with its down time",
  permissions: "none",
  async fn() {
    const flaky = named(localCast("one"), "flaky");
    const down = Array.from({ length: 600 }, (_, i) => isUp(flaky, 1_700_000_000_000 + i * 100)).filter((up) => !up);
    assert.equal(down.length, 200);
    const chute = chuteOf(flaky);
    assert.equal(chute.slug, flaky.slug);
    assert.equal(chute.isUp!(0), false);
    assert.equal(chute.isUp!(2000), true);
    assert.equal(typeof await chute.answer!({ system: "", prompt: "17 + 25 =" }), "string");
    assert.equal(chuteOf(externalMiner("real", "http://127.0.0.1:1/v1")).external, "http://127.0.0.1:1/v1");
  },
});

const VALIDATOR = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

/** Asks a cheat the prompts of some rounds, as a validator would; its salts come to the cheat when a window is over. */
function play(options: { leak: boolean; windows: number; budget?: number }): Cheat {
  const { leak, windows } = options;
  const chain = saltChain(sha256("secret root"), windows);
  const cheat = new Cheat({
    netuid: 120,
    validator: VALIDATOR,
    environments,
    ...(options.budget ? { budget: options.budget } : {}),
  });
  cheat.observeSalt(chain.end);
  for (let window = 0, index = 0; window < windows; window++) {
    const salt = chain.saltOf(window);
    const blockHash = `0x${sha256Hex(`block ${window}`)}`;
    cheat.observeWindow(window, blockHash);
    if (leak) cheat.observeSalt(salt);
    for (let round = 0; round < 4; round++, index++) {
      for (const env of environments) {
        const input = { salt, blockHash, netuid: 120, validator: VALIDATOR, env: env.id, version: env.version, index };
        for (const seed of [canarySeed(input), taskSeed(input)]) {
          const { prompt } = env.generate(seed);
          cheat.answer(prompt);
        }
      }
    }
    cheat.observeSalt(salt);
    cheat.observeRounds(index);
  }
  return cheat;
}

Deno.test({
  name: "Cheat gains nothing while the salt is secret until the window is over",
  permissions: "none",
  fn() {
    const cheat = play({ leak: false, windows: 6 });
    assert.ok(cheat.tries > 1000, `${cheat.tries} tries`);
    assert.equal(cheat.hits, 0);
  },
});

Deno.test({
  name: "Cheat would answer nearly everything if the salt leaked, so that its zero hits mean something",
  permissions: "none",
  fn() {
    const cheat = play({ leak: true, windows: 3 });
    const asked = 3 * 4 * 2 * environments.length;
    assert.ok(cheat.hits > 0.6 * asked, `${cheat.hits} of ${asked}`);
    const input = { salt: "00".repeat(32), blockHash: `0x${"11".repeat(32)}`, netuid: 120, validator: VALIDATOR };
    const logic = environment("logic");
    const task = logic.generate(taskSeed({ ...input, env: logic.id, version: logic.version, index: 0 }));
    const careless = new Cheat({ netuid: 120, validator: VALIDATOR, environments, budget: 5000 });
    assert.equal(careless.answer(task.prompt), null);
    careless.observeWindow(7, input.blockHash);
    assert.equal(logic.grade(task, careless.answer(task.prompt)!).score, 1);
  },
});

Deno.test({
  name: "externalMiner() takes a name and an address and refuses anything else",
  permissions: "none",
  fn() {
    const miner = externalMiner("small-llm", "http://127.0.0.1:8080/v1/");
    assert.equal(miner.external, "http://127.0.0.1:8080/v1");
    assert.equal(miner.model, "small-llm-lab/Affine-small-llm");
    assert.throws(() => externalMiner("a/b", "http://127.0.0.1:8080/v1"), RangeError);
    assert.throws(() => externalMiner("a", "127.0.0.1:8080"), RangeError);
    assert.throws(() => externalMiner("a", "file:///etc"), RangeError);
  },
});
