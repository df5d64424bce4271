/** Tests of envs/registry.ts. @module */
import assert from "node:assert/strict";
import { EnvError } from "../core/base/errors.ts";
import { sha256 } from "../core/base/hash.ts";
import { environment, environments, staticEnvironments, voters, voting } from "./registry.ts";

Deno.test({
  name: "environments are sorted, and the voting ones exist",
  permissions: "none",
  fn() {
    const ids = environments.map((env) => env.id);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, ids.length);
    for (const id of voting) assert.equal(environment(id).id, id);
    for (const { request } of environments) {
      assert.equal(request.temperature, 0);
      assert.ok(Number.isSafeInteger(request.maxTokens) && request.maxTokens > 0);
    }
  },
});

Deno.test({
  name: "voters() are the voting environments, and refuse one that is static",
  permissions: "none",
  fn() {
    assert.deepEqual(voters("ab".repeat(32)).map((env) => env.id), voting);
    assert.ok(staticEnvironments.length > 0);
    for (const fixed of staticEnvironments) {
      assert.ok(!voting.includes(fixed.id) && !environments.some((env) => env.id === fixed.id));
      assert.throws(() => voters(null, [environments[0]!, fixed]), {
        name: "EnvError",
        code: "static",
        message: /cannot vote/,
      });
    }
  },
});

Deno.test({
  name: "environment() names the nearest id when there is none",
  permissions: "none",
  fn() {
    assert.throws(() => environment("maths"), {
      name: "EnvError",
      message: /no environment "maths"; did you mean math\? Known: logic, math, program\/abduction, program\/deduction/,
    });
    assert.throws(() => environment("LOGIC"), EnvError);
    assert.throws(() => environment("x".repeat(1_000_000)), EnvError);
  },
});

Deno.test({
  name: "voters() have the engine's digest in the version of what is run, and leave that out where there is no engine",
  permissions: "none",
  fn() {
    const plain = environments[0]!;
    const run = { ...plain, id: "program/x", submission: () => null };
    const [a, b] = ["ab", "cd"].map((byte) => voters(byte.repeat(32), [plain, run]));
    assert.equal(a![0]!.version, plain.version);
    assert.equal(a![1]!.version, `${plain.version}+${"ab".repeat(16)}`);
    assert.notEqual(a![1]!.version, b![1]!.version);
    const task = a![1]!.generate(sha256("bound"));
    assert.equal(task.version, a![1]!.version);
    assert.equal(task.prompt, plain.generate(sha256("bound")).prompt, "the tasks are those of the environment itself");
    assert.deepEqual(voters(null, [plain, run]).map((env) => env.id), [plain.id]);
  },
});
