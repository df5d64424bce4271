/** Exit codes, and how a failure is told: the one place that maps errors to both. @module */
import { stripVTControlCharacters } from "node:util";
import { AfError, errorText } from "../core/base/errors.ts";

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What is said of a failure and the code that the program ends with. */
export interface Failure {
  readonly code: number;
  /** Lines for stderr, not redacted yet. */
  readonly lines: readonly string[];
}

/**
 * The end of a command that threw. An {@linkcode AfError} is one sentence (its code `usage` means 2), and from `-v` on
 * its causes and stack; anything else is a fault of af itself and says so.
 */
export function failure(thrown: unknown, verbosity = 0): Failure {
  const known = thrown instanceof AfError;
  const text = stripVTControlCharacters(errorText(thrown));
  const lines = [known ? `af: ${text}` : `af: Internal error: ${text}`];
  if (verbosity > 0) lines.push(...details(thrown));
  else if (!known) lines.push("This is a fault of af; run it again with -v and report what it prints");
  return { code: known && thrown.code === "usage" ? EXIT.usage : EXIT.failed, lines };
}

function details(thrown: unknown): string[] {
  const lines: string[] = [];
  let depth = 0;
  for (let error = thrown; error instanceof Error && depth < 8; error = error.cause, depth++) {
    if (depth > 0) lines.push(`  caused by ${error.name}: ${errorText(error)}`);
    const stack = error.stack?.split("\n").filter((line) => line.trimStart().startsWith("at ")) ?? [];
    lines.push(...stack.slice(0, 12));
  }
  return lines;
}
