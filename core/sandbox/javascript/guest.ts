/**
 * Runs JavaScript programs: each case in a fresh V8 context in which nothing of this program's is, and from which only numbers and
 * texts come back. The process without rights is the wall behind it. docs/sandbox.md says what that leaves open. @module
 */
import vm from "node:vm";
import type { CaseEnd } from "../end.ts";
import type { CaseMessage } from "../messages.ts";
import { control, type ControlConfig } from "./control.ts";
import { textKit } from "./text.ts";
import { valueKit } from "./value.ts";
import { world } from "./world.ts";

/** Name of the control in the context: a constant that the program can neither change nor remove. */
const CONTROL = "$af_control";
/** Exit code of a program that was ended: 128 + SIGKILL, as a shell says it. */
export const KILLED = 137;
/** V8 may end a script this much too early, in milliseconds. */
const EARLY_MS = 5;
/** What an ended context may take to hand its results over, in milliseconds. */
const REPORT_MS = 100;

/** Turns source text into a body for {@linkcode wrap}, or throws a SyntaxError. Modules and TypeScript need it. */
export type Transpile = (source: string) => string;

/** Options of {@linkcode JavaScriptGuest}. */
export interface JavaScriptGuestOptions {
  /** Name of the program in stack traces. */
  readonly file: "main.js" | "main.ts";
  /** Whether the source is tried as it is first. */
  readonly plain: boolean;
  readonly transpile: Transpile;
}

/** A program. */
export class JavaScriptGuest {
  readonly #source: string;
  readonly #options: JavaScriptGuestOptions;
  readonly #compiled = new Map<string, vm.Script | Error>();
  /** A program of this source; nothing is compiled yet. */
  constructor(source: string, options: JavaScriptGuestOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Runs one case in a context of its own. Never rejects for what the program does. */
  async run(message: CaseMessage): Promise<CaseEnd> {
    const { input, seed, outputBytes } = message;
    const until = performance.now() + Math.min(message.wallMs, message.leftMs);
    const call = input.kind === "call" ? { function: input.function, args: input.args } : null;
    const script = this.#script(call?.function ?? "");
    if (script instanceof Error) {
      return failed("SyntaxError", `${this.#options.file}: SyntaxError: ${script.message}\n`);
    }
    const context = vm.createContext(Object.create(null), {
      // No text becomes code in there: code made of a text by a job can import modules that code in a file cannot.
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: "afterEvaluate",
    });
    const config: ControlConfig = { stdin: input.kind === "stdin" ? input.stdin : "", outputBytes, seed, call };
    let thrown = false;
    REJECTED.length = 0;
    try {
      boot(config).runInContext(context);
      let more = limited(script, context, until);
      // A timer of the program, or what a promise left behind.
      while (more === 1 || (more = limited(MORE, context, until)) === 1) more = limited(TICK, context, until);
      for (const reason of await rejections()) {
        // Taken in without a look at it; the context looks, under the deadline.
        const hand: unknown = HAND.runInContext(context);
        if (typeof hand === "function") hand("rejected", reason);
        limited(FAIL, context, until);
      }
    } catch {
      // The deadline, or a context that is beyond use. What was thrown is an object of the context: nobody looks at it.
      thrown = true;
    }
    const found = report(context, outputBytes);
    if (!thrown) return { ...found, limit: null };
    if (performance.now() < until - EARLY_MS) return { ...found, exit: found.exit || 1, limit: null };
    return { ...found, exit: KILLED, limit: message.leftMs < message.wallMs ? "submission" : "wall" };
  }

  #script(name: string): vm.Script | Error {
    const known = this.#compiled.get(name);
    if (known) return known;
    const made = this.#compile(name);
    this.#compiled.set(name, made);
    return made;
  }

  #compile(name: string): vm.Script | Error {
    const { file, plain, transpile } = this.#options;
    let first: Error | undefined;
    for (const attempt of plain ? ["plain", "sync", "async"] as const : ["sync", "async"] as const) {
      try {
        const source = attempt === "plain" ? this.#source : transpile(this.#source);
        return new vm.Script(wrap(source, name, attempt === "async"), {
          filename: file,
          columnOffset: -wrapHead(attempt === "async").length,
        });
      } catch (thrown) {
        if (!(thrown instanceof Error)) throw thrown;
        first ??= thrown;
      }
    }
    return first!;
  }
}

/** The program as a function that the control calls: names of its top level stay fast, and a called function can be found. */
function wrap(source: string, name: string, late: boolean): string {
  const found = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `typeof ${name} === "undefined" ? undefined : ${name}`
    : "";
  return `${wrapHead(late)}${withoutImports(source)}\n;return ${found} })`;
}

function wrapHead(late: boolean): string {
  return `${CONTROL}("main", ${late ? "async " : ""}function (exports, require, module, __filename, __dirname) { `;
}

/**
 * The same source without the word `import`, which only there begins a dynamic import: written with an escape it stays what it is in
 * names, texts and patterns, and is a syntax error where it would be the keyword. Deno 2.6 gives a context its own loader.
 */
export function withoutImports(source: string): string {
  return source.replaceAll(/(\\*)import/g, (all, slashes: string) => {
    return slashes.length % 2 === 1 ? all : `${slashes}\\u0069mport`;
  });
}

const HAND = new vm.Script(CONTROL, { filename: "af" });
const FAIL = new vm.Script(`${CONTROL}("fail")`, { filename: "af" });
const TICK = new vm.Script(`${CONTROL}("tick")`, { filename: "af" });
const MORE = new vm.Script(`${CONTROL}("more")`, { filename: "af" });
const FIELDS = ["stdout", "stderr", "exit", "exception", "value", "truncated"] as const;
const READERS = FIELDS.map((field) => new vm.Script(`${CONTROL}("${field}")`, { filename: "af" }));
const KITS = `(${textKit})(), (${valueKit})(), ${world}`;

function boot(config: ControlConfig): vm.Script {
  return new vm.Script(`const ${CONTROL} = (${control})(${JSON.stringify(config)}, ${KITS});`, { filename: "af" });
}

/** Runs a script in the context until the deadline, its promises' jobs included. */
function limited(script: vm.Script, context: vm.Context, until: number): unknown {
  const left = until - performance.now();
  if (left <= 0) throw new RangeError("The time is over");
  return script.runInContext(context, { timeout: Math.ceil(left) });
}

const REJECTED: unknown[] = [];

/** Makes rejections that nobody handles wait for {@linkcode rejections}; without it they would end the process. */
export function catchRejections(): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    if (REJECTED.length < 10) REJECTED.push(event.reason);
  });
}

/** The reasons since the last call. Deno tells them once its own loop turns. */
async function rejections(): Promise<unknown[]> {
  // Deno 2.6 tells them one turn later than 2.9.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  return REJECTED.splice(0);
}

function report(context: vm.Context, outputBytes: number): Omit<CaseEnd, "limit"> {
  const [stdout, stderr, exit, exception, value, truncated] = READERS.map((script) => read(script, context));
  const out = cut(stdout, outputBytes);
  const err = cut(stderr, outputBytes);
  return {
    stdout: out.text,
    stderr: err.text,
    exit: typeof exit === "number" && Number.isInteger(exit) ? exit : 1,
    exception: typeof exception === "string" ? exception : "",
    value: typeof value === "string" ? value : null,
    truncated: truncated !== 0 || out.cut || err.cut,
  };
}

/** A number or a text of the context; objects are never looked at. What cannot be read in time is null. */
function read(script: vm.Script, context: vm.Context): string | number | null {
  try {
    const found: unknown = script.runInContext(context, { timeout: REPORT_MS });
    return typeof found === "string" || typeof found === "number" ? found : null;
  } catch {
    // The program has put something of its own in the way: it gets no answer for that.
    return null;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function cut(text: unknown, limit: number): { text: string; cut: boolean } {
  if (typeof text !== "string") return { text: "", cut: false };
  if (3 * text.length <= limit) return { text, cut: false };
  const bytes = new Uint8Array(limit);
  const { read, written } = encoder.encodeInto(text, bytes);
  return read === text.length ? { text, cut: false } : { text: decoder.decode(bytes.subarray(0, written)), cut: true };
}

function failed(exception: string, stderr: string): CaseEnd {
  return { stdout: "", stderr, exit: 1, exception, value: null, truncated: false, limit: null };
}
