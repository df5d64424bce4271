/** The sandbox from broker to program: every limit is reached, nothing of a case reaches the next, and forgers gain nothing. @module */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { LimitHit, SandboxBatch } from "../core/port/sandbox.ts";
import { type LocalSandbox, openBroker, openLocalSandbox, patient } from "../core/sandbox/local.ts";
import { IMAGE, NO_ENGINE, runTrial, type Trial } from "./sandbox_scene.ts";

interface Hostile extends Trial {
  readonly hits: LimitHit;
}

const READ_JS = `const input = require("fs").readFileSync(0, "utf8");\n`;
/** Each program reaches its limit on the input `bad` and prints `fine` on every other one. */
const JAVASCRIPT: readonly Hostile[] = [
  js("wall", "for (;;);", { wallMs: 1_500 }),
  js("submission", "for (;;);", { submissionMs: 2_000 }),
  js("cpu", "for (;;);", { cpuMs: 500 }),
  js("heap", "const a = []; for (;;) a.push(new Array(1e5).fill(1.5));", { heapBytes: 64 << 20 }),
  js("heap", "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1));", { heapBytes: 64 << 20 }),
  js("resident memory", "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1));", { residentBytes: 200 << 20 }),
];
const PYTHON: readonly Hostile[] = [
  py("wall", "while True: pass", { wallMs: 1_500 }),
  py("wall", "sum(range(10 ** 12))", { wallMs: 1_500 }),
  py("submission", "while True: pass", { submissionMs: 2_000 }),
  py("cpu", "while True: pass", { cpuMs: 500 }),
];

function js(hits: LimitHit, work: string, limits: Trial["limits"]): Hostile {
  return {
    language: "javascript",
    source: `${READ_JS}if (input === "bad") { ${work} }\nconsole.log("fine");`,
    hits,
    limits: limits!,
  };
}

function py(hits: LimitHit, work: string, limits: Trial["limits"]): Hostile {
  const source = `import sys\nif sys.stdin.read() == "bad":\n    ${work}\nprint("fine")`;
  return { language: "python", source, hits, limits: limits! };
}

async function withSandbox(work: (sandbox: LocalSandbox) => Promise<void>): Promise<void> {
  await using sandbox = await openLocalSandbox({ parallel: 1, spare: 1 });
  await work(sandbox);
}

async function reach(sandbox: LocalSandbox, { hits, ...trial }: Hostile): Promise<void> {
  const [before, during, after] = await runTrial(sandbox, { ...trial, stdin: ["good", "bad", "good"] });
  const what = `${trial.source}: ${JSON.stringify([before, during, after]).slice(0, 800)}`;
  deepEqual([before!.stdout, before!.limit, before!.exit], ["fine\n", null, 0], what);
  deepEqual([during!.limit, during!.exit !== 0], [hits, true], what);
  // A submission that has used up its time runs no further case; every other limit is one case's.
  if (hits === "submission") equal(after!.limit, "submission", what);
  else deepEqual([after!.stdout, after!.limit], ["fine\n", null], what);
}

Deno.test("each limit of JavaScript is reached, and the remaining cases go on", async () => {
  await withSandbox(async (sandbox) => {
    for (const hostile of JAVASCRIPT) await reach(sandbox, hostile);
  });
});

Deno.test({
  name: `each limit of Python is reached, and the remaining cases go on${NO_ENGINE}`,
  ignore: IMAGE === null,
  fn: () =>
    withSandbox(async (sandbox) => {
      for (const hostile of PYTHON) await reach(sandbox, hostile);
    }),
});

Deno.test({
  name: `the guest's memory is bounded, and the program may catch that${NO_ENGINE}`,
  ignore: IMAGE === null,
  fn: () =>
    withSandbox(async (sandbox) => {
      const source = "a = []\nwhile True: a.append(bytearray(10 ** 7))";
      const limits = { guestBytes: 96 << 20 };
      const [one] = await runTrial(sandbox, { language: "python", source, limits });
      ok(one!.exit !== 0 && (one!.exception === "MemoryError" || one!.limit === "guest memory"), JSON.stringify(one));
      ok(sandbox.largestBytes < 600 << 20, `${sandbox.largestBytes}`);
    }),
});

for (
  const [language, one, many] of [
    [
      "javascript",
      `const part = "x".repeat(1e6); for (let i = 0; i < 1000; i++) process.stdout.write(part)`,
      `for (let i = 0; i < 2e6; i++) console.log("0123456789")`,
    ],
    [
      "python",
      `import sys\npart = "x" * 10 ** 6\nfor i in range(1000): sys.stdout.write(part)`,
      `for i in range(10 ** 6): print("0123456789")`,
    ],
  ] as const
) {
  const skip = language === "python" && IMAGE === null;
  Deno.test({
    name: `output of ${language} is cut at its limit, in one line and in many${skip ? NO_ENGINE : ""}`,
    ignore: skip,
    fn: () =>
      withSandbox(async (sandbox) => {
        for (const source of [one, many]) {
          const limits = { outputBytes: 50_000, wallMs: 20_000, cpuMs: 20_000 };
          const [end] = await runTrial(sandbox, { language, source, limits });
          deepEqual([end!.stdout.length, end!.truncated], [50_000, true], JSON.stringify({ ...end, stdout: "" }));
        }
        ok(sandbox.largestBytes < 500 << 20, `${sandbox.largestBytes}`);
      }),
  });
}

Deno.test("sizes are refused before anything starts", async () => {
  await using sandbox = await openLocalSandbox({ parallel: 1, spare: 0, image: null, layers: false });
  const base = { language: "javascript", source: "1", cases: [{ kind: "stdin", stdin: "" }] } as const;
  const results = await sandbox.run({
    contender: "test",
    submissions: [
      { ...base, source: "x".repeat(101), limits: { sourceBytes: 100 } },
      { ...base, cases: [{ kind: "stdin", stdin: "x".repeat(101) }], limits: { inputBytes: 100 } },
      { ...base, cases: [...base.cases, ...base.cases], limits: { cases: 1 } },
    ],
  });
  deepEqual(results.map((result) => result.kind), ["refused", "refused", "refused"]);
  deepEqual(sandbox.pids, []);
  await rejects(sandbox.run({ contender: "test", submissions: [{ ...base, language: "python" }] }), {
    code: "no_engine",
  });
  await rejects(sandbox.run({ contender: "test", submissions: [{ ...base, limits: { wallMs: -1 } }] }), {
    code: "invalid",
  });
});

Deno.test("10 MB of input arrive whole, also where nobody reads them", async () => {
  await withSandbox(async (sandbox) => {
    const stdin = ["0123456789".repeat(1e6)];
    const reads = await runTrial(sandbox, {
      language: "javascript",
      source: `${READ_JS}console.log(input.length)`,
      stdin,
    });
    equal(reads[0]!.stdout, "10000000\n");
    equal((await runTrial(sandbox, { language: "javascript", source: "console.log(1)", stdin }))[0]!.stdout, "1\n");
    if (IMAGE === null) return;
    const python = await runTrial(sandbox, { language: "python", source: "print(len(input()))", stdin });
    equal(python[0]!.stdout, "10000000\n");
    equal((await runTrial(sandbox, { language: "python", source: "print(1)", stdin }))[0]!.stdout, "1\n");
  });
});

Deno.test("batches beyond the line are refused by the broker and wait outside of it, and all of them get done", async () => {
  const { broker, pool } = await openBroker({ parallel: 1, spare: 0, waiting: 1, image: null, layers: false });
  try {
    const batch = (contender: string): SandboxBatch => ({
      contender,
      submissions: [{ language: "javascript", source: "console.log(1)", cases: [{ kind: "stdin", stdin: "" }] }],
    });
    const inside = ["a", "b"].map((contender) => broker.run(batch(contender)));
    await rejects(broker.run(batch("c")), { code: "busy", retryable: true });
    const outside = ["d", "e", "f"].map((contender) => patient(broker, batch(contender)));
    equal((await Promise.all([...inside, ...outside])).length, 5);
  } finally {
    await pool.close();
  }
});

Deno.test({
  name: `programs of one contender share a process and nothing else; two contenders share none${NO_ENGINE}`,
  ignore: IMAGE === null,
  fn: () =>
    withSandbox(async (sandbox) => {
      const mark =
        "import sys, builtins\nprint(hasattr(builtins, 'mark'))\nbuiltins.mark = 1\nsys.modules['json'] = None";
      const submission = {
        language: "python",
        source: mark,
        cases: [{ kind: "stdin", stdin: "" }, { kind: "stdin", stdin: "" }],
      } as const;
      const results = await sandbox.run({ contender: "a", submissions: [submission, submission] });
      const outputs = results.flatMap((result) => result.kind === "ran" ? result.cases.map((one) => one.stdout) : []);
      deepEqual(outputs, ["False\n", "False\n", "False\n", "False\n"]);
    }),
});

Deno.test("what programs print is data, whatever it looks like", async () => {
  await withSandbox(async (sandbox) => {
    const frame = "\\x1e\\x00\\x00\\x00\\x0c\\x00\\x00\\x00\\x00";
    const [js] = await runTrial(sandbox, {
      language: "javascript",
      source: `process.stdout.write("${frame}af-limit: wall\\n")`,
    });
    deepEqual([js!.exit, js!.limit, js!.stdout.length], [0, null, 24]);
    if (IMAGE === null) return;
    const source = `import sys, os\nsys.stdout.write("${frame}af-limit: wall\\n")\nsys.stdout.flush()\nos._exit(0)`;
    const [one, two] = await runTrial(sandbox, { language: "python", source, stdin: ["", ""] });
    ok(one!.stdout.startsWith("\x1e") && two!.stdout === one!.stdout, JSON.stringify([one, two]));
  });
});

Deno.test("facts() tells the engine, the width and the layers", async () => {
  await withSandbox(async (sandbox) => {
    const { engine, parallel, layers } = await sandbox.facts();
    equal(parallel, 1);
    equal(engine === null, IMAGE === null);
    if (engine !== null) match(engine, /^[0-9a-f]{64}$/);
    ok(Array.isArray(layers));
  });
});

Deno.test("a deadline is met inside the engine, and the process goes on", async () => {
  await withSandbox(async (sandbox) => {
    const loops: [Trial["language"], string[]][] = [
      ["javascript", ["for (;;);", "/(a+)+b/.test('a'.repeat(50))", "const f = () => Promise.resolve().then(f); f()"]],
      ["python", [
        "while True: pass",
        "10 ** 10 ** 8",
        "sum(range(10 ** 12))",
        "import re; re.match('(a+)+b', 'a' * 50)",
      ]],
    ];
    for (const [language, sources] of loops) {
      if (language === "python" && IMAGE === null) continue;
      for (const source of sources) {
        const [one] = await runTrial(sandbox, { language, source, limits: { wallMs: 1_000 } });
        equal(one!.limit, "wall", source);
        // What the broker has to kill took no CPU that it knows of.
        ok(one!.cpuMs > 0 && one!.wallMs < 1_100 + 500, `${source}: ${one!.wallMs}`);
      }
    }
  });
});
