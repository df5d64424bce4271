/** Tests of core/local/miners_reference.ts. */
import assert from "node:assert/strict";
import { toHex } from "../base/bytes.ts";
import { sha256, sha256Hex } from "../base/hash.ts";
import { SALT_CHAIN_LENGTH, saltChain, taskSeed } from "../record/seed.ts";
import { environment } from "../../envs/registry.ts";
import { Reference } from "./miners_reference.ts";

const ROOT = sha256("root");
const VALIDATOR = "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM";
const env = environment("logic");
const salts = saltChain(ROOT, SALT_CHAIN_LENGTH);

function reference(): Reference {
  const options = { netuid: 1, validator: VALIDATOR, saltRoot: toHex(ROOT), environments: [env] };
  return new Reference(options);
}

function hash(window: number): string {
  return `0x${sha256Hex(`block ${window}`)}`;
}

/** The prompt of a round in a window whose salt is number `position`. */
function prompt(window: number, position: number, index: number): string {
  const { id, version } = env;
  const salt = salts.saltOf(position);
  const seed = taskSeed({
    salt,
    blockHash: hash(window),
    netuid: 1,
    validator: VALIDATOR,
    env: id,
    version,
    index,
  });
  return env.generate(seed).prompt;
}

Deno.test({
  name: "Reference.find() finds every round of the windows that are asked, also after a window without rounds",
  permissions: "none",
  fn() {
    const known = reference();
    let index = 0;
    for (const [position, window] of [46, 47, 48, 50, 51].entries()) {
      for (let seen = 45; seen <= window; seen++) known.observeWindow(seen, hash(seen));
      // Canaries come first: what is made in vain for them is found in the book afterwards.
      assert.equal(known.find(`canary ${window}`), null);
      // Eight rounds are under way at once, so their questions come in any order.
      for (const step of [3, 0, 1, 7, 2, 5, 4, 6]) {
        const wanted = prompt(window, position, index + step);
        const found = known.find(wanted);
        assert.equal(found?.task.prompt, wanted, `window ${window}, round ${index + step}`);
        assert.equal(env.grade(found.task, env.solve(found.task)).score, 1);
      }
      index += 8;
    }
  },
});

Deno.test({
  name: "Reference.find() finds no canary and nothing that was not asked, and does not search twice",
  permissions: "none",
  fn() {
    const known = reference();
    known.observeWindow(46, hash(46));
    let made = 0;
    const counting = { ...env, generate: (seed: Uint8Array) => (made++, env.generate(seed)) };
    const other = new Reference({
      netuid: 1,
      validator: VALIDATOR,
      saltRoot: toHex(ROOT),

      environments: [counting],
    });
    other.observeWindow(46, hash(46));
    for (const one of [known, other]) {
      assert.equal(one.find("What is this?"), null);
      assert.equal(one.find(prompt(46, 1, 0)), null, "a salt that is not due");
    }
    const before = made;
    for (let i = 0; i < 100; i++) assert.equal(other.find(`canary ${i}`), null);
    assert.equal(made, before);
  },
});
