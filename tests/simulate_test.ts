/** The simulation on several cores: the same to the bit whatever their number. */
import assert from "node:assert/strict";
import { openPool } from "../core/sim/pool.ts";

const jobs = [
  { scenario: "copies-20", rule: "fcd", seed: "s", from: 0, to: 3, changes: { epochs: 4 } },
  { scenario: "all-10", rule: "fcd", seed: "s", from: 0, to: 10, changes: { epochs: 4 } },
] as const;
const lone = { seed: "l", from: 0, to: 1200, gains: [0, 0], discordance: 0.3, step: 200, parameters: { nMax: 600 } };

async function on(cores: number): Promise<string> {
  using pool = await openPool({ cores });
  return JSON.stringify([await pool.run(jobs), await pool.lone(lone)]);
}

Deno.test("SimPool gives the same bytes on one core and on three", async () => {
  const one = await on(1);
  assert.equal(await on(3), one);
  assert.equal((JSON.parse(one)[0] as unknown[][]).map((all) => all.length).join(), "3,10");
});

Deno.test("SimPool stops between pieces when it is interrupted and gives what there is", async () => {
  using pool = await openPool({ cores: 1 });
  const controller = new AbortController();
  const [, second] = await pool.run(jobs, { signal: controller.signal, onDone: () => controller.abort() });
  assert.deepEqual(second, []);
});

Deno.test("SimPool passes on what a job refuses", async () => {
  using pool = await openPool({ cores: 2 });
  await assert.rejects(pool.run([{ ...jobs[0], scenario: "nothing" }]), /no scenario nothing/);
});
