/** The table of `af simulate`: a row for each scenario and question, a column for each rule. @module */
import type { Mean, Probability } from "../core/sim/stats.ts";
import type { Summary } from "../core/sim/summary.ts";
import type { Scenario } from "../core/sim/types.ts";
import type { Column } from "./print.ts";

/** A row: one question about one scenario. */
export interface TableRow {
  readonly scenario: string;
  readonly title: string;
  readonly question: string;
  readonly cells: readonly string[];
}

/** Rows of the table: shares of the sides (whoever attacks first), then whether and when the winner wins. */
export function rowsOf(
  scenarios: readonly Scenario[],
  rules: readonly string[],
  summaries: readonly Summary[],
): TableRow[] {
  return scenarios.flatMap((scenario) => {
    const cells = (make: (summary: Summary) => string) =>
      rules.map((rule) => {
        const found = summaries.find((one) => one.scenario === scenario.id && one.rule === rule);
        return found && found.runs > 0 ? make(found) : "";
      });
    const rows = scenario.sides.map((side) => ({
      question: `share of ${side}`,
      cells: cells(({ shares, paid }) => share(shares[side]!, paid[side]!)),
    }));
    if (scenario.winner !== undefined) {
      rows.push({ question: `P(${scenario.winner} wins)`, cells: cells(({ wins }) => probability(wins!)) });
      rows.push({ question: "rounds, p50/p90", cells: cells(({ time }) => time ? `${time.median}/${time.p90}` : "-") });
    }
    return rows.map((row, i) => ({
      scenario: i === 0 ? scenario.id : "",
      title: i === 0 ? scenario.title : "",
      ...row,
    }));
  });
}

/** Columns of the table. */
export function columnsOf(rules: readonly string[]): Column<TableRow>[] {
  return [
    { title: "SCENARIO", cell: (row) => row.scenario },
    { title: "WHAT IS TRIED", cell: (row) => row.title, shrink: true },
    { title: "", cell: (row) => row.question },
    ...rules.map((rule, i): Column<TableRow> => ({ title: rule.toUpperCase(), cell: (row) => row.cells[i]! })),
  ];
}

/** A share with its standard error, and how often it was anything at all. */
export function share({ mean, error }: Mean, paid: Probability): string {
  if (paid.hits === 0) return `0 (P<${number(paid.high)})`;
  return `${number(mean)}±${number(error)} (P ${number(paid.p)})`;
}

/** A probability with its interval. */
export function probability({ p, low, high }: Probability): string {
  return `${number(p)} [${number(low)},${number(high)}]`;
}

/** As the specification writes shares: `.057`, `0`, `1`. */
export function number(value: number): string {
  const text = value.toFixed(3).replace(/0+$/, "").replace(/\.$/, "");
  return text.replace(/^(-?)0\./, "$1.");
}
