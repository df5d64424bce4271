/** No runner outlives its broker, however busy it is and however the broker ends; in source and in the executable. @module */
import { equal, ok } from "node:assert/strict";
import type { Language } from "../core/port/sandbox.ts";
import { childrenOf, eventually, IMAGE, isAlive, NO_ENGINE } from "./sandbox_scene.ts";

/** A busy orphan may need this long to notice, on a busy machine, in milliseconds. */
const GONE_MS = 20_000;
const BINARY = Deno.env.get("AF_BIN") ?? "build/af";
const isBuilt = await Deno.stat(BINARY).then((file) => file.isFile, () => false);

const WORK: readonly (readonly [what: string, language: Language, source: string])[] = [
  ["idle", "javascript", ""],
  ["busy JavaScript", "javascript", "for (;;);"],
  ["JavaScript whose promises never end", "javascript", "const f = () => Promise.resolve().then(f); f();"],
  ["a pattern that never ends", "javascript", "/^(a+)+$/.test('a'.repeat(60) + 'b');"],
  ["busy Python", "python", "while True: pass"],
  [
    "Python that catches everything",
    "python",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
  ],
  ["Python busy in C", "python", "sum(range(10 ** 15))"],
];

async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value).trim();
}

for (const program of ["", BINARY]) {
  for (const [what, language, source] of WORK) {
    const skip = program !== "" && !isBuilt
      ? " [skipped: build/af is not there, deno task compile makes it]"
      : language === "python"
      ? NO_ENGINE
      : "";
    Deno.test({
      name: `kill -9 of the broker ends a runner, ${what}, ${
        program === "" ? "in source" : "in the executable"
      }${skip}`,
      ignore: skip !== "",
      async fn() {
        const path = program === "" ? "" : await Deno.realPath(program);
        const args = ["run", "-A", "--quiet", "tests/sandbox_kill_main.ts", language, source, path];
        const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
        const runner = Number(await firstLine(child));
        ok(runner > 1 && await isAlive(runner));
        child.kill("SIGKILL");
        await child.status;
        await child.stdout.cancel();
        await eventually(`runner ${runner} is gone`, GONE_MS, async () => !(await isAlive(runner)));
      },
    });
  }
}

interface Started {
  readonly child: Deno.ChildProcess;
  readonly port: number;
}

const TOKEN = "0123456789abcdef0123456789abcdef";

async function startBroker(): Promise<Started> {
  const args = ["run", "-A", "--quiet", "--unstable-worker-options", "--no-prompt", "main.ts", "@broker"];
  const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode(`${JSON.stringify({ token: TOKEN, port: 0, parallel: 1, verbosity: 0 })}\n`),
  );
  writer.releaseLock();
  return { child, port: JSON.parse(await firstLine(child)).port };
}

for (const way of ["kill -9 of the broker", "end of the supervisor"] as const) {
  Deno.test(`${way} leaves no process behind, with spare and busy runners`, async () => {
    const { child, port } = await startBroker();
    const loop = {
      language: "javascript",
      source: "for (;;);",
      cases: [{ kind: "stdin", stdin: "" }],
      limits: { wallMs: 600_000 },
    };
    const asked = fetch(`http://127.0.0.1:${port}/run`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ contender: "test", submissions: [loop] }),
    }).then((response) => response.text()).catch(() => "gone");
    const wanted = IMAGE === null ? 1 : 2;
    await eventually("runners are there", 120_000, async () => (await childrenOf(child.pid)).length >= wanted);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const runners = await childrenOf(child.pid);
    if (way === "end of the supervisor") await child.stdin.close();
    else child.kill("SIGKILL");
    const { code } = await child.status;
    equal(code, way === "end of the supervisor" ? 0 : 137);
    await child.stdout.cancel();
    await asked;
    for (const runner of runners) {
      await eventually(`runner ${runner} is gone`, GONE_MS, async () => !(await isAlive(runner)));
    }
  });
}
