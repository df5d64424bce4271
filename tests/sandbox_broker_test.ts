/** The broker as a process of af, asked through the validator's room; and `af sandbox run` as a person types it. @module */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { openSandbox } from "../core/sandbox/client.ts";
import { rememberEnv, selfCommand, startRole } from "../core/room/process.ts";
import { IMAGE, NO_ENGINE, runTrial } from "./sandbox_scene.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const SELF = {
  ...selfCommand(),
  args: ["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt", "main.ts"],
};

Deno.test("openSandbox() reaches the broker process through the room, with the token and not without", async () => {
  rememberEnv([]);
  const start = { token: TOKEN, port: 0, parallel: 1, verbosity: 0 };
  const process = await startRole("broker", SELF, { start, stdout: "ready", env: [] });
  try {
    const { port, facts } = process.ready as { port: number; facts: { engine: string | null } };
    equal(facts.engine === null, IMAGE === null);
    const { sandbox, room, close } = await openSandbox({ port, token: TOKEN });
    deepEqual(await sandbox.facts(), facts);
    const source = `console.log(require("fs").readFileSync(0, "utf8").toUpperCase())`;
    const [one] = await runTrial(sandbox, { language: "javascript", source, stdin: ["é\u{1f600}"] });
    equal(one!.stdout, "É\u{1f600}\n");
    if (IMAGE === null) {
      await rejects(runTrial(sandbox, { language: "python", source: "" }), { name: "SandboxError", code: "no_engine" });
    } else {
      const [two] = await runTrial(sandbox, { language: "python", source: "print(input()[::-1])", stdin: ["ab"] });
      equal(two!.stdout, "ba\n");
    }
    equal(await room.probe("net", "127.0.0.1:9"), "denied");
    close();
    const stranger = await openSandbox({ port, token: `${TOKEN}x` });
    await rejects(stranger.sandbox.facts(), { name: "SandboxError", code: "unauthorized" });
    stranger.close();
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
});

Deno.test("a caller that goes away leaves its place to others", async () => {
  rememberEnv([]);
  const start = { token: TOKEN, port: 0, parallel: 1, verbosity: 0 };
  const process = await startRole("broker", SELF, { start, stdout: "ready", env: [] });
  try {
    const { port } = process.ready as { port: number };
    const loop = { language: "javascript", source: "for (;;);", limits: { wallMs: 2_000, submissionMs: 600_000 } };
    const cases = new Array(100).fill({ kind: "stdin", stdin: "" });
    const stop = new AbortController();
    const asked = fetch(`http://127.0.0.1:${port}/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ contender: "gone", submissions: [{ ...loop, cases }] }),
      signal: stop.signal,
    }).then((response) => response.text());
    setTimeout(() => stop.abort(), 1_000);
    await rejects(asked, { name: "AbortError" });
    const { sandbox, close } = await openSandbox({ port, token: TOKEN, timeoutMs: 60_000 });
    const since = performance.now();
    const [one] = await runTrial(sandbox, { language: "javascript", source: "console.log(1)" });
    // Without the end of the other batch it would take 200 s.
    ok(one!.stdout === "1\n" && performance.now() - since < 50_000);
    close();
  } finally {
    process.kill("SIGTERM");
    await process.status;
  }
});

async function af(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(SELF.program, {
    args: [...SELF.args, "sandbox", "run", ...args.map((arg) => arg.includes(".") ? join(folder, arg) : arg)],
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("af sandbox run shows what each case did, and refuses what it cannot run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = {
      "sum.js": `console.log(require("fs").readFileSync(0, "utf8").split(" ").map(Number).reduce((a, b) => a + b))`,
      "half.ts": `export function half(x: number): number { return x / 2 }`,
      "loop.js": "for (;;);",
      "a.txt": "1 2",
      "b.txt": "3 4",
    };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    const sums = await af(folder, "sum.js", "--stdin", "a.txt", "--stdin", "b.txt");
    deepEqual([sums.code, sums.err], [0, ""]);
    match(sums.out, /^--- case 0: exit 0, [\d.]+ ms, CPU [\d.]+ ms\n3\n--- case 1: exit 0, .*\n7\n$/);
    const half = await af(folder, "half.ts", "--call", "half", "--args", "[5]", "--json");
    deepEqual([half.code, JSON.parse(half.out)[0].value], [0, "2.5"]);
    const loop = await af(folder, "loop.js", "--wall-ms", "300");
    equal(loop.code, 1);
    match(loop.out, /ended by the limit wall/);
    const wrong: [string[], RegExp][] = [
      [["none.js"], /^af: Cannot read .*none\.js/],
      [["a.txt"], /says no language/],
      [["a.txt", "--lang", "pyton"], /did you mean|python/],
      [["sum.js", "--args", "[1]"], /--args needs --call/],
      [["sum.js", "--call", "f", "--args", "{}"], /no JSON array/],
      [["sum.js", "--wall-ms", "0"], /whole number/],
    ];
    for (const [args, text] of wrong) {
      const { code, err } = await af(folder, ...args);
      equal(code, 2, err);
      match(err, text);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: `af sandbox run runs Python${NO_ENGINE}`,
  ignore: IMAGE === null,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(folder, "a.py"), "print(1 // 0)");
      const { code, out } = await af(folder, "a.py");
      equal(code, 1);
      match(out, /ended by ZeroDivisionError/);
      ok(out.includes("Traceback"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
