/** Python programs on one instance of the engine: pristine before every case, ended at a limit. @module */
import type { LimitHit } from "../../port/sandbox.ts";
import { PristineContent } from "./content.ts";
import { GuestExit, Host } from "./host.ts";
import type { EngineImage } from "./image.ts";
import { link, type Linked } from "./link.ts";
import { GuestMemory } from "./memory.ts";

/** One run of a program. */
export interface GuestCase {
  readonly source: string;
  /** A function of the program to call after it, with `args`, the JSON text of an array; null = only run the program. */
  readonly call: { readonly function: string; readonly args: string } | null;
  readonly stdin: string;
  /** Bytes that standard output and standard error keep, each; the called function's value may be as long. */
  readonly outputBytes: number;
  /** For `random`, `os.urandom` and the like: 32 bits. */
  readonly seed: number;
  /** Asked inside loops and bulk operations, about every millisecond: the limit that is hit, which ends the case. Must be cheap. */
  readonly over: () => LimitHit | null;
}

/** What a case did: the program's word. */
export interface GuestEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** Class of the exception that ended it, empty where there was none. */
  readonly exception: string;
  /** What the called function returned, encoded as core/port/sandbox.ts says; null where nothing returned. */
  readonly value: string | null;
  readonly truncated: boolean;
  readonly limit: LimitHit | null;
}

/** Options of {@linkcode PythonGuest}. */
export interface GuestOptions {
  /** Memory of the guest in bytes, at most what the image was built with. @default {the image's} */
  readonly guestBytes?: number;
  /** The image's modules where they are compiled already. @default {compiled here} */
  readonly modules?: readonly WebAssembly.Module[];
}

/** Thrown through the guest's frames when a limit is hit; WebAssembly cannot catch it. */
class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly limit: LimitHit;
  constructor(limit: LimitHit) {
    super(`The limit ${limit} is reached`);
    this.limit = limit;
  }
}

type Ended = Omit<GuestEnd, "stdout" | "stderr" | "truncated"> & {
  readonly cut?: boolean;
  readonly note?: string;
};

/** Iterations and units of 64 bytes between two questions. */
const QUANTUM = 1 << 17;
const CRASHED = { exit: 134, exception: "", value: null } as const;

/** An instance of the engine. Not for two cases at once. */
export class PythonGuest {
  readonly #host = new Host();
  readonly #linked: Linked;
  readonly #memory: GuestMemory;
  readonly #globals: readonly (readonly [WebAssembly.Global, unknown])[];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #fresh = true;

  constructor(image: EngineImage, options: GuestOptions = {}) {
    const owner = image.plan.instances[image.plan.memory[0]]!.module;
    const content = new PristineContent(image.modules[owner]!);
    const modules = options.modules ??
      image.modules.map((bytes, i) => new WebAssembly.Module(i === owner ? content.code : bytes));
    this.#linked = link(
      image.plan,
      modules,
      (name) => this.#host.function(name),
      (memory) => content.fill(new Uint8Array(memory.buffer)),
    );
    const { memory, touched, realloc, globals } = this.#linked;
    this.#memory = new GuestMemory(
      memory,
      touched,
      content,
      Math.min(options.guestBytes ?? image.guestBytes, image.guestBytes),
    );
    this.#globals = globals.map((global) => [global, global.value] as const);
    this.#host.serve({ memory: this.#memory, realloc });
  }

  /** Makes memory and globals pristine. Called before each case; returns the number of pages that were copied. */
  reset(): number {
    if (this.#fresh) return 0;
    for (const [global, value] of this.#globals) global.value = value;
    this.#fresh = true;
    return this.#memory.reset();
  }

  /** Runs one case on the pristine engine. Never throws for what a program does. */
  run(one: GuestCase): GuestEnd {
    this.reset();
    this.#fresh = false;
    const { streams } = this.#host;
    this.#host.begin(
      this.#encoder.encode(one.stdin),
      one.outputBytes,
      one.seed,
    );
    this.#host.check = () => {
      const limit = one.over();
      if (limit !== null) throw new LimitReached(limit);
      this.#refill();
    };
    this.#refill();
    const { cut = false, note = "", ...end } = this.#attempt(one);
    const stderr = streams.text(1) + note;
    return {
      stdout: streams.text(0),
      stderr,
      ...end,
      truncated: streams.truncated || cut,
    };
  }

  /** Differences to the pristine state, for tests: addresses of memory words, changed globals, size of the memory. */
  differences(): string[] {
    const memory = this.#memory.differences().map((address) => `memory at ${address}`);
    const globals = this.#globals.flatMap(([global, value], i) => global.value === value ? [] : [`global ${i}`]);
    return [...memory, ...globals];
  }

  /** The table's elements, for tests: no instruction writes to it. */
  table(): unknown[] {
    const { table } = this.#linked;
    return Array.from({ length: table.length }, (_, i) => table.get(i));
  }

  #refill(): void {
    for (const left of this.#linked.budgets) {
      if (left.value <= 0) left.value = QUANTUM;
    }
  }

  #attempt(one: GuestCase): Ended {
    try {
      return this.#call(one);
    } catch (thrown) {
      return this.#ending(thrown);
    }
  }

  #call({ source, call, outputBytes, seed }: GuestCase): Ended {
    const texts = [source, call?.function ?? "", call?.args ?? ""].flatMap((
      text,
    ) => this.#put(text));
    const result = this.#linked.run(...texts, seed >>> 0, outputBytes) >>> 0;
    const { view } = this.#memory;
    const exit = view.getInt32(result, true);
    const exception = this.#text(result + 4);
    const value = view.getUint8(result + 12) === 1 ? this.#text(result + 16) : null;
    const cut = view.getUint8(result + 24) === 1;
    const limit = exception === "MemoryError" ? "guest memory" : null;
    return { exit, exception, value, cut, limit };
  }

  /** What it means that the guest's frames were left by `thrown`. */
  #ending(thrown: unknown): Ended {
    if (thrown instanceof LimitReached) {
      return { ...CRASHED, exit: 137, limit: thrown.limit };
    }
    if (thrown instanceof GuestExit) {
      return { ...CRASHED, exit: thrown.code, limit: null };
    }
    // V8's own stack ended before Python's count of it did.
    if (thrown instanceof RangeError && /stack/i.test(thrown.message)) {
      const note = "RecursionError: maximum recursion depth exceeded\n";
      return {
        exit: 1,
        exception: "RecursionError",
        value: null,
        limit: null,
        note,
      };
    }
    const limit = this.#memory.refused ? "guest memory" : "process";
    return {
      ...CRASHED,
      limit,
      note: `The interpreter crashed: ${thrown instanceof Error ? thrown.message : thrown}\n`,
    };
  }

  #put(text: string): [number, number] {
    const bytes = this.#encoder.encode(text);
    const at = this.#linked.realloc(0, 0, 1, bytes.length) >>> 0;
    this.#memory.write(at, bytes);
    return [at, bytes.length];
  }

  #text(at: number): string {
    const { view } = this.#memory;
    return this.#decoder.decode(
      this.#memory.read(view.getUint32(at, true), view.getUint32(at + 4, true)),
    );
  }
}
