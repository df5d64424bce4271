/**
 * The hostile corpus: every attack runs in the sandbox and must be contained; one that attacks something outside of it also runs once
 * without the sandbox, where it must succeed, else it proves nothing. Prints a table of all.
 *   deno test -A tests/hostile_test.ts            AF_BIN=build/af: the runners are those of the executable
 *   AF_HOSTILE_ONLY=text: only the attacks whose language, subject and name contain it
 * @module
 */
import assert from "node:assert/strict";
import type { Attack, Native } from "./hostile_entry.ts";
import { CORPUS } from "./hostile_corpus.ts";
import { findTools, runNatively, unavailable } from "./hostile_native.ts";
import { lookFirst, type Outcome, runAttacks, type Victim } from "./hostile_run.ts";
import { Scene, SECRET, VARIABLE } from "./hostile_scene.ts";
import { openArena } from "./hostile_arena.ts";
import { counts, table } from "./hostile_table.ts";

const ONLY = Deno.env.get("AF_HOSTILE_ONLY") ?? "";
const ATTACKS = CORPUS.filter(({ language, subject, name }) => `${language} ${subject} ${name}`.includes(ONLY));
/** Attacks that run side by side where there is no sandbox: most of them wait. */
const LANES = 3;

const tools = await findTools();
/** What became of attacks without the sandbox, by attack. */
const natives = new Map<Attack, string>();

type NativeAttack = Attack & { readonly native: Native };
const NATIVE = ATTACKS.filter(isNative);
const CAN_RUN = NATIVE.filter((attack) => unavailable(attack, tools) === null);
const CANNOT = NATIVE.filter((attack) => unavailable(attack, tools) !== null);

Deno.test({
  name: `every attack on something outside succeeds without the sandbox (${CAN_RUN.length} attacks)`,
  ignore: CAN_RUN.length === 0,
  async fn() {
    const queue = [...CAN_RUN];
    const failed: string[] = [];
    const lane = async () => {
      await using scene = await Scene.set();
      for (let attack; (attack = queue.shift()) !== undefined;) {
        await scene.restore();
        const outcome = await runNatively(attack, scene, tools);
        const right = attack.native.succeeded(outcome);
        natives.set(attack, right ? attack.native.what : "FAILED");
        if (!right) failed.push(`${attack.language} ${attack.name}: ${JSON.stringify(outcome).slice(0, 1_000)}`);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    assert.deepEqual(failed, [], "these prove nothing, since they fail without the sandbox, too");
  },
});

for (const reason of new Set(CANNOT.map((attack) => unavailable(attack, tools)))) {
  const waiting = CANNOT.filter((attack) => unavailable(attack, tools) === reason);
  Deno.test({
    name: `attacks succeed without the sandbox (${waiting.length} more) [skipped: ${reason}]`,
    ignore: true,
    fn() {},
  });
}

function nativeOf({ attack }: Outcome): string {
  if (!isNative(attack)) return `none: ${attack.native}`;
  return natives.get(attack) ?? `none: ${unavailable(attack, tools) ?? "was not run"}`;
}

function isNative(attack: Attack): attack is NativeAttack {
  return typeof attack.native !== "string";
}

/** A process that nobody may end. */
function startVictim(): Victim & { end(): Promise<void> } {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "setInterval(() => {}, 1000)"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let alive = true;
  child.status.then(() => alive = false);
  return {
    pid: child.pid,
    alive: () => alive,
    async end() {
      if (alive) child.kill("SIGKILL");
      await child.status;
    },
  };
}

const arena = await openArena();
const RUN = ATTACKS.filter(({ language }) => language !== "python" || arena.python === null);

if (arena.python !== null) {
  const left = ATTACKS.length - RUN.length;
  Deno.test({
    name: `Python programs are contained (${left} attacks) [skipped: ${arena.python}]`,
    ignore: true,
    fn() {},
  });
}

Deno.test({
  name: `every hostile program is contained (${RUN.length} attacks)`,
  ignore: RUN.length === 0,
  async fn() {
    Deno.env.set(VARIABLE, SECRET);
    const victim = startVictim();
    const before = Deno.memoryUsage().rss;
    try {
      await using scene = await Scene.set();
      const used = await arena.use(async (sandbox) => {
        await lookFirst(
          sandbox,
          ["python", "javascript", "typescript"].filter((one) =>
            RUN.some(({ language }) => language === one)
          ) as Attack["language"][],
        );
        const outcomes = await runAttacks(RUN, sandbox, scene, { victim, lanes: 2 });
        console.log(`\n${table(outcomes, nativeOf).join("\n")}\n${counts(outcomes).join("; ")}`);
        return outcomes;
      });
      const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
      const largest = used.largestBytes / 2 ** 20;
      console.log(`largest runner ${largest.toFixed(0)} MB, the broker grew by ${grown.toFixed(0)} MB`);
      const wrong = used.value.filter(({ problems }) => problems.length > 0)
        .map(({ attack, problems }) =>
          `${attack.language} ${attack.subject}: ${attack.name}: ${problems.join("; ").slice(0, 1_500)}`
        );
      assert.deepEqual(wrong, [], "these were not contained");
      assert.deepEqual(used.left, [], "processes are left");
      assert.ok(grown < 600, `the broker grew by ${grown} MB`);
      assert.ok(largest < 1_500, `a runner had ${largest} MB`);
    } finally {
      await victim.end();
      Deno.env.delete(VARIABLE);
    }
  },
});
