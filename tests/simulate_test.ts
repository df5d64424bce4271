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
  const [first, second] = await pool.run(jobs, { signal: controller.signal, onDone: () => controller.abort() });
  assert.deepEqual([first!.length, second], [3, []]);
});

Deno.test("SimPool passes on what a job refuses", async () => {
  using pool = await openPool({ cores: 2 });
  await assert.rejects(pool.run([{ ...jobs[0], scenario: "nothing" }]), /no scenario nothing/);
});

const binary = Deno.env.get("AF_BIN") ?? "build/af";
const isBuilt = await Deno.stat(binary).then((file) => file.isFile, () => false);

Deno.test({
  name: `af simulate gives the same from the executable as from source${
    isBuilt ? "" : " [skipped: build/af is not there; deno task compile makes it]"
  }`,
  ignore: !isBuilt,
  async fn() {
    const args = ["simulate", "all-10", "--runs", "3", "--epochs", "4", "--json"];
    const { code, stdout } = await new Deno.Command(binary, { args, stdin: "null" }).output();
    assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, (await af(...args.slice(1))).out]);
  },
});

async function af(...args: readonly string[]) {
  const line = ["run", "-A", "--no-check", "main.ts", "simulate", ...args];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: line, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("af simulate prints the same table for the same seed, whatever the cores, and draws the picture", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["all-10", "copy-1", "--rules", "fcd", "--runs", "6", "--epochs", "5", "--json"];
    const one = await af(...args, "--cores", "1"),
      two = await af(...args, "--cores", "2", "--plot", `${folder}/race.html`);
    assert.deepEqual([one.code, two.code, one.out], [0, 0, two.out], one.err + two.err);
    const { results, runs } = JSON.parse(one.out) as {
      results: { scenario: string; wins: { p: number } | null }[];
      runs: number;
    };
    assert.equal(runs, 6);
    assert.deepEqual(results.map(({ scenario }) => scenario), ["all-10", "copy-1"]);
    assert.match(await Deno.readTextFile(`${folder}/race.html`), /<svg[\s\S]*class="lead/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("af simulate refuses what it does not know with code 2 and a hint", async () => {
  const wrong = await af("raze");
  assert.deepEqual([wrong.code, wrong.out], [2, ""]);
  assert.match(wrong.err, /did you mean race/);
  assert.equal((await af("race", "--plot", "/nope/x.html")).code, 2);
});

Deno.test("deno task gates ends with 0 where the gate holds and with 1 on a mutation that it must see", async () => {
  const gates = async (...args: string[]) => {
    const line = ["run", "--allow-read", "--no-prompt", "--no-check", "scripts/gates.ts", "--runs", "8", ...args];
    return (await new Deno.Command(Deno.execPath(), { args: line, stdout: "null", stderr: "null" }).output()).code;
  };
  assert.deepEqual([await gates("G7"), await gates("G7", "--mutate", "no-hold"), await gates("G99")], [0, 1, 2]);
});
