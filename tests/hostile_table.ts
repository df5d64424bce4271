/** The table of the hostile corpus: what each attack did without the sandbox, and how it ended in it. @module */
import { how } from "./hostile_checks.ts";
import type { Outcome } from "./hostile_run.ts";

/** The table as lines of text; `natives` has what is known of an attack without the sandbox. */
export function table(outcomes: readonly Outcome[], natives: (outcome: Outcome) => string): string[] {
  const rows = outcomes.map((outcome) => {
    const { attack, result, problems } = outcome;
    return [
      attack.language === "python" ? "py" : attack.language === "javascript" ? "js" : "ts",
      attack.subject,
      attack.name,
      result === null ? "refused" : how(result),
      result === null ? "" : `${Math.round(result.wallMs)}`,
      natives(outcome),
      problems.length === 0 ? "contained" : "NOT CONTAINED",
    ];
  });
  const all = [["", "subject", "attack", "ended by", "wall ms", "without the sandbox", "in it"], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all.map((row) =>
    row.map((cell, i) => i === 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join("  ").trimEnd()
  );
}

/** How many attacks of each language and subject there are. */
export function counts(outcomes: readonly Outcome[]): string[] {
  const found = new Map<string, number>();
  for (const { attack } of outcomes) {
    const key = `${attack.language} ${attack.subject}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  return [...found].map(([key, count]) => `${key}: ${count}`);
}
