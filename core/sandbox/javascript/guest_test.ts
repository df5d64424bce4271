/** Tests of core/sandbox/javascript/: what programs can and cannot do. They run with no permission, as a runner does. @module */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { CaseEnd } from "../end.ts";
import type { CaseMessage } from "../messages.ts";
import { catchRejections, JavaScriptGuest, withoutImports } from "./guest.ts";
import { transpileModule, transpileTypeScript } from "./transpile.ts";

interface RunOptions {
  readonly stdin?: string;
  readonly call?: readonly [name: string, args: string];
  readonly typescript?: boolean;
  readonly limits?: Partial<CaseMessage>;
}

async function run(source: string, options: RunOptions = {}): Promise<CaseEnd> {
  const { stdin = "", call, typescript = false, limits = {} } = options;
  catchRejections();
  const guest = new JavaScriptGuest(source, {
    file: typescript ? "main.ts" : "main.js",
    plain: !typescript,
    transpile: typescript ? transpileTypeScript : transpileModule,
  });
  return await guest.run({
    ticket: 1,
    input: call ? { kind: "call", function: call[0], args: call[1] } : { kind: "stdin", stdin },
    seed: 0,
    wallMs: 5_000,
    cpuMs: 5_000,
    leftMs: 10_000,
    outputBytes: 1_000,
    ...limits,
  });
}

async function output(source: string, options: RunOptions = {}): Promise<string> {
  const end = await run(source, options);
  equal(end.exit, 0, end.stderr);
  return end.stdout;
}

async function returned(source: string, name: string, args = "[]"): Promise<string | null> {
  return (await run(source, { call: [name, args] })).value;
}

Deno.test({
  name: "a program reads its input in every usual way",
  permissions: "none",
  async fn() {
    const ways = [
      `console.log(require("fs").readFileSync(0, "utf8").split("\\n").length)`,
      `import fs from "node:fs"; console.log(fs.readFileSync("/dev/stdin").toString().split("\\n").length)`,
      `let all = ""; process.stdin.setEncoding("utf8"); process.stdin.on("data", (d) => all += d);
       process.stdin.on("end", () => console.log(all.split("\\n").length))`,
      `let all = ""; process.stdin.on("data", (d) => all += d).on("end", () => console.log(all.split("\\n").length))`,
      `let n = 1; for await (const line of require("readline").createInterface({ input: process.stdin })) n++; console.log(n)`,
      `let n = 1; const rl = require("node:readline").createInterface({ input: process.stdin });
       rl.on("line", () => n++); rl.on("close", () => console.log(n))`,
      `let n = 1; while (prompt() !== null) n++; console.log(n)`,
      `(async () => { let all = ""; for await (const part of process.stdin) all += part; console.log(all.split("\\n").length) })()`,
    ];
    for (const way of ways) equal(await output(way, { stdin: "a\nb\n" }), "3\n", way);
  },
});

Deno.test({
  name: "console.log() prints values as Node does",
  permissions: "none",
  async fn() {
    const values: [string, string][] = [
      [`1, "a", -0, 10n, null, undefined, true`, `1 a -0 10n null undefined true`],
      [`[1, "a", [2, [3, [4, [5]]]]]`, `[ 1, 'a', [ 2, [ 3, [Array] ] ] ]`],
      [`{ a: 1, "b c": { d: [] } }`, `{ a: 1, 'b c': { d: [] } }`],
      [`new Map([["k", 1]]), new Set([1, 2])`, `Map(1) { 'k' => 1 } Set(2) { 1, 2 }`],
      [`"%s is %d", "x", 4, "y"`, `x is 4 y`],
      [`[undefined, null, NaN]`, `[ undefined, null, NaN ]`],
      [`function f() {}, class A {}, () => 1`, `[Function: f] [class A] [Function (anonymous)]`],
      [`"it's", ["it's"]`, `it's [ "it's" ]`],
      [`[]`, `[]`],
      [`{}`, `{}`],
    ];
    for (const [source, text] of values) equal(await output(`console.log(${source})`), `${text}\n`);
  },
});

Deno.test({
  name: "an uncaught error ends with exit 1, its class and a stack without the harness",
  permissions: "none",
  async fn() {
    const end = await run(`function f() {\n  throw new RangeError("no")\n}\nf()`);
    deepEqual([end.exit, end.exception, end.limit], [1, "RangeError", null]);
    match(end.stderr, /^RangeError: no\n {4}at f \(main\.js:2:9\)\n/);
    ok(!/\baf:|node:|ext:|file:/.test(end.stderr), end.stderr);
    equal((await run(`class MyError extends Error {}; throw new MyError("x")`)).exception, "MyError");
    equal((await run(`throw 5`)).stderr, "Uncaught 5\n");
    equal((await run(`let x = ;`)).exception, "SyntaxError");
    equal((await run(`Promise.reject(new TypeError("late"))`)).exception, "TypeError");
    equal((await run(`(async () => { await null; throw new TypeError("late") })()`)).exit, 1);
    equal((await run(`setTimeout(() => { throw new TypeError("later") }, 50)`)).exception, "TypeError");
    equal((await run(`const o = {}; Object.defineProperty(o, "constructor", { get() { throw 1 } }); throw o`)).exit, 1);
    equal((await run(`(function f() { f() })()`)).exception, "RangeError");
  },
});

Deno.test({
  name: "process.exit() ends with its code, also where it is caught",
  permissions: "none",
  async fn() {
    for (
      const [source, code] of [["process.exit(7)", 7], ["process.exitCode = 3", 3], ["process.exit()", 0]] as const
    ) {
      equal((await run(source)).exit, code);
    }
    const end = await run(
      `try { process.exit(4) } catch {} console.log("after"); setTimeout(() => console.log("later"), 1)`,
    );
    deepEqual([end.exit, end.stdout], [4, ""]);
  },
});

Deno.test({
  name: "a function is called with exact integers, and what it returns is JSON",
  permissions: "none",
  async fn() {
    const same = "const f = (x) => x";
    for (const text of ["[1]", "[12345678901234567890]", `["a"]`, "[null]", "[[1,[true]]]", `[{"a":[1.5]}]`]) {
      equal(await returned(same, "f", text), text.slice(1, -1));
    }
    const values: [string, string][] = [
      ["2 ** 53", "9007199254740992"],
      ["undefined", "null"],
      ["-0", "0"],
      ["[NaN, Infinity, -Infinity]", `[{"$float":"nan"},{"$float":"inf"},{"$float":"-inf"}]`],
      ["new Set([3, 1])", `{"$set":[1,3]}`],
      ["new Map([[1, 2]])", `{"$dict":[[1,2]]}`],
      ["({ $a: 1 })", `{"$dict":[["$a",1]]}`],
      ["new Date()", `{"$other":"Date"}`],
      ["() => 1", `{"$other":"function"}`],
      ["[1,,2]", "[1,null,2]"],
      ["Promise.resolve(5)", "5"],
    ];
    for (const [source, value] of values) equal(await returned(`function f() { return ${source} }`, "f"), value);
    for (
      const source of [
        "module.exports = { f: () => 1 }",
        "exports.f = () => 1",
        "export const f = () => 1",
        "f = () => 1",
      ]
    ) {
      equal(await returned(source, "f"), "1", source);
    }
    equal((await run("1", { call: ["f", "[]"] })).exception, "ReferenceError");
    equal((await run("function f() {}", { call: ["f", "[1"] })).exception, "SyntaxError");
    const cycle = await run("function f() { const a = []; a.push(a); return a }", { call: ["f", "[]"] });
    ok(cycle.value === null || cycle.value.includes("too deep"));
  },
});

Deno.test({
  name: "a program that hangs where its end is read has a bad end, not a hanging one",
  permissions: "none",
  async fn() {
    const start = performance.now();
    const end = await run(`Object.defineProperty(process, "exitCode", { get() { for (;;); } }); console.log(1)`);
    deepEqual([end.exit, end.stdout], [1, "1\n"]);
    ok(performance.now() - start < 2_000);
  },
});

Deno.test({
  name: "TypeScript runs without its types",
  permissions: "none",
  async fn() {
    const source = `enum Level { low = 1 }
interface Pair { a: number }
abstract class Base<T> { constructor(private readonly x: T) {} get(): T { return this.x! } }
class Child extends Base<number> {}
const pair = { a: 2 } satisfies Pair;
console.log(new Child(pair.a).get() + Level.low as number);`;
    equal(await output(source, { typescript: true }), "3\n");
    equal(await returned("function f(x: number): number { return x }", "f", "[1]"), null);
    equal(
      (await run("export function f(x: number): number { return x }", { typescript: true, call: ["f", "[1]"] })).value,
      "1",
    );
    equal((await run("const x: = 1", { typescript: true })).exception, "SyntaxError");
  },
});

Deno.test({
  name: "nothing of the host is within reach of a program",
  permissions: "none",
  async fn() {
    const names = [
      "Deno",
      "fetch",
      "Worker",
      "WebSocket",
      "WebAssembly",
      "SharedArrayBuffer",
      "Atomics",
      "navigator",
      "importScripts",
    ];
    equal(
      await output(`console.log([${names.map((name) => `typeof ${name}`).join()}].join())`),
      `${names.map(() => "undefined").join()}\n`,
    );
    const texts = [
      `this.constructor.constructor("return Deno")()`,
      `(() => {}).constructor("return Deno")()`,
      `Error.prototype.constructor.constructor("return Deno")()`,
      `eval("Deno")`,
      `new Function("return Deno")()`,
      `console.log.constructor("return Deno")()`,
      `require.constructor("return Deno")()`,
      `process.constructor.constructor("return Deno")()`,
      `(async () => {}).constructor("return Deno")()`,
    ];
    for (const way of texts) equal((await run(`console.log(typeof ${way})`)).exception, "EvalError", way);
    // The sites of a stack are objects of the host's realm, with its Function: no way of asking for them may give one away.
    const see = `function see(list) {
      for (let i = 0; i < list.length; i++) if (typeof list[i] === "object" && !(list[i] instanceof Object)) globalThis.leak = 1;
      return list;
    }
    const fake = { prepareStackTrace: (_, sites) => see(sites) };\n`;
    const ways = [
      `Error.prepareStackTrace = fake.prepareStackTrace`,
      `try { Object.defineProperty(Error, "prepareStackTrace", { value: fake.prepareStackTrace }) } catch {}`,
      `globalThis.Error = fake`,
      `try { Object.defineProperty(globalThis, "Error", { value: fake }) } catch {}`,
      `delete globalThis.Error; globalThis.Error = fake`,
      `try { Object.setPrototypeOf(globalThis, fake) } catch {}`,
      `for (const name of ["filter", "map", "join", Symbol.iterator]) Array.prototype[name] = function () { return see(this) }`,
      `for (const name of ["slice", "startsWith"]) String.prototype[name] = function () { see([this]); return "main." }`,
    ];
    for (const way of ways) {
      const source = `${see}${way}; try { null.x } catch (e) { e.stack } process.stdout.write(typeof leak + "\\n")`;
      equal(await output(source), "undefined\n", way);
    }
  },
});

Deno.test({
  name: "no dynamic import gets a program a module, however it is made",
  permissions: "none",
  async fn() {
    const targets = [
      "data:text/javascript,export const a = 1",
      "node:os",
      "npm:hono",
      "https://127.0.0.1:9/x.js",
      "file:///etc/hostname",
    ];
    for (const target of targets) {
      const ways = [
        `import("${target}")`,
        `import/**/("${target}")`,
        `Promise.resolve('import("${target}")').then(eval)`,
        `Promise.resolve('return import("${target}")').then(Function).then((f) => f())`,
        `(async () => await import("${target}"))()`,
      ];
      for (const way of ways) {
        const source = `${way}.then((m) => console.log("GOT", Object.keys(m)), () => console.log("refused"))`;
        const end = await run(source);
        // The few names of the harness's own `os` are no module of Deno's.
        ok(
          end.stdout === "refused\n" || end.stdout === "GOT [ 'EOL', 'default' ]\n" || end.exit === 1,
          `${way}: ${end.stdout}`,
        );
      }
    }
  },
});

Deno.test({
  name: "withoutImports() changes no program that imports nothing",
  permissions: "none",
  async fn() {
    const source = `const important = { import: 1, "import": "import", [\`import\`]: "import" };
      console.log(important.import, /^import$/.test("import"), "\\import", "\\\\import", JSON.stringify(important))`;
    equal(await output(source), `import true import \\import {"import":"import"}\n`);
    equal(withoutImports(`"\\import"`), `"\\import"`);
    equal(withoutImports("import("), "\\u0069mport(");
  },
});

Deno.test({
  name: "a deadline ends loops, promises and timers, and what was printed before stays",
  permissions: "none",
  async fn() {
    for (
      const loop of [
        "for (;;);",
        "const f = () => Promise.resolve().then(f); f()",
        "setInterval(() => {}, 1)",
        "/(a+)+b/.test('a'.repeat(40))",
      ]
    ) {
      const start = performance.now();
      const end = await run(`console.log("begun"); ${loop}`, { limits: { wallMs: 150 } });
      deepEqual([end.limit, end.exit, end.stdout], ["wall", 137, "begun\n"], loop);
      ok(performance.now() - start < 2_000, loop);
    }
    equal((await run("for (;;);", { limits: { leftMs: 100 } })).limit, "submission");
    equal((await run("console.log(1)")).stdout, "1\n");
  },
});

Deno.test({
  name: "time, timers and chance are those of the case, and equal in equal runs",
  permissions: "none",
  async fn() {
    const source =
      `const start = Date.now(); setTimeout(() => console.log(Math.round(Date.now() - start), Math.random(), new Date().toISOString()), 3.6e6)`;
    const first = await output(source);
    equal(await output(source), first);
    match(first, /^3600000 0\.\d+ 2023-11-14T23:13:20/);
    equal(await output(`const t = Date.now(); while (Date.now() - t < 5); console.log("on")`), "on\n");
    equal(
      await output(
        `setTimeout(() => console.log(2), 20); setTimeout(() => console.log(1), 10); process.nextTick(() => console.log(0))`,
      ),
      "0\n1\n2\n",
    );
  },
});

Deno.test({
  name: "output is cut at its limit in whole characters",
  permissions: "none",
  async fn() {
    const many = await run(`for (let i = 0; i < 1e5; i++) console.log("é" + i)`);
    ok(many.truncated && new TextEncoder().encode(many.stdout).length <= 1_000 && !many.stdout.includes("\ufffd"));
    const one = await run(`process.stdout.write("x".repeat(2 ** 28)); console.error("e")`);
    deepEqual([one.truncated, one.stdout.length, one.stderr], [true, 1_000, "e\n"]);
    const value = await run(`function f() { return "x".repeat(5000) }`, { call: ["f", "[]"] });
    deepEqual([value.value, value.truncated], [null, true]);
  },
});

Deno.test({
  name: "a program that spoils the builtins spoils its own case only",
  permissions: "none",
  async fn() {
    const guest = new JavaScriptGuest(
      `if (require("fs").readFileSync(0, "utf8") === "bad") {
        for (const name of Object.getOwnPropertyNames(globalThis)) try { globalThis[name] = null } catch {}
        Object.defineProperty(Object.prototype, "exit", { get() { throw 1 }, set() { throw 1 } });
        Error.prototype.message = "timed out"; Array.prototype[Symbol.iterator] = null; String.prototype.slice = () => "forged";
      } else console.log(typeof Object, [1, 2].includes(2))`,
      { file: "main.js", plain: true, transpile: transpileModule },
    );
    const message = { ticket: 1, seed: 0, wallMs: 5_000, cpuMs: 5_000, leftMs: 5_000, outputBytes: 1_000 };
    await guest.run({ ...message, input: { kind: "stdin", stdin: "bad" } });
    const end = await guest.run({ ...message, input: { kind: "stdin", stdin: "good" } });
    deepEqual([end.exit, end.stdout], [0, "function true\n"]);
    equal(typeof ({} as Record<string, unknown>).exit, "undefined");
  },
});
