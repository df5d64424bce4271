/** Runs inside the context of a program, as source text: the few things of Node that programs read and print with. @module */
import type { WorldIo } from "./control.ts";
import type { TextKit } from "./text.ts";

/** What the control needs of the world. */
export interface World {
  readonly module: { exports: unknown };
  require(name: unknown): unknown;
  exitCode(): number;
}

/** Fills the global object, and makes the module of the program. */
export function world(io: WorldIo, text: TextKit): World {
  const global = globalThis as unknown as Record<string, unknown>;
  for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "Temporal", "console"]) delete global[name];
  const hide = (name: string, value: unknown) =>
    Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false });

  // Time and chance are those of the case: equal runs give equal results.
  const epoch = 1_700_000_000_000;
  const wall = () => Math.floor(epoch + io.now());
  let state = (io.seed ^ 0x9e3779b9) >>> 0 || 1;
  Math.random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const RealDate = Date;
  const FixedDate = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [wall()] : args, self),
    apply: () => new RealDate(wall()).toString(),
    get: (target, name) => name === "now" ? wall : Reflect.get(target, name),
  });
  Object.defineProperty(RealDate.prototype, "constructor", { value: FixedDate, writable: true, configurable: true });
  hide("Date", FixedDate);
  hide("performance", { now: io.now, timeOrigin: epoch });

  const print = (stream: "stdout" | "stderr") => (...values: unknown[]) =>
    io.write(stream, `${groups}${text.format(values).replaceAll("\n", `\n${groups}`)}\n`);
  let groups = "";
  const [log, error] = [print("stdout"), print("stderr")];
  const counts = new Map<string, number>();
  hide("console", {
    log,
    info: log,
    debug: log,
    error,
    warn: error,
    trace: error,
    dir: (value: unknown) => log(text.inspect(value)),
    table: log,
    assert: (truth: unknown, ...values: unknown[]) => truth ? undefined : error("Assertion failed", ...values),
    group(...values: unknown[]) {
      if (values.length > 0) log(...values);
      groups += "  ";
    },
    groupEnd: () => void (groups = groups.slice(2)),
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      log(`${label}: ${counts.get(label)}`);
    },
    time: () => undefined,
    timeEnd: () => undefined,
    timeLog: () => undefined,
  });

  type Call = (...args: unknown[]) => unknown;
  const later = (every: boolean) => (call: Call, delay?: unknown, ...args: unknown[]) =>
    io.start(() => call(...args), delay, every);
  hide("setTimeout", later(false));
  hide("setInterval", later(true));
  hide("setImmediate", (call: Call, ...args: unknown[]) => io.start(() => call(...args), 0, false));
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) hide(name, io.stop);
  const soon = (call: Call, ...args: unknown[]) => void Promise.resolve().then(() => call(...args));
  hide("queueMicrotask", (call: Call) => soon(call));

  class Encoder {
    readonly encoding = "utf-8";
    encode = (value: unknown = "") => text.encode(`${value}`);
  }
  class Decoder {
    readonly encoding = "utf-8";
    decode = (bytes: Uint8Array = new Uint8Array()) => text.decode(new Uint8Array(bytes));
  }
  hide("TextEncoder", Encoder);
  hide("TextDecoder", Decoder);
  class Bytes extends Uint8Array {
    override toString(): string {
      return text.decode(this);
    }
    static override from(value: unknown): Bytes {
      return new Bytes(typeof value === "string" ? text.encode(value) : value as ArrayLike<number>);
    }
  }
  hide("Buffer", Bytes);

  let at = 0;
  const lines = () => io.stdin === "" ? [] : io.stdin.replace(/\r?\n$/, "").split(/\r?\n/);
  const nextLine = () => {
    if (at >= io.stdin.length) return null;
    const end = io.stdin.indexOf("\n", at);
    const line = io.stdin.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? io.stdin.length : end + 1;
    return line.replace(/\r$/, "");
  };
  hide("prompt", (question?: unknown) => {
    if (question !== undefined) io.write("stdout", `${question} `);
    return nextLine();
  });
  hide("readline", nextLine);
  hide("print", log);

  /** Calls listeners: what came before they were added reaches them, too. */
  function emitter(start: (emit: (event: string, ...args: unknown[]) => void) => void) {
    const listeners = new Map<string, Call[]>();
    let started = false;
    const emit = (event: string, ...args: unknown[]) => listeners.get(event)?.slice().forEach((call) => call(...args));
    const on = (event: string, call: Call) => {
      listeners.set(event, [...listeners.get(event) ?? [], call]);
      if (!started) {
        started = true;
        io.start(() => start(emit), 0, false);
      }
      return self;
    };
    const self: Record<string, unknown> = {
      on,
      once: on,
      addListener: on,
      removeAllListeners: () => self,
      off: () => self,
    };
    return self;
  }
  const stdin = emitter((emit) => {
    if (io.stdin !== "") emit("data", asText ? io.stdin : Bytes.from(io.stdin));
    emit("end");
    emit("close");
  });
  let asText = false;
  Object.assign(stdin, {
    fd: 0,
    isTTY: false,
    setEncoding: () => (asText = true, stdin),
    resume: () => stdin,
    pause: () => stdin,
    unref: () => stdin,
    async *[Symbol.asyncIterator]() {
      if (io.stdin !== "") yield asText ? io.stdin : Bytes.from(io.stdin);
    },
  });

  function createInterface() {
    let closed = false;
    let asked = 0;
    const all = lines();
    const face = emitter((emit) => {
      for (const line of all.slice(asked)) {
        if (closed) break;
        emit("line", line);
      }
      if (!closed) emit("close");
      closed = true;
    });
    const question = (query: unknown, ...more: unknown[]) => {
      io.write("stdout", `${query}`);
      const answer = all[asked++] ?? "";
      const call = more.at(-1);
      if (typeof call !== "function") return Promise.resolve(answer);
      return void io.start(() => call(answer), 0, false);
    };
    return Object.assign(face, {
      question,
      setPrompt: () => undefined,
      prompt: () => undefined,
      pause: () => face,
      resume: () => face,
      close: () => void (closed = true),
      async *[Symbol.asyncIterator]() {
        for (const line of all) yield line;
      },
    });
  }

  const stream = (name: "stdout" | "stderr", fd: number) => ({
    fd,
    isTTY: false,
    columns: 80,
    write: (chunk: unknown) => (io.write(name, chunk instanceof Uint8Array ? text.decode(chunk) : `${chunk}`), true),
    end: (chunk: unknown = "") => io.write(name, `${chunk}`),
    on: () => undefined,
    once: () => undefined,
  });
  const hrtime = (since?: readonly number[]) => {
    const ns = Math.floor(io.now() * 1e6);
    const [s, n] = [Math.floor(ns / 1e9), ns % 1e9];
    return since ? [s - since[0]!, n - since[1]!] : [s, n];
  };
  const process: Record<string, unknown> = {
    argv: ["node", "/main.js"],
    env: {},
    platform: "linux",
    pid: 1,
    exitCode: undefined,
    version: "v22.0.0",
    versions: { node: "22.0.0" },
    stdin,
    stdout: stream("stdout", 1),
    stderr: stream("stderr", 2),
    exit: (code?: unknown) => io.leave((Number(code ?? process.exitCode ?? 0) || 0) & 255),
    cwd: () => "/",
    nextTick: soon,
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.floor(io.now() * 1e6)) }),
    uptime: () => io.now() / 1000,
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0 }),
    on: () => process,
    once: () => process,
    emitWarning: () => undefined,
  };
  hide("process", process);
  hide("global", globalThis);

  function readFileSync(path: unknown, options?: unknown) {
    if (path !== 0 && path !== "/dev/stdin") {
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
    }
    const rest = io.stdin.slice(at);
    at = io.stdin.length;
    const encoding = typeof options === "string" ? options : (options as { encoding?: string } | undefined)?.encoding;
    return encoding ? rest : Bytes.from(rest);
  }
  const fs = {
    readFileSync,
    existsSync: (path: unknown) => path === "/dev/stdin",
    writeSync: (fd: unknown, chunk: unknown) => {
      io.write(fd === 2 ? "stderr" : "stdout", chunk instanceof Uint8Array ? text.decode(chunk) : `${chunk}`);
      return `${chunk}`.length;
    },
    writeFileSync: (path: unknown, chunk: unknown) => {
      if (path !== 1 && path !== "/dev/stdout") {
        throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: "EACCES" });
      }
      io.write("stdout", `${chunk}`);
    },
  };
  const modules: Record<string, unknown> = {
    fs,
    process,
    readline: { createInterface, promises: { createInterface } },
    "readline/promises": { createInterface },
    util: { inspect: (value: unknown) => text.inspect(value), format: (...values: unknown[]) => text.format(values) },
    os: { EOL: "\n" },
    buffer: { Buffer: Bytes },
  };
  const module: { exports: unknown; id: string } = { exports: {}, id: "." };
  function require(name: unknown) {
    const found = Object.entries(modules).find(([one]) => `${name}` === one || `${name}` === `node:${one}`);
    if (!found) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
    return found[1];
  }
  require.main = module;
  return { module, require, exitCode: () => (Number(process.exitCode ?? 0) || 0) & 255 };
}
