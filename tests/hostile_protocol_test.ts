/** A runner that is in the hands of its program cannot harm the broker: its memory stays flat, and the next case is honest. @module */
import assert from "node:assert/strict";
import type { CaseResult, Sandbox, SandboxLimits } from "../core/port/sandbox.ts";
import { runTrial, withForger } from "./sandbox_scene.ts";

/** What the broker may grow by while a runner attacks it, in bytes. */
const GROWTH = 150 << 20;

/** The forger that attacks the broker. */
const FORGER = "./hostile_forger.ts";

function run(
  sandbox: Sandbox,
  mode: string,
  stdin: readonly string[],
  limits: Partial<SandboxLimits>,
): Promise<readonly CaseResult[]> {
  return runTrial(sandbox, { language: "javascript", source: mode, stdin, limits });
}

/** The most that this process had while `work` ran, over what it had before. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = Deno.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

const FLOODS: Readonly<Record<string, RegExp>> = {
  trickle: /wall|process/,
  stderr: /wall|process/,
  drops: /wall|process/,
  sleep: /wall/,
};

for (const [mode, limit] of Object.entries(FLOODS)) {
  Deno.test(`the broker's memory stays flat while a runner attacks by: ${mode}`, async () => {
    await withForger(FORGER, async (broker) => {
      const grown = await growth(async () => {
        const [first, bad, last] = await run(broker, mode, ["good", "bad", "good"], {
          wallMs: 2_000,
          outputBytes: 1 << 20,
        });
        assert.equal(first!.stdout, "fine");
        assert.match(bad!.limit ?? "none", limit);
        assert.ok(bad!.stderr.length < 10_000);
        assert.equal(last!.stdout, "fine");
      });
      assert.ok(grown < GROWTH, `it grew by ${grown >> 20} MB`);
    });
  });
}

Deno.test("a runner that never reads its input is ended, 16 MB of it or not", async () => {
  await withForger(FORGER, async (broker) => {
    const cases = await run(broker, "deaf", ["x".repeat(16 << 20), "bad"], { wallMs: 500, submissionMs: 3_000 });
    assert.deepEqual(cases.map(({ limit }) => limit), ["wall", "wall"]);
  });
});

Deno.test("the largest answer that the protocol lets through is kept within its limits", async () => {
  await withForger(FORGER, async (broker) => {
    const cases = await run(broker, "largest", Array.from({ length: 20 }, () => "bad"), { outputBytes: 1 << 20 });
    for (const { stdout, value } of cases) assert.ok(stdout.length <= 1 << 20 && (value?.length ?? 0) <= 8 << 20);
    const kept = cases.reduce(
      (sum, { stdout, stderr, value }) => sum + stdout.length + stderr.length + (value?.length ?? 0),
      0,
    );
    assert.ok(kept < 90 << 20, `${kept >> 20} MB of one batch are kept`);
  });
});

Deno.test("mutated answers are lost or stay within their form, and the next case is honest", async () => {
  await withForger(FORGER, async (broker) => {
    for (let seed = 0; seed < 25; seed++) {
      const [bad, good] = await run(broker, `mutant ${seed}`, ["bad", "good"], { wallMs: 300, outputBytes: 1_000 });
      const { stdout, stderr, exit, exception, value, wallMs, cpuMs, truncated } = bad!;
      assert.ok(Math.max(stdout.length, stderr.length, value?.length ?? 0) < 10_000, `seed ${seed}`);
      assert.ok(Number.isInteger(exit) && exception.length <= 200 && typeof truncated === "boolean");
      assert.ok(wallMs >= 0 && cpuMs >= 0, `seed ${seed}: ${wallMs} ${cpuMs}`);
      // What a stale rest of the answer spoils is still a case of the same program.
      assert.ok(good!.stdout === "fine" || good!.limit !== null, `seed ${seed}: ${JSON.stringify(good)}`);
    }
  });
});
