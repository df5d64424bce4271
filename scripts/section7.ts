/**
 * Plays the rows of mechanism section 7 for R1, R2, R4 and S1 and puts what came of it beside what is published.
 * `deno run -A scripts/section7.ts [--runs N] [--rows TEXT] [--rules r1,r4]`; prints a table for docs/simulation_reference.md.
 * @module
 */
import { parseArgs } from "node:util";
import { r1 } from "../core/sim/rules/r1.ts";
import { r2 } from "../core/sim/rules/r2.ts";
import { r4 } from "../core/sim/rules/r4.ts";
import { s1 } from "../core/sim/rules/s1.ts";
import { COLUMNS, type Row, SECTION7 } from "../core/sim/scenarios/section7.ts";
import { compare, measure } from "../core/sim/scenarios/section7_measure.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    rows: { type: "string", default: "" },
    rules: { type: "string", default: COLUMNS.join(",") },
  },
});

const started = performance.now();
console.log(
  "| row | kind | rule | published | reproduced | standard error | difference |\n|---|---|---|---|---|---|---|",
);
for (const row of SECTION7) {
  if (!row.scenario.id.includes(values.rows) && !row.scenario.title.includes(values.rows)) continue;
  for (const rule of [r1, r2, r4, s1]) {
    if (values.rules.split(",").includes(rule.id)) print(row, rule);
  }
}
console.error(`${((performance.now() - started) / 1000).toFixed(0)} s`);

function print(row: Row, rule: typeof r1): void {
  const column = COLUMNS.indexOf(rule.id as typeof COLUMNS[number]);
  const published = { share: row.share, paid: row.paid, won: row.won, median: row.median };
  if (Object.values(published).every((cells) => (cells?.[column] ?? null) === null)) return;
  const measured = measure(row, rule, Number(values.runs));
  for (const kind of ["share", "paid", "won", "median"] as const) {
    const value = published[kind]?.[column] ?? null;
    if (value === null) continue;
    const { mean, error, difference } = compare(measured[kind], value, row.runs ?? 200);
    const digits = kind === "median" ? 0 : 3;
    const figures = [value, mean.toFixed(digits), error.toFixed(digits), difference.toFixed(1)];
    console.log(`| ${row.scenario.title.trim()} | ${kind} | ${rule.title} | ${figures.join(" | ")} |`);
  }
}
