/**
 * The host in place of WASI, without any authority: three streams, a clock of its own, bytes from a seed. No file exists, no
 * socket can be made. Every function that is not named here ends the case.
 * @module
 */
import { GuestClock } from "./clock.ts";
import type { HostFunction } from "./link.ts";
import type { GuestMemory } from "./memory.ts";
import { Streams } from "./streams.ts";

/** The guest ended itself, as `os._exit` does: no code of the guest runs after it. */
export class GuestExit extends Error {
  override readonly name = "GuestExit";
  /** 0 or 1: WASI tells no more. */
  readonly code: number;
  constructor(code: number) {
    super(`The guest ended with ${code}`);
    this.code = code;
  }
}

/** What the host needs of the instance it serves, given after the instance was made. */
export interface Guest {
  readonly memory: GuestMemory;
  readonly realloc: (
    old: number,
    oldSize: number,
    align: number,
    size: number,
  ) => number;
}

const NO_ENTRY = 20;
const ACCESS_DENIED = 1;
const CLOSED = 1;
const READY = 1;
const WRITE_AT_ONCE = 65_536n;
const STDIN = 1;
const STDOUT = 2;
const STDERR = 3;
/** Where the error code of a call on a file stands in its result; 4 for those that are not listed and end in `-at`, `read…`, `…-via-stream`. */
const WIDE = [
  "stat",
  "stat-at",
  "metadata-hash",
  "metadata-hash-at",
  "write",
  "seek",
];
const POINTER = [
  ...[
    "open-at",
    "read",
    "read-directory",
    "readlink-at",
    "read-via-stream",
    "write-via-stream",
    "append-via-stream",
  ],
  ...["read-directory-entry"],
];

/** The host of one instance. */
export class Host {
  readonly streams: Streams = new Streams();
  readonly #clock = new GuestClock();
  #guest: Guest | undefined;
  #random = 0;
  /** Asked by rewritten code; set by who runs the guest. */
  check: () => void = () => {};

  /** Tells which instance this is the host of. */
  serve(guest: Guest): void {
    this.#guest = guest;
  }

  /** Begins a case. */
  begin(stdin: Uint8Array, outputBytes: number, seed: number): void {
    this.streams.begin(stdin, outputBytes);
    this.#clock.begin();
    this.#random = seed >>> 0;
  }

  /** The function for `interface#function`. */
  function(name: string): HostFunction {
    const at = name.indexOf("#");
    const own = this.#functions[name] ?? this.#functions[name.slice(at)];
    if (own) return own;
    const field = name.slice(at + 1);
    if (field.startsWith("[resource-drop]")) return () => {};
    const method = field.match(
      /^\[method\](?:descriptor|directory-entry-stream)\.(.*)$/,
    )?.[1];
    if (method !== undefined) {
      return (...args) => this.#fail(args, errorOffset(method), NO_ENTRY);
    }
    return () => {
      throw new Error(`The guest called ${name}, which it may not`);
    };
  }

  readonly #functions: Readonly<Record<string, HostFunction>> = {
    "af:engine/watch#check": () => this.check(),
    "af:engine/watch#grow": (pages) => this.#memory().grow(Number(pages)),
    "af:engine/watch#size": () => this.#memory().size,
    "#get-stdin": () => STDIN,
    "#get-stdout": () => STDOUT,
    "#get-stderr": () => STDERR,
    "#get-terminal-stdin": (result) => this.#memory().setUint8(Number(result), 0),
    "#get-terminal-stdout": (result) => this.#memory().setUint8(Number(result), 0),
    "#get-terminal-stderr": (result) => this.#memory().setUint8(Number(result), 0),
    "#[method]input-stream.read": (_, length, result) => this.#read(Number(length), Number(result)),
    "#[method]input-stream.blocking-read": (_, length, result) => this.#read(Number(length), Number(result)),
    "#[method]input-stream.subscribe": () => READY,
    "#[method]output-stream.check-write": (_, result) => {
      this.#memory().setUint8(Number(result), 0);
      this.#memory().setUint64(Number(result) + 8, WRITE_AT_ONCE);
    },
    "#[method]output-stream.write": (handle, at, length, result) =>
      this.#write(Number(handle), Number(at), Number(length), Number(result)),
    "#[method]output-stream.blocking-flush": (_, result) => this.#memory().setUint8(Number(result), 0),
    "#[method]output-stream.flush": (_, result) => this.#memory().setUint8(Number(result), 0),
    "#[method]output-stream.subscribe": () => READY,
    "#[method]pollable.block": (handle) => void this.#clock.wait([Number(handle)]),
    "#[method]pollable.ready": () => 1,
    "#[resource-drop]pollable": (handle) => this.#clock.drop(Number(handle)),
    "#poll": (at, count, result) => {
      const handles = new Array<number>();
      for (let i = 0; i < Number(count); i++) {
        handles.push(this.#memory().view.getUint32(Number(at) + i * 4, true));
      }
      this.#list(
        Number(result),
        new Uint8Array(Uint32Array.from(this.#clock.wait(handles)).buffer),
        4,
      );
    },
    "wasi:clocks/monotonic-clock#now": () => this.#clock.look(),
    "wasi:clocks/monotonic-clock#resolution": () => 1_000n,
    "wasi:clocks/monotonic-clock#subscribe-instant": (instant) => this.#clock.timer(BigInt(instant!)),
    "wasi:clocks/monotonic-clock#subscribe-duration": (span) => this.#clock.timer(this.#clock.look() + BigInt(span!)),
    "wasi:clocks/wall-clock#now": (result) => this.#wall(Number(result), this.#clock.wall()),
    "wasi:clocks/wall-clock#resolution": (result) => this.#wall(Number(result), 1_000n),
    "#get-random-bytes": (length, result) => this.#list(Number(result), this.#bytes(Number(length)), 1),
    "#get-directories": (result) => this.#nothing(Number(result)),
    "#get-environment": (result) => this.#nothing(Number(result)),
    "#get-arguments": (result) => this.#nothing(Number(result)),
    "#exit": (failed) => {
      throw new GuestExit(Number(failed));
    },
    "#reset_adapter_state": () => {},
    "#instance-network": () => READY,
    "#create-tcp-socket": (...args) => this.#fail(args, 4, ACCESS_DENIED),
    "#create-udp-socket": (...args) => this.#fail(args, 4, ACCESS_DENIED),
    "#resolve-addresses": (...args) => this.#fail(args, 4, ACCESS_DENIED),
  };

  #memory(): GuestMemory {
    if (!this.#guest) {
      throw new Error("The guest called the host before it was ready");
    }
    return this.#guest.memory;
  }

  /** The error variant of a result: tag 1, then the code at `offset`. */
  #fail(
    args: readonly (number | bigint)[],
    offset: number,
    code: number,
  ): void {
    const result = Number(args.at(-1));
    this.#memory().setUint8(result, 1);
    this.#memory().setUint8(result + offset, code);
  }

  #read(length: number, result: number): void {
    const part = this.streams.read(Math.min(length, 1 << 20));
    if (part.length === 0) return this.#fail([result], 4, CLOSED);
    this.#list(result + 4, part, 1);
    this.#memory().setUint8(result, 0);
  }

  #write(handle: number, at: number, length: number, result: number): void {
    if (handle !== STDOUT && handle !== STDERR) {
      return this.#fail([result], 4, CLOSED);
    }
    this.streams.write(
      handle === STDOUT ? 0 : 1,
      this.#memory().read(at, length),
    );
    this.#memory().setUint8(result, 0);
  }

  #list(result: number, bytes: Uint8Array, align: number): void {
    const at = this.#guest!.realloc(0, 0, align, bytes.length) >>> 0;
    this.#memory().write(at, bytes);
    this.#memory().setUint32(result, at);
    this.#memory().setUint32(result + 4, bytes.length / align);
  }

  #nothing(result: number): void {
    this.#memory().setUint32(result, 0);
    this.#memory().setUint32(result + 4, 0);
  }

  #wall(result: number, nanoseconds: bigint): void {
    this.#memory().setUint64(result, nanoseconds / 1_000_000_000n);
    this.#memory().setUint32(result + 8, Number(nanoseconds % 1_000_000_000n));
  }

  /** Bytes that follow from the seed: `os.urandom` is no secret here. */
  #bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(length, 1 << 20));
    for (let i = 0; i < bytes.length; i++) {
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
      bytes[i] = this.#random >>> 24;
    }
    return bytes;
  }
}

function errorOffset(method: string): number {
  return WIDE.includes(method) ? 8 : POINTER.includes(method) ? 4 : 1;
}
