/**
 * Runs inside the context of a program, as source text: output, virtual time, the program's start and end. The host calls the
 * function that it makes and gets numbers and texts, nothing else. All that a program could spoil here is its own case. @module
 */
import type { TextKit } from "./text.ts";
import type { ValueKit } from "./value.ts";
import type { World } from "./world.ts";

/** What a context is made with. */
export interface ControlConfig {
  readonly stdin: string;
  readonly outputBytes: number;
  readonly seed: number;
  /** Name of the function to call and the JSON array of its arguments, null where the program is just run. */
  readonly call: { readonly function: string; readonly args: string } | null;
}

/** `main` runs the program (in `body`), `tick` the next timer; both say 1 while there is more to do. The rest reads results. */
export type Control = (what: string, body?: unknown) => number | string | null;

/** Makes the control of a context. */
export function control(
  config: ControlConfig,
  text: TextKit,
  values: ValueKit,
  world: (io: WorldIo, text: TextKit) => World,
): Control {
  const limit = config.outputBytes;
  const out = { stdout: "", stderr: "" };
  const cut = { stdout: false, stderr: false };
  let exit = 0;
  let ended = false;
  let exception = "";
  let value: string | null = null;
  let settled = false;
  let now = 0;
  let order = 0;
  let held: unknown;
  interface Timer {
    readonly due: number;
    readonly order: number;
    readonly every: number;
    readonly call: () => unknown;
  }
  const timers = new Map<number, Timer>();
  class Exit extends Error {}
  lockStacks();

  /**
   * Stacks show the program's own lines only. The sites that V8 hands over are objects of the host's realm, so no code of the
   * program may ever see one: the function and the name `Error`, where Deno looks for it, are fixed, and no method of an array or a
   * text is called on them.
   */
  function lockStacks(): void {
    const { apply } = Reflect;
    const errorText = Error.prototype.toString;
    const { slice } = String.prototype;
    interface Site {
      getFileName(): unknown;
      getColumnNumber(): unknown;
    }
    const prepare = (error: unknown, sites: { readonly length: number; readonly [index: number]: Site }) => {
      let stack = "";
      try {
        stack = `${apply(errorText, error, [])}`;
        for (let i = 0; i < sites.length; i++) {
          const site = sites[i]!;
          const file = apply(slice, `${site.getFileName()}`, [0, 5]);
          if (file === "main." && Number(site.getColumnNumber()) > 0) stack += `\n    at ${site}`;
        }
      } catch {
        // At the end of the stack the host's functions throw errors of the host's realm: none may reach the program.
      }
      return stack;
    };
    Object.defineProperty(Error, "prepareStackTrace", { value: prepare, writable: false, configurable: false });
    Object.defineProperty(globalThis, "Error", { value: Error, writable: false, configurable: false });
  }

  function write(stream: "stdout" | "stderr", chunk: string): void {
    if (ended) return;
    const left = limit - out[stream].length;
    if (chunk.length > left) cut[stream] = true;
    if (left > 0) out[stream] += chunk.length > left ? chunk.slice(0, left) : chunk;
  }

  function leave(code: number): never {
    if (!ended) exit = code;
    ended = true;
    throw new Exit("The program has ended");
  }

  function fail(thrown: unknown): void {
    if (ended) return;
    exit = 1;
    try {
      const known = typeof thrown === "object" && thrown !== null;
      exception = known ? `${(thrown as Error).constructor?.name ?? "Object"}` : "Error";
      const stack = known && thrown instanceof Error ? `${thrown.stack}` : `Uncaught ${text.inspect(thrown)}`;
      write("stderr", `${stack}\n`);
    } catch {
      // An error whose properties throw: its class stays unknown.
      exception ||= "Error";
    }
    ended = true;
  }

  const sandbox = world({
    write,
    leave,
    stdin: config.stdin,
    seed: config.seed,
    now: () => now += 0.001,
    start(call, delay, every) {
      const wait = Math.max(1, Math.min(2 ** 31, Number(delay) || 0));
      timers.set(++order, { due: now + wait, order, every: every ? wait : 0, call });
      return order;
    },
    stop: (id) => void timers.delete(Number(id)),
  }, text);

  /** Runs work of the program's; what it throws ends the case. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      fail(thrown);
    }
  }

  function finish(found: unknown): void {
    if (config.call === null) return;
    const { function: name, args } = config.call;
    const exported = (sandbox.module.exports ?? {}) as Record<string, unknown>;
    const candidates = [found, exported[name], (globalThis as Record<string, unknown>)[name]];
    const callee = candidates.find((one) => typeof one === "function") as ((...args: unknown[]) => unknown) | undefined;
    if (callee === undefined) throw new ReferenceError(`${name} is not defined`);
    const result = callee(...values.parse(args));
    if (result instanceof Promise) result.then(keep, fail);
    else keep(result);
  }

  function keep(result: unknown): void {
    attempt(() => {
      value = values.encode(result, limit);
      cut.stdout ||= value === null;
      settled = true;
    });
  }

  function main(body: (...names: unknown[]) => unknown): void {
    const { module, require } = sandbox;
    const found = body.call(module.exports, module.exports, require, module, "/main.js", "/");
    if (found instanceof Promise) found.then((late) => attempt(() => finish(late)), fail);
    else finish(found);
  }

  function tick(): void {
    let next: [number, Timer] | undefined;
    for (const entry of timers) {
      const [, { due, order }] = entry;
      if (!next || due < next[1].due || (due === next[1].due && order < next[1].order)) next = entry;
    }
    if (!next) return;
    const [id, timer] = next;
    now = Math.max(now, timer.due);
    if (timer.every > 0) timers.set(id, { ...timer, due: now + timer.every, order: ++order });
    else timers.delete(id);
    attempt(timer.call);
  }

  // With a result in hand, timers that are left are nobody's business.
  const more = () => !ended && timers.size > 0 && !settled ? 1 : 0;
  return (what, body) => {
    switch (what) {
      case "rejected":
        held = body;
        return null;
      case "fail":
        fail(held);
        return null;
      case "main":
        attempt(() => main(body as (...names: unknown[]) => unknown));
        return more();
      case "tick":
        tick();
        return more();
      case "more":
        return more();
      case "stdout":
      case "stderr":
        return out[what];
      case "exit":
        return ended || exit !== 0 ? exit : sandbox.exitCode();
      case "exception":
        return exception;
      case "value":
        return value;
      case "truncated":
        return cut.stdout || cut.stderr ? 1 : 0;
      default:
        return null;
    }
  };
}

/** What the world of a program needs of its control. */
export interface WorldIo {
  write(stream: "stdout" | "stderr", chunk: string): void;
  leave(code: number): never;
  readonly stdin: string;
  readonly seed: number;
  /** Virtual milliseconds since the start; every look lets a little pass, so that no loop waits for ever. */
  now(): number;
  start(call: () => unknown, delay: unknown, every: boolean): number;
  stop(id: unknown): void;
}
