/** The machine that figures come from, and how noisy it was meanwhile. @module */
import { cpus } from "node:os";
import { sha256Hex } from "../../core/base/hash.ts";
import { type Spread, spread } from "./figure.ts";

/** What a figure was measured on. */
export interface Machine {
  readonly deno: string;
  readonly target: string;
  readonly cpu: string;
  readonly cores: number;
  /** Load averages of the last 1, 5 and 15 minutes: 0 is an idle machine. */
  readonly load: readonly number[];
  /** Milliseconds of the same small computation, done over and over: on a quiet machine all are equal. */
  readonly noise: Spread;
}

/** Looks at the machine; takes about a second. */
export function lookAtMachine(): Machine {
  const data = new Uint8Array(1 << 20);
  const times = Array.from({ length: 40 }, () => {
    const start = performance.now();
    for (let i = 0; i < 16; i++) sha256Hex(data);
    return performance.now() - start;
  });
  return {
    deno: Deno.version.deno,
    target: Deno.build.target,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: navigator.hardwareConcurrency,
    load: Deno.loadavg(),
    noise: spread(times.slice(5)),
  };
}
