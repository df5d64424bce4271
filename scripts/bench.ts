/**
 * `deno task bench [--only NAME]… [--json] [--records N]`: figures beside their goals, on this machine. Not a test: a goal that is
 * missed is printed, nothing fails. A measure is one row of {@linkcode MEASURES}; docs/bench.md says what each figure means.
 * @module
 */
import { parseArgs } from "node:util";
import { auditLogs } from "./bench/audit.ts";
import { fanOut } from "./bench/fan_out.ts";
import { type Figure, line, reached, spread } from "./bench/figure.ts";
import { lookAtMachine, type Machine } from "./bench/machine.ts";
import { readRecords } from "./bench/records.ts";
import { sandboxRuns } from "./bench/sandbox.ts";
import { helpStart, sizeOfBinary } from "./bench/start.ts";
import { weightsFromJournal } from "./bench/weights.ts";

/** Options that a measure may look at. */
export interface MeasureOptions {
  /** Records of the synthetic journal. */
  readonly records: number;
}

/** Every measure by its name. One without a figure has nothing to look at (no executable was compiled). */
export const MEASURES: Readonly<Record<string, (options: MeasureOptions) => Promise<Figure[]>>> = {
  help: helpStart,
  records: readRecords,
  weights: weightsFromJournal,
  audit: auditLogs,
  size: sizeOfBinary,
  fanout: fanOut,
  sandbox: sandboxRuns,
};

function describe({ deno, target, cpu, cores, load, noise }: Machine): string {
  const swing = `${noise.median.toFixed(1)} ms (${noise.min.toFixed(1)} to ${noise.max.toFixed(1)})`;
  const loads = load.map((value) => value.toFixed(1)).join(", ");
  return `Deno ${deno}, ${target}, ${cpu}, ${cores} cores, load ${loads}; the same computation took ${swing}`;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: "string", multiple: true },
      json: { type: "boolean" },
      records: { type: "string", default: "1000000" },
    },
  });
  const wanted = [...values.only ?? [], ...positionals];
  const names = wanted.length > 0 ? wanted : Object.keys(MEASURES);
  const unknown = names.find((name) => !Object.hasOwn(MEASURES, name));
  const records = Number(values.records);
  if (unknown !== undefined || !Number.isSafeInteger(records) || records < 1) {
    const what = unknown === undefined ? `${values.records} records` : `measure ${unknown}`;
    console.error(`There is no ${what}; measures are ${Object.keys(MEASURES).join(", ")}`);
    return 2;
  }
  const machine = lookAtMachine();
  if (!values.json) console.log(describe(machine));
  const measures: Record<string, unknown[]> = {};
  for (const name of names) {
    const start = performance.now();
    if (!values.json) console.log(`\n${name}`);
    const figures = await MEASURES[name]!({ records });
    measures[name] = figures.map((figure) => ({ ...figure, ...spread(figure.values), reached: reached(figure) }));
    if (values.json) continue;
    if (figures.length === 0) console.log("  not measured: build/af is not there, deno task compile makes it");
    const width = Math.max(...figures.map((figure) => figure.name.length));
    for (const figure of figures) console.log(line(figure, width));
    console.log(`  (took ${((performance.now() - start) / 1000).toFixed(0)} s)`);
  }
  if (values.json) console.log(JSON.stringify({ machine, measures }, null, 2));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
