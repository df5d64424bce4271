/** What it costs to read, verify and count a record of 2 KB that came in a signed batch. @module */
import { runModule } from "./child.ts";
import { digits, type Figure } from "./figure.ts";
import type { RecordsRun } from "./records_run.ts";

const BATCHES = 12;
const CONTENDERS = 256;

/** CPU of a record, in parts, and whether memory grows with their number. */
export async function readRecords(): Promise<Figure[]> {
  const run = await runModule<RecordsRun>("records_run.ts", [String(BATCHES), String(CONTENDERS)], {
    flags: ["--v8-flags=--expose-gc"],
  });
  const part = (name: string, values: readonly number[]): Figure => ({ name: `  ${name}`, unit: "µs CPU", values });
  // The first batch also pays for compiling the code.
  const warm = run.all.slice(1);
  const first = 2;
  const grown = (run.held.at(-1)! - run.held[first]!) / ((BATCHES - 1 - first) * run.perBatch);
  return [
    {
      name: "read, verify, tally a record",
      unit: "µs CPU",
      values: warm,
      goal: { most: 30 },
      note: `${digits(run.bytes)} bytes each, ${run.perBatch} a batch; the first batch ${digits(run.all[0]!)}`,
    },
    { name: "  records a CPU second", unit: "records", values: warm.map((each) => 1e6 / each) },
    part("read: file, UTF-8, lines", run.read.slice(1)),
    part("verify: all of verifyBatch", run.verify.slice(1)),
    part("  of it Merkle root", run.merkle.slice(1)),
    part("  of it parse, check, spell", run.parse.slice(1)),
    part("tally: outcomes and bits", run.tally.slice(1)),
    {
      name: "memory held per record counted",
      unit: "bytes",
      values: [grown],
      goal: { most: 20 },
      note: `${BATCHES * run.perBatch} records; flat = a hundredth of a record, the tally keeps some bits of each`,
    },
  ];
}
