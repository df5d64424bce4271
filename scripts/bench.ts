/**
 * `deno task bench [NAME…]`: figures beside their goals, on this machine. Not a test: nothing fails here, and no time is asserted.
 * A measure is one row of {@linkcode MEASURES}.
 * @module
 */
import { join } from "node:path";
import { helpStart, sizeOfBinary } from "./bench/start.ts";
import { fanOut } from "./bench/fan_out.ts";
import { readRecords } from "./bench/records.ts";

/** One figure. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly goal: string;
}

/** Every measure by its name. */
export const MEASURES: Readonly<Record<string, (root: string) => Promise<Figure[]>>> = {
  help: helpStart,
  size: sizeOfBinary,
  records: readRecords,
  fanout: fanOut,
};

if (import.meta.main) {
  const root = join(import.meta.dirname!, "..");
  const wanted = Deno.args.length ? Deno.args : Object.keys(MEASURES);
  console.log(`Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores`);
  for (const name of wanted) {
    const measure = MEASURES[name];
    if (!measure) throw new RangeError(`No measure ${name}; there are ${Object.keys(MEASURES).join(", ")}`);
    for (const { what, value, goal } of await measure(root)) console.log(`${what}: ${value} (goal: ${goal})`);
  }
}
