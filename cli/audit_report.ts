/** The report of an audit for people. @module */
import type { AuditedLog, AuditReport } from "../core/flow/audit/report.ts";
import type { Column, Print } from "./print.ts";
import { clean } from "./width.ts";

/** Prints a report. */
export function printReport(print: Print, report: AuditReport): void {
  if (print.json) return print.data(report);
  const { block, netuid, profile, logs, differences, notes, failures } = report;
  print.text(`Subnet ${netuid} at block ${block}, parameters ${profile}`);
  if (logs.length > 0) print.table(COLUMNS, logs);
  const lines: string[] = [];
  for (const log of logs) lines.push(...graded(log));
  if (report.compared > 0) {
    lines.push(`Pass rates of ${report.compared} pairs of validator and contender were compared between validators`);
  }
  const { agreement } = report;
  if (agreement.compared > 0) {
    const { compared, same, first } = agreement;
    const groups = first?.groups.map((group) => group.join(", ")).join("; otherwise ");
    lines.push(
      `Epochs that several validators published: ${compared}, of which ${same} are the same to the byte` +
        (first ? `; epoch ${first.epoch} is the first that is not: ${groups}` : ""),
    );
  }
  for (const text of notes) lines.push(`Note: ${text}`);
  for (const { validator, rule, text, count } of differences) {
    const more = count > 1 ? ` (the first of ${count})` : "";
    lines.push(`DIFFERS ${validator}, ${rule}: ${text}${more}`);
  }
  for (const text of failures) lines.push(`NOT AUDITED: ${text}`);
  lines.push(VERDICTS[report.verdict]);
  // Sentences hold what strangers wrote: none of them may begin a line of its own.
  print.text(lines.map((line) => clean(line)).join("\n"));
}

const VERDICTS: Readonly<Record<AuditReport["verdict"], string>> = {
  agrees: "Everything that was looked at agrees",
  differs: "There are differences",
  incomplete: "No difference was found, but the audit could not be finished",
};

const COLUMNS: readonly Column<AuditedLog>[] = [
  { title: "VALIDATOR", cell: (log) => log.validator },
  { title: "WINDOWS", cell: ({ windows }) => windows === null ? "-" : `${windows[0]}-${windows[1]}` },
  { title: "BATCHES", cell: (log) => String(log.batches), align: "right" },
  { title: "RECORDS", cell: (log) => String(log.records), align: "right" },
  { title: "ROUNDS", cell: (log) => String(log.rounds), align: "right" },
  { title: "EPOCHS", cell: ({ epochs }) => `${epochs.decided}/${epochs.published}`, align: "right" },
  { title: "FACTS", cell: ({ epochs }) => String(epochs.facts), align: "right" },
  { title: "WEIGHTS", cell: ({ epochs }) => String(epochs.weights), align: "right" },
  { title: "HEADS", cell: (log) => String(log.earlierHeads + 1), align: "right" },
];

/** How the answers of a log were graded again. */
function graded({ validator, graded, isCut }: AuditedLog): string[] {
  const parts = graded.map(({ env, answers, graded, unsure, wrongAtMost }) => {
    const rest = graded + unsure < answers && wrongAtMost < 1
      ? `, with 95 % confidence at most ${(100 * wrongAtMost).toFixed(2)} % of the others are wrong`
      : "";
    return `${env} ${graded} of ${answers} answers${unsure > 0 ? ` (${unsure} at a limit of time)` : ""}${rest}`;
  });
  const lines = parts.length > 0 ? [`Graded again, of ${validator}: ${parts.join("; ")}`] : [];
  return isCut ? [...lines, `The log of ${validator} was not read to its end`] : lines;
}
