/**
 * The host of CPython's one start, at build time: files of a tree that nobody writes, a clock that stands still, bytes from a fixed
 * seed, no environment but CPython's own. What is not named here ends the build.
 * @module
 */
import type { HostFunction } from "../../core/sandbox/engine/link.ts";
import { Answers, type Receiver } from "./answers.ts";
import { NOW, StartFiles } from "./start_files.ts";
import type { TreeFolder } from "./tree.ts";

/** Where CPython finds what it imports, as componentize-py names it, in this order. */
export const FOLDERS = { stdlib: "python", world: "world", app: "0", bundled: "bundled" } as const;

const PATH = Object.values(FOLDERS).map((name) => `/${name}`).join(":");
const ENVIRONMENT = [["PYTHONUNBUFFERED", "1"], ["PYTHONHOME", "/python"], ["PYTHONPATH", PATH]] as const;
/** What strings are hashed with follows from it, and every other secret of the start: an image is public, so none is one. */
const SEED = 0x61665f31;
const HANDLE = { stdin: 1, stdout: 2, stderr: 3, ready: 4 } as const;
const WRITE_AT_ONCE = 65_536n;

/** Its functions, and what was printed. */
export class StartHost {
  readonly #files: StartFiles;
  #random = SEED;
  #answers: Answers | undefined;
  /** What was written to standard output and standard error. */
  printed = "";

  constructor(root: TreeFolder) {
    this.#files = new StartFiles(root, () => this.#to);
  }

  /** Tells whose host this is. */
  serve(receiver: Receiver): void {
    this.#answers = new Answers(receiver);
  }

  /** The function for `interface#function`. */
  function(name: string): HostFunction {
    const short = name.slice(name.indexOf("#"));
    const own = this.#functions[name] ?? this.#functions[short] ?? this.#files.functions[short];
    if (own) return own;
    if (short.startsWith("#[resource-drop]")) return () => {};
    return () => {
      throw new Error(`CPython called ${name} when it started, which is not there`);
    };
  }

  readonly #functions: Readonly<Record<string, HostFunction>> = {
    "#get-stdin": () => HANDLE.stdin,
    "#get-stdout": () => HANDLE.stdout,
    "#get-stderr": () => HANDLE.stderr,
    "#get-terminal-stdin": (result) => this.#to.byte(Number(result), 0),
    "#get-terminal-stdout": (result) => this.#to.byte(Number(result), 0),
    "#get-terminal-stderr": (result) => this.#to.byte(Number(result), 0),
    "#get-arguments": (result) => this.#to.list(Number(result), 0, 8, () => {}),
    "#get-environment": (result) =>
      this.#to.list(Number(result), ENVIRONMENT.length, 16, (item, i) => {
        for (const [j, text] of ENVIRONMENT[i]!.entries()) this.#to.text(item + j * 8, text);
      }),
    "#reset_adapter_state": () => {},
    "wasi:random/random#get-random-bytes": (length, result) =>
      this.#to.bytes(Number(result), this.#bytes(Number(length))),
    "wasi:clocks/monotonic-clock#now": () => 0n,
    "wasi:clocks/monotonic-clock#resolution": () => 1_000n,
    "wasi:clocks/wall-clock#now": (result) => this.#moment(Number(result), NOW, 0),
    "wasi:clocks/wall-clock#resolution": (result) => this.#moment(Number(result), 0n, 1_000),
    // Whatever is waited for is there at once.
    "wasi:clocks/monotonic-clock#subscribe-duration": () => HANDLE.ready,
    "wasi:clocks/monotonic-clock#subscribe-instant": () => HANDLE.ready,
    "#[method]input-stream.subscribe": () => HANDLE.ready,
    "#[method]output-stream.subscribe": () => HANDLE.ready,
    "#[method]pollable.block": () => {},
    "#poll": (_, count, result) =>
      this.#to.list(Number(result), Number(count), 4, (item, i) => this.#to.view.setUint32(item, i, true)),
    "#[method]output-stream.check-write": (_, result) => {
      this.#to.fine(Number(result));
      this.#to.view.setBigUint64(Number(result) + 8, WRITE_AT_ONCE, true);
    },
    "#[method]output-stream.write": (_, at, length, result) => {
      this.printed += this.#to.read(Number(at), Number(length));
      this.#to.fine(Number(result));
    },
    "#[method]output-stream.blocking-flush": (_, result) => this.#to.fine(Number(result)),
  };

  get #to(): Answers {
    if (!this.#answers) throw new Error("CPython called the host before it was ready");
    return this.#answers;
  }

  #moment(at: number, seconds: bigint, nanoseconds: number): void {
    this.#to.view.setBigUint64(at, seconds, true);
    this.#to.view.setUint32(at + 8, nanoseconds, true);
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => {
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
      return this.#random >>> 24;
    });
  }
}
