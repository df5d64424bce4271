/** The solvers against the generators: two ways to the same answer. @module */
import assert from "node:assert/strict";
import { sha256 } from "../base/hash.ts";
import { environments as all } from "../../envs/registry.ts";
import { solveSat } from "./solve_sat.ts";
import { solve, wrongAnswer } from "./solvers.ts";

/** Those that are answered from the prompt alone; programs are not. */
const environments = all.filter((env) => env.submission === undefined);

for (const env of environments) {
  Deno.test({
    name: `solve() passes every kind of task of ${env.id} from the prompt alone`,
    permissions: "none",
    fn() {
      const kinds = new Set<string>();
      for (let i = 0; i < 600; i++) {
        const task = env.generate(sha256(`solvers ${i}`));
        kinds.add(`${task.generator} ${task.level}`);
        const answer = solve(task.prompt);
        assert.ok(answer !== null, task.prompt);
        const grade = env.grade(task, answer);
        assert.equal(grade.score, 1, `${grade.reason}\n${task.prompt}`);
      }
      assert.ok(kinds.size >= env.levels.length, [...kinds].join());
    },
  });

  Deno.test({
    name: `wrongAnswer() is well formed, wrong and a function of prompt and salt in ${env.id}`,
    permissions: "none",
    fn() {
      for (let i = 0; i < 200; i++) {
        const task = env.generate(sha256(`wrong ${i}`));
        const answer = wrongAnswer(task.prompt, "a");
        const grade = env.grade(task, answer);
        assert.deepEqual([grade.status, grade.score], ["answered", 0], answer);
        assert.equal(wrongAnswer(task.prompt, "a"), answer);
      }
      const { prompt } = env.generate(sha256("salts"));
      const answers = new Set(Array.from({ length: 20 }, (_, i) => wrongAnswer(prompt, `salt ${i}`)));
      assert.ok(answers.size > 10, `${answers.size} different answers for 20 salts`);
    },
  });
}

Deno.test({
  name: "solve() returns null when the prompt is no task",
  permissions: "none",
  fn() {
    for (
      const prompt of [
        "",
        "Hello",
        "What is love?",
        "x1 or x2",
        "The numbers are . The next",
        "u(0) = 3",
        "The numbers are 5. The next",
      ]
    ) {
      assert.equal(solve(prompt), null, prompt);
      assert.match(wrongAnswer(prompt, "s"), /^Answer: \d+$/);
    }
  },
});

Deno.test({
  name: "solveSat() returns null when a formula has no solution",
  permissions: "none",
  fn() {
    assert.equal(solveSat(1, [[1], [-1]]), null);
    assert.equal(solveSat(2, [[]]), null);
    assert.equal(solveSat(2, [[1, 2], [1, -2], [-1, 2], [-1, -2]]), null);
    // Four pigeons, three holes: variable 3 * pigeon + hole.
    const at = (pigeon: number, hole: number) => 3 * pigeon + hole + 1;
    const clauses = [0, 1, 2, 3].map((pigeon) => [0, 1, 2].map((hole) => at(pigeon, hole)));
    for (const hole of [0, 1, 2]) {
      for (let p = 0; p < 4; p++) for (let q = 0; q < p; q++) clauses.push([-at(p, hole), -at(q, hole)]);
    }
    assert.equal(solveSat(12, clauses), null);
    assert.deepEqual(solveSat(3, [[1], [-1, 2], [-2, 3]]), [true, true, true]);
  },
});
