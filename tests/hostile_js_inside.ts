/** Hostile corpus: JavaScript and TypeScript that do not end, take all, forge, or leave something behind. @module */
import { type Attack, attacks, FLOODED, INSIDE, LATE, SAYS } from "./hostile_entry.ts";
import { all, cut, exited, limited, oneOf, outOfMemory, printed, raised, timedOut } from "./hostile_checks.ts";
import { ESCAPE } from "./hostile_js_outside.ts";

const TIME = attacks("javascript", "time", { native: LATE, check: timedOut }, {
  "for (;;)": `for (;;);`,
  "a loop that catches everything": `for (;;) { try { for (;;); } catch {} finally { for (;;); } }`,
  "promises without end": `(function on() { Promise.resolve().then(on); })();`,
  "async functions without end": `(async () => { for (;;) await null; })();`,
  "timers without end": `(function on() { setTimeout(on, 0); })();`,
  "an interval without end": `setInterval(() => {}, 1);`,
  "a catastrophic regular expression": `/^(a+)+$/.test("a".repeat(60) + "b");`,
  "a big integer without end": `let x = 3n; for (;;) x = x * x % (2n ** 2000000n + 1n);`,
  "a text of a big integer": `const x = 7n ** 8000000n; for (;;) String(x);`,
  "sorting": `for (;;) Array.from({ length: 1e6 }, (_, i) => (i * 7919) % 1000003).sort((a, b) => a - b);`,
  "a hostile comparison": `[2, 1].sort(() => { for (;;); });`,
  "replace() without end": `const x = "ab".repeat(5e6); for (;;) x.replaceAll("a", "b").split("b").join("a");`,
  "a thenable without end": `(async () => { await { then() { for (;;); } }; })();`,
  "an array as long as it gets": `for (;;) new Array(2 ** 32 - 1).indexOf(1);`,
});

const TIME_INSIDE = attacks("javascript", "time", { native: INSIDE.context, check: timedOut }, {
  "a stack that is prepared without end": `
Error.prepareStackTrace = () => { for (;;); };
try { Object.defineProperty(Error, "prepareStackTrace", { value() { for (;;); } }); } catch {}
const e = new Error("x"); void e.stack; for (;;);`,
  "a getter of the error": [
    `throw { get stack() { for (;;); }, get message() { for (;;); }, toString() { for (;;); } };`,
    { check: oneOf(timedOut, exited(1)) },
  ],
  "a rejection whose reason does not end": `
Promise.reject({ get stack() { for (;;); }, get message() { for (;;); }, [Symbol.toPrimitive]() { for (;;); } });
Promise.reject(new Proxy(new Error("x"), { get() { for (;;); }, getPrototypeOf() { for (;;); } }));
for (;;);`,
  "toString() of what is printed":
    `console.log({ [Symbol.toPrimitive]() { for (;;); }, toString() { for (;;); } }); console.log(String({ toString() { for (;;); } }));`,
  "toJSON, getters and keys of what is returned": [
    `function solve() { return new Proxy({}, { ownKeys() { for (;;); }, getPrototypeOf() { for (;;); } }); }`,
    { call: { function: "solve", args: "[1]" } },
  ],
  "an iterator of what is returned": [
    `class Set2 extends Set { *[Symbol.iterator]() { for (;;) yield 1; } }
function solve() { return new Set2([1]); }`,
    { call: { function: "solve", args: "[1]" }, check: oneOf(timedOut, outOfMemory, exited(0), exited(1)) },
  ],
  "exit codes and codes of errors that do not end": `
process.exitCode = { valueOf() { for (;;); }, [Symbol.toPrimitive]() { for (;;); } };
process.exit({ valueOf() { for (;;); } });`,
  "the prototype of Promise": [
    `Promise.prototype.then = Promise.prototype.catch = function () { for (;;); };
async function solve() { return 1; }`,
    { call: { function: "solve", args: "[1]" } },
  ],
});

const STACK = attacks("javascript", "time", {
  native: INSIDE.context,
  check: oneOf(raised("RangeError"), limited("process", "heap"), timedOut, exited(0)),
}, {
  "recursion": `(function f() { f(); })();`,
  "recursion through JSON, sort and proxies": `
let deep = []; for (let i = 0; i < 1e6; i++) deep = [deep];
try { JSON.stringify(deep); } catch (e) { console.log(e.name); }
try { structuredClone(deep); } catch (e) { console.log(e.name); }
let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); try { p.x; } catch (e) { console.log(e.name); }
console.log(deep); void \`\${deep}\`;`,
  "nested brackets in the source": [`x = ${"[".repeat(100_000)}${"]".repeat(100_000)}`, {
    inSource: true,
    check: oneOf(raised("RangeError", "SyntaxError"), limited("process", "wall", "submission"), exited(1)),
  }],
});

const MEMORY = attacks("javascript", "memory", {
  native: SAYS,
  check: oneOf(outOfMemory, timedOut),
  limits: { heapBytes: 64 << 20, wallMs: 3_000, cpuMs: 3_000, residentBytes: 400 << 20 },
}, {
  "a heap bomb of arrays":
    `const x = []; for (let i = 0; i < 6e6; i++) x.push([i, i, i, i]); console.log("GOT:", x.length);`,
  "a heap bomb of objects":
    `const x = []; for (let i = 0; i < 3e6; i++) x.push({ i, a: { i }, b: i / 3 }); console.log("GOT:", x.length);`,
  "a heap bomb of texts":
    `const x = []; for (let i = 0; i < 200; i++) x.push(Array.from({ length: 20 }, (_, k) => "\\u2318".repeat(1e5) + k).join("")); console.log("GOT:", x.length);`,
  "a heap bomb of closures":
    `const x = []; for (let i = 0; i < 6e6; i++) x.push(() => i); console.log("GOT:", x.length);`,
  "a buffer bomb":
    `const x = []; for (let i = 0; i < 60; i++) x.push(new Uint8Array(1e7).fill(i + 1)); console.log("GOT: 600 MB");`,
  "a bomb of small buffers":
    `const x = []; for (let i = 0; i < 2e6; i++) x.push(new ArrayBuffer(300)); console.log("GOT:", x.length);`,
  "a buffer that grows":
    `const x = new ArrayBuffer(1, { maxByteLength: 6e8 }); x.resize(6e8); new Uint8Array(x).fill(7); console.log("GOT:", x.byteLength);`,
  "big integers":
    `const x = []; for (let i = 0; i < 600; i++) x.push((1n << 8000000n) + BigInt(i)); console.log("GOT: 600 MB");`,
  "maps and sets": `const x = new Map(); for (let i = 0; i < 3e6; i++) x.set(i, i); console.log("GOT:", x.size);`,
  "promises":
    `const x = []; for (let i = 0; i < 3e6; i++) x.push(new Promise(() => {}).then(() => i)); console.log("GOT:", x.length);`,
  "buffers of 1 GB in the runner's realm": [
    `${ESCAPE} const B = (globalThis.outside ?? globalThis).Uint8Array; const x = []; for (let i = 0; i < 100; i++) x.push(new B(1e7).fill(i + 1)); console.log("GOT: 1 GB");`,
    {},
  ],
});

const OUTPUT = attacks("javascript", "output", {
  native: FLOODED,
  // Where the watchdog ends the process nothing of its output is left.
  check: oneOf(all(cut, exited(0)), timedOut, outOfMemory),
  limits: { outputBytes: 100_000 },
}, {
  "1 GB in one line":
    `const x = "x".repeat(1e6); for (let i = 0; i < 1000; i++) process.stdout.write(x); console.log();`,
  "1 GB in many lines": `for (let i = 0; i < 2e6; i++) console.log(i, "x".repeat(500));`,
  "standard error without an end": `for (let i = 0; i < 1e5; i++) console.error("x".repeat(10000));`,
  "output without a newline": `for (let i = 0; i < 1e5; i++) process.stdout.write("x".repeat(10000));`,
});

const OUTPUT_INSIDE = attacks("javascript", "output", { native: INSIDE.verdict, limits: { outputBytes: 100_000 } }, {
  "frames on the runner's own stdout": `${ESCAPE}
const bytes = (globalThis.outside ?? globalThis).Uint8Array;
if (D) for (let i = 0; i < 100; i++) D.stdout.writeSync(bytes.from([5, 0, 0, 0, 12, 1, 2, 3, 4]));`,
  "a frame of 4 GB on the runner's own stdout": `${ESCAPE}
const bytes = (globalThis.outside ?? globalThis).Uint8Array;
if (D) { D.stdout.writeSync(bytes.from([255, 255, 255, 255, 12])); const x = new bytes(1e6); for (let i = 0; i < 4000; i++) D.stdout.writeSync(x); }`,
  "1 GB of the runner's own stderr": `${ESCAPE}
if (D) { const x = new (globalThis.outside.Uint8Array)(1e6).fill(65); for (let i = 0; i < 1000; i++) D.stderr.writeSync(x); }`,
  "the broker's frames are read away": [
    `${ESCAPE}
if (D) { const x = new (globalThis.outside.Uint8Array)(1e6); for (;;) { const n = D.stdin.readSync(x); if (n === null) break; } }`,
    { check: () => null },
  ],
  "lone surrogates and NUL": [`console.log("a\\ud800b\\0"); console.log("c");`, { check: printed("c") }],
  "a returned value of 100 MB": [
    `function solve() { return "x".repeat(1e8); }`,
    { call: { function: "solve", args: "[1]" }, check: ({ value }) => value === null ? null : "kept it" },
  ],
  "an error of 100 MB": [`throw new Error("x".repeat(1e8));`, {
    check: ({ exit, stderr }) => exit !== 0 && stderr.length < 101_000 ? null : "kept it",
  }],
  "a class of 5 MB": [
    `const C = class extends Error {}; Object.defineProperty(C, "name", { value: "E".repeat(5e6) }); throw new C("x");`,
    { check: ({ exit, exception }) => exit !== 0 && exception.length < 1_000 ? null : "kept it" },
  ],
});

const SUM = { input: "4815 1623 42\n" } as const;
const WRONG = { ...SUM, judged: { expected: { kind: "stdout", stdout: "6480" }, passed: false } } as const;
const RIGHT = { ...SUM, judged: { expected: { kind: "stdout", stdout: "6480" }, passed: true } } as const;

const FORGERY = [
  ...attacks("javascript", "forgery", { native: INSIDE.verdict, ...WRONG }, {
    "prototype pollution of the runner": `
for (const p of [Object.prototype, Array.prototype, String.prototype, Function.prototype, Promise.prototype, Map.prototype]) {
  for (const name of ["exit", "limit", "passed", "stdout", "value", "kind", "exception", "truncated", "then"]) {
    try { Object.defineProperty(p, name, { value: name === "stdout" ? "6480" : 0, writable: true, configurable: true }); } catch {}
  }
}
JSON.stringify = () => '{"passed":true}'; Array.prototype.map = () => []; String.prototype.slice = () => "6480";
console.log("wrong");`,
    "the control is called with a forged answer": `
try { $af_control("rejected", { stdout: "6480" }); $af_control("fail"); $af_control("tick"); } catch (e) { console.log(String(e)); }
try { $af_control = () => "6480"; } catch (e) { console.log(String(e)); }
try { delete globalThis.$af_control; } catch (e) { console.log(String(e)); }`,
    "process.exit(0) before the answer": `process.exit(0);`,
    "an answer after the end": `process.exitCode = 0; try { process.exit(0); } finally { console.log(6480); }`,
    "timers after the end": `
setTimeout(() => console.log(6480), 10); setInterval(() => console.log(6480), 1);
queueMicrotask(() => process.exit(0));`,
    "async work after the end":
      `(async () => { await null; await null; process.exit(0); })(); new Promise((r) => setTimeout(r, 5)).then(() => console.log(6480));`,
    "a result in JSON": `console.log('{"kind":"ran","cases":[{"exit":0,"stdout":"6480"}],"passed":true}');`,
    "an array that is a text and a text that is an array": `console.log(["6480"]);`,
    "the right answer, then an exception":
      `console.log(prompt().split(" ").reduce((a, b) => a + Number(b), 0)); throw new Error("late");`,
    "the right answer, then a rejection":
      `console.log(prompt().split(" ").reduce((a, b) => a + Number(b), 0)); Promise.reject(new Error("late"));`,
    "the right answer and an exit code":
      `console.log(prompt().split(" ").reduce((a, b) => a + Number(b), 0)); process.exitCode = 3;`,
  }),
  ...attacks("javascript", "forgery", { native: INSIDE.verdict, ...RIGHT }, {
    "the right answer with polluted prototypes": `
Object.prototype.limit = "wall"; Object.prototype.exit = 7; Array.prototype.toJSON = () => "no";
process.stdout.write(String(prompt().split(" ").reduce((a, b) => a + Number(b), 0)) + "\\r\\n\\n");`,
    "the right answer from a timer":
      `setTimeout(() => console.log(prompt().split(" ").reduce((a, b) => a + Number(b), 0)), 1000);`,
  }),
  ...attacks("javascript", "forgery", {
    native: INSIDE.verdict,
    call: { function: "solve", args: "[[4815, 1623, 42]]" },
    judged: { expected: { kind: "value", value: "6480" }, passed: false },
  }, {
    "a value with toJSON and valueOf":
      `function solve() { return { toJSON: () => 6480, valueOf: () => 6480, toString: () => "6480", [Symbol.toPrimitive]: () => 6480 }; }`,
    "a thenable": `function solve() { return { then(keep) { keep("6480"); } }; }`,
    "a Proxy":
      `function solve() { return new Proxy({}, { get: () => 6480, getPrototypeOf: () => Number.prototype }); }`,
    "a number in a wrapper": `function solve() { return new String("6480"); }`,
    "a sparse array that lies":
      `function solve() { const a = []; a.join = () => "6480"; a.toString = () => "6480"; return a; }`,
    "Array.prototype.join is patched": [
      `Array.prototype.join = () => "x"; BigInt = () => "6480"; function solve() { return [1]; }`,
      { inSource: true },
    ],
    "getters that change": `function solve() { let n = 0; return { get a() { return n++; } }; }`,
  }),
];

const ENGINE = attacks("javascript", "engine", { native: INSIDE.context }, {
  "an object of the runner's realm": [
    `${ESCAPE} console.log(globalThis.outside ? "GOT: the runner's realm" : "held");`,
    { check: printed("held") },
  ],
  "errors of the host at the end of the stack": [
    `
const kept = [];
const acts = [() => new Error("x").stack, () => { const o = {}; Error.captureStackTrace(o); return o.stack; }, () => globalThis.zork,
              () => { globalThis.zork = 1; }, () => Reflect.ownKeys(globalThis), () => eval("1"), () => prompt(), () => console.log("x")];
for (const act of acts) {
  let left = 25;
  const down = (a) => { try { down(a); } catch (e) { if (left-- > 0) { try { kept.push(act()); } catch (f) { kept.push(f, e); } } throw e; } };
  try { down(1); } catch {}
}
let foreign = 0;
for (const one of kept) {
  let top = one;
  if (top === null || (typeof top !== "object" && typeof top !== "function")) continue;
  while (Object.getPrototypeOf(top) !== null) top = Object.getPrototypeOf(top);
  if (top !== Object.prototype && top !== one) foreign++;
}
console.log(foreign > 0 ? "GOT: " + foreign : "held");`,
    { check: printed("held"), limits: { cpuMs: 5_000, wallMs: 10_000 } },
  ],
  "WebAssembly, SharedArrayBuffer and Atomics": `
for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics"]) console.log(name, typeof globalThis[name]);
const B = typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(8) : new SharedArrayBuffer(8);
if (typeof Atomics !== "undefined") Atomics.wait(new Int32Array(B), 0, 0);`,
  "shared memory by WebAssembly": `
const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
console.log(new WebAssembly.Module(bytes)); new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true });`,
  "FinalizationRegistry calls later": `
const r = new FinalizationRegistry(() => { for (;;); }); for (let i = 0; i < 1e5; i++) r.register({ i }, i);`,
  "names of the wrapper are closed early": [`}); globalThis.evil = 1; (function () {`, {
    inSource: true,
  }],
  "names of the wrapper are closed by a comment": [`console.log(1); /*`, {
    inSource: true,
    check: ({ exit }) => exit !== 0 ? null : "was run",
  }],
  "return and arguments of the wrapper":
    `console.log(arguments.length, typeof arguments[1], arguments.callee.caller); arguments[2].exports = null; return;`,
  "the global object is frozen and emptied": `
for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[name]; } catch {} }
Object.freeze(globalThis);`,
});

const LEFT = attacks("javascript", "leftovers", { native: INSIDE.reset }, {
  "the prototypes are patched": `
Object.prototype.evil = 1; Array.prototype.sort = () => []; JSON.stringify = () => "evil"; Math.max = () => 7; console.log = () => {};
globalThis.evil = 1; Error.prepareStackTrace = () => "evil"; prompt = () => "attack";`,
  "the realm of the runner is patched": `${ESCAPE}
if (globalThis.outside) {
  const w = globalThis.outside;
  w.Object.prototype.evil = 1; w.Array.prototype.map = () => []; w.Uint8Array.prototype.subarray = () => { throw 1; };
  w.TextEncoder.prototype.encodeInto = () => ({ read: 0, written: 0 }); w.performance.now = () => 0;
}`,
  "timers and promises are left":
    `setInterval(() => { console.log("evil"); }, 10); new Promise((r) => setTimeout(r, 1e6)).then(() => console.log("evil"));`,
  "a symbol, a weak reference and a registry":
    `Symbol.for("evil").x; globalThis[Symbol.for("evil")] = new WeakRef({}); RegExp.prototype.exec = () => null;`,
});

/** All of them. */
export const JS_INSIDE: readonly Attack[] = [
  ...TIME,
  ...TIME_INSIDE,
  ...STACK,
  ...MEMORY,
  ...OUTPUT,
  ...OUTPUT_INSIDE,
  ...FORGERY,
  ...ENGINE,
  ...LEFT,
];
