/** Hostile corpus: JavaScript and TypeScript that want files, sockets, processes and modules of the process that runs them. @module */
import {
  type Attack,
  attacks,
  CRASHED,
  INSIDE,
  KILLED,
  LATE,
  ORPHANED,
  REACHED,
  SAYS,
  TOUCHED,
} from "./hostile_entry.ts";
import { timedOut } from "./hostile_checks.ts";

/**
 * Ways to an object of the runner's own realm: `found` gets every function constructor that is not this context's. With one of them a
 * program is where the harness is; then only the process without rights holds it.
 */
export const ESCAPE = `
const found = new Set();
const seen = new Set();
function hunt(value, depth) {
  if (depth > 6 || (typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  try {
    if (value instanceof Object === false && typeof value === "function") found.add(value);
    const F = value.constructor && value.constructor.constructor;
    if (typeof F === "function" && F !== Function && F.name === "Function") found.add(F);
  } catch {}
  for (const key of Reflect.ownKeys(value)) { try { hunt(value[key], depth + 1); } catch {} }
  try { hunt(Object.getPrototypeOf(value), depth + 1); } catch {}
}
function realms() {
  const sites = [];
  const keep = (error, list) => { sites.push(list); return list; };
  for (const target of [globalThis.Error, (() => { try { null.x } catch (e) { return e.constructor } })()]) {
    try { target.prepareStackTrace = keep; } catch {}
    try { Object.defineProperty(target, "prepareStackTrace", { value: keep }); } catch {}
  }
  const fake = { prepareStackTrace: keep };
  for (const way of [() => { globalThis.Error = fake; }, () => Object.defineProperty(globalThis, "Error", { value: fake, configurable: true }),
                     () => { delete globalThis.Error; globalThis.Error = fake; }, () => globalThis.__defineGetter__("Error", () => fake),
                     () => Object.setPrototypeOf(globalThis, { Error: fake }), () => Reflect.set(globalThis, "Error", fake, globalThis)]) {
    try { way(); } catch (error) { hunt(error, 0); }
  }
  for (const make of [() => null.x, () => { throw new RangeError() }, function f() { f() }, () => BigInt("x"), () => eval("1"),
                      () => JSON.parse("{"), () => decodeURIComponent("%"), () => new Proxy({}, null), () => Symbol() + ""]) {
    try { make(); } catch (error) { try { hunt(error.stack, 0); hunt(error, 0); } catch {} }
  }
  const methods = ["filter", "map", "join", "forEach", "slice", "some", "reduce", Symbol.iterator];
  const real = methods.map((name) => Array.prototype[name]);
  methods.forEach((name, i) => { Array.prototype[name] = function (...a) { sites.push(this); return real[i].apply(this, a); }; });
  try { void new Error("x").stack; } catch {}
  methods.forEach((name, i) => { Array.prototype[name] = real[i]; });
  for (const list of sites) hunt(list, 0);
  for (const name of Object.getOwnPropertyNames(globalThis)) { try { hunt(globalThis[name], 2); } catch {} }
  if (typeof $af_control === "function") {
    hunt($af_control, 0);
    for (const what of ["tick", "more", "rejected", "stdout", "value"]) { try { hunt($af_control(what, () => 1), 0); } catch (e) { hunt(e, 0); } }
  }
  return [...found];
}
var D = globalThis.Deno, P = globalThis.process;
if (typeof D === "undefined") {
  for (const F of realms()) {
    try { D = F("return globalThis.Deno")(); P = F("return globalThis.process")() ?? P; globalThis.outside = F("return globalThis")(); if (D) break; } catch {}
  }
}
`;

const OUT = attacks("javascript", "files", { native: SAYS }, {
  "Deno reads a file": `${ESCAPE} console.log("GOT:", D.readTextFileSync("{SECRET_FILE}"));`,
  "Deno lists a folder": `${ESCAPE} console.log("GOT:", [...D.readDirSync("{FOLDER}")].length);`,
  "Deno opens a file": `${ESCAPE} console.log("GOT:", D.openSync("{SECRET_FILE}").statSync().size);`,
  "Deno and process have the variables": `${ESCAPE}
for (const read of [() => D.env.get("AF_HOSTILE"), () => JSON.stringify(P.env)]) {
  try { if (/af-secret/.test(read())) console.log("GOT:", read()); } catch (error) { console.log(String(error)); }
}`,
  "the user and the machine": `${ESCAPE}
for (const ask of [() => D.hostname(), () => D.cwd(), () => D.uid(), () => D.osRelease(), () => D.networkInterfaces().length, () => P.cwd()]) {
  try { const said = ask(); if (said !== "/" && said !== undefined) console.log("GOT:", said); } catch (error) { console.log(String(error)); }
}`,
  "fs by require, by process and by builtin": `${ESCAPE}
for (const get of [() => require("fs"), () => require("node:fs/promises"), () => P.getBuiltinModule("node:fs"),
                   () => P.binding("fs"), () => P.mainModule.require("fs"), () => globalThis.outside.process.getBuiltinModule("fs")]) {
  try { console.log("GOT:", get().readFileSync("{SECRET_FILE}", "utf8")); } catch (error) { console.log(String(error)); }
}`,
  "files: is imported": `
import("file://{SECRET_FILE}", { with: { type: "text" } }).then((m) => console.log("GOT:", m.default),
  (e) => import("file://{FOLDER}/module.js").then((m) => console.log("GOT:", m.default), (e) => console.log(String(e).slice(0, 200))));`,
  "files of the executable and of af are imported": [
    `
const names = ["./runner_main.ts", "./frames.ts", "file:///main.ts", "file:///proc/self/exe", "../../main.ts", "./python.image", "ext:core/ops", "@logtape/logtape"];
let left = names.length;
for (const name of names) {
  import(name).then((m) => console.log("GOT:", name, Object.keys(m).length), (e) => console.log(String(e).slice(0, 100)));
}`,
    { native: INSIDE.context },
  ],
  "Deno writes a file": [`${ESCAPE} D.writeTextFileSync("{FOLDER}/new", "x");`, { native: TOUCHED }],
  "Deno removes a file": [`${ESCAPE} D.removeSync("{SECRET_FILE}");`, { native: TOUCHED }],
  "Deno makes temporary files, links and databases": [
    `${ESCAPE}
for (const make of [() => D.makeTempFileSync({ dir: "{FOLDER}" }), () => D.symlinkSync("/etc", "{FOLDER}/etc"), () => D.mkdirSync("{FOLDER}/made"),
                    () => globalThis.localStorage.setItem("a", "b")]) {
  try { make(); } catch (error) { console.log(String(error).slice(0, 100)); }
}`,
    { native: TOUCHED },
  ],
});

const NET = attacks("javascript", "network", { native: REACHED }, {
  "fetch()":
    `(globalThis.fetch ?? (() => Promise.reject("none")))("http://127.0.0.1:{PORT}/").catch((e) => console.log(String(e)));`,
  "fetch() from the runner's realm":
    `${ESCAPE} (globalThis.outside ?? globalThis).fetch("http://127.0.0.1:{PORT}/").catch((e) => console.log(String(e)));`,
  "WebSocket":
    `${ESCAPE} const socket = new (globalThis.outside ?? globalThis).WebSocket("ws://127.0.0.1:{PORT}/"); socket.onerror = () => {};`,
  "Deno.connect()":
    `${ESCAPE} D.connect({ hostname: "127.0.0.1", port: {PORT} }).then(() => console.log("GOT:"), (e) => console.log(String(e)));`,
  "node:net, node:http and node:dgram": `${ESCAPE}
for (const name of ["net", "http"]) {
  try { P.getBuiltinModule("node:" + name).get?.("http://127.0.0.1:{PORT}/").on("error", () => {}) ?? P.getBuiltinModule("node:net").connect({PORT}, "127.0.0.1").on("error", () => {}); }
  catch (error) { console.log(String(error)); }
}`,
  "EventSource and navigator": `${ESCAPE} const world = globalThis.outside ?? globalThis;
const source = new world.EventSource("http://127.0.0.1:{PORT}/"); source.onerror = () => source.close();`,
  "an http: module is imported":
    `import("http://127.0.0.1:{PORT}/x.js").catch((e) => console.log(String(e).slice(0, 200)));`,
  "an https: module is imported":
    `import("https://127.0.0.1:{PORT}/x.js").catch((e) => console.log(String(e).slice(0, 200)));`,
  "a server": [
    `${ESCAPE} const one = D.listen({ hostname: "127.0.0.1", port: 0 }); console.log("GOT:", one.addr.port); one.close();`,
    {
      native: SAYS,
    },
  ],
  "DNS": [
    `${ESCAPE} P.getBuiltinModule("node:dns").lookup("localhost", (e, address) => console.log(e ? String(e) : "GOT: " + address));`,
    { native: SAYS },
  ],
});

const MODULES = attacks("javascript", "processes", { native: SAYS }, {
  "a data: module is imported":
    `import("data:text/javascript,export default 7").then((m) => console.log("GOT:", m.default), (e) => console.log(String(e)));`,
  "a data: module that has the runner's realm": `
import("data:text/javascript," + encodeURIComponent("export default typeof Deno")).then((m) => console.log("GOT:", m.default), (e) => console.log(String(e)));`,
  "an npm: module is imported":
    `import("npm:scale-ts@1.6.1").then((m) => console.log("GOT:", Object.keys(m).length), (e) => console.log(String(e).slice(0, 200)));`,
  "a node: module is imported":
    `import("node:child_process").then((m) => console.log("GOT:", Object.keys(m).length), (e) => console.log(String(e)));`,
  "import() by other ways of writing it": `
const ways = [
  () => eval('import("data:text/javascript,export default 1")'),
  () => (0, eval)('import("data:text/javascript,export default 1")'),
  () => new Function('return import("data:text/javascript,export default 1")')(),
  () => (async () => {}).constructor('return import("data:text/javascript,export default 1")')(),
  () => setTimeout('import("data:text/javascript,export default 1").then(() => console.log("GOT: by a timer"))'),
  () => Reflect.construct(Function, ['return import("data:text/javascript,export default 1")'])(),
  () => import/* x */("data:text/javascript,export default 1"),
];
for (const way of ways) {
  try { Promise.resolve(way()).then((m) => m && m.default && console.log("GOT:", m.default), (e) => console.log(String(e).slice(0, 100))); }
  catch (error) { console.log(String(error).slice(0, 100)); }
}`,
  "import() from the runner's realm": [
    `${ESCAPE}
const F = globalThis.outside ? globalThis.outside.Function : Function;
F('return import("data:text/javascript,export default Deno.pid")')().then((m) => console.log("GOT:", m.default), (e) => console.log(String(e)));`,
    { native: INSIDE.context },
  ],
});

const PROCESSES = attacks("javascript", "processes", { native: SAYS }, {
  "Deno.Command": [`${ESCAPE} new D.Command("touch", { args: ["{FOLDER}/made"] }).outputSync();`, { native: TOUCHED }],
  "child_process": [
    `${ESCAPE} P.getBuiltinModule("node:child_process").spawnSync("touch", ["{FOLDER}/made"]);`,
    { native: TOUCHED },
  ],
  "Worker": `${ESCAPE} const W = (globalThis.outside ?? globalThis).Worker;
const w = new W("data:text/javascript,postMessage(1)", { type: "module" });
w.onmessage = () => { console.log("GOT: a Worker"); w.terminate(); };
w.onerror = (e) => { e.preventDefault?.(); console.log("refused"); };`,
  "a Worker that never ends": [
    `${ESCAPE} const W = (globalThis.outside ?? globalThis).Worker;
const w = new W("data:text/javascript,for(;;);", { type: "module" }); console.log("started");
setTimeout(() => {}, 100000);`,
    { native: LATE },
  ],
  "native code by Deno.dlopen": `${ESCAPE}
const c = D.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } }); console.log("GOT:", c.symbols.getpid());`,
  "process.kill() of a process": [
    `${ESCAPE} try { P.kill({VICTIM}, "SIGKILL"); } catch (e) { console.log(String(e)); }
D.kill({VICTIM}, "SIGKILL");`,
    { native: KILLED },
  ],
  "killing the parent": [
    `${ESCAPE} try { D.kill(D.ppid, "SIGKILL"); } catch (e) { console.log(String(e)); }
P.kill(P.ppid, "SIGKILL");`,
    { native: ORPHANED },
  ],
  "Deno.exit before the answer": [
    `${ESCAPE} try { D.exit(0); } catch (e) { console.log(String(e)); } console.log("never");`,
    {
      native: INSIDE.verdict,
      input: "",
      judged: { expected: { kind: "stdout", stdout: "42" }, passed: false },
    },
  ],
  "process.abort() and process.reallyExit()": [
    `${ESCAPE} for (const end of [() => P.reallyExit(0), () => P.abort(), () => D[D.internal].core.ops.op_exit(0)]) { try { end(); } catch (e) { console.log(String(e)); } }`,
    { native: INSIDE.context },
  ],
  "signals are caught": [
    `${ESCAPE} D.addSignalListener("SIGTERM", () => {}); for (;;);`,
    { native: LATE },
  ],
  "permissions are asked for": `${ESCAPE}
for (const name of ["read", "net", "run", "env"]) console.log(D.permissions.requestSync({ name }).state === "granted" ? "GOT: " + name : "no");`,
  "ops of Deno's core are called": [
    `${ESCAPE}
const core = D[D.internal].core;
for (const [name, op] of Object.entries(core.ops)) {
  if (/exit|halt|abort|read|stdin|sleep|wait|accept|poll|recv/.test(name)) continue;
  for (const a of [[], ["{SECRET_FILE}"], [0, 0]]) { try { const got = op(...a); if (String(got).includes("af-secret")) console.log("GOT:", name); } catch {} }
}
console.log("tried");`,
    { native: INSIDE.context },
  ],
  "the process dies of a signal": [
    `${ESCAPE} D.kill(D.pid, "SIGKILL");`,
    { native: CRASHED },
  ],
});

const TYPESCRIPT = [
  ...attacks("typescript", "files", { native: SAYS }, {
    "Deno reads a file": `
interface Reader { readTextFileSync(path: string): string }
const reader = (globalThis as unknown as { Deno: Reader }).Deno;
console.log("GOT:", reader.readTextFileSync("{SECRET_FILE}" as string));`,
  }),
  ...attacks("typescript", "processes", { native: SAYS }, {
    "an import declaration of a builtin": `
import { readFileSync } from "node:fs";
console.log("GOT:", readFileSync("{SECRET_FILE}", "utf8") satisfies string);`,
    "import() with types": `const load = async <T,>(name: string): Promise<T> => (await import(name)) as T;
load<{ default: number }>("data:text/javascript,export default 7").then((m) => console.log("GOT:", m.default), (e: unknown) => console.log(String(e)));`,
  }),
  ...attacks("typescript", "time", { native: LATE, check: timedOut }, {
    "an endless loop with types":
      `enum Never { A } let x: Never = Never.A as Never; while (x === Never.A) { /* on */ }`,
  }),
];

/** All of them. */
export const JS_OUTSIDE: readonly Attack[] = [...OUT, ...NET, ...MODULES, ...PROCESSES, ...TYPESCRIPT];
