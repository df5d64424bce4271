/** What an audit costs: every record verified, its task made again, its answer graded again, its epochs decided again. @module */
import { runModule } from "./child.ts";
import type { AuditRun } from "./audit_run.ts";
import { digits, type Figure } from "./figure.ts";

/** Share of the records of `--records` in the larger log: its tasks take minutes to make. */
const SHARE = 0.08;

/** Records a CPU second, and whether memory grows with their number. */
export async function auditLogs({ records }: { readonly records: number }): Promise<Figure[]> {
  const large = await auditOf(records * SHARE), small = await auditOf(records * SHARE / 4);
  const minutes = records / (large.records / large.cpu) / 2 / 60;
  return [
    {
      name: "audit: records a CPU second",
      unit: "records",
      values: [large.records / large.cpu],
      note:
        `${large.records} records, ${large.graded} answers graded again (all but deductions), verdict ${large.verdict}; ` +
        `${digits(minutes)} minutes for ${records} on two cores`,
    },
    { name: "  seconds by the clock", unit: "s", values: [large.wall] },
    {
      name: "  peak memory",
      unit: "MB",
      values: [large.rss / 1e6],
      note: `${digits(small.rss / 1e6)} MB for ${small.records} records`,
    },
  ];
}

async function auditOf(records: number): Promise<AuditRun> {
  const directory = await Deno.makeTempDir({ prefix: "af-bench-audit-" });
  try {
    const { head } = await runModule<{ head: string }>("audit_run.ts", [
      "make",
      directory,
      String(Math.round(records)),
    ]);
    const run = await runModule<AuditRun>("audit_run.ts", ["audit", directory, head]);
    if (run.verdict !== "agrees") throw new Error(`The audited log does not agree: ${run.text}`);
    return run;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
