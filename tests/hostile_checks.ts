/** What the case of an attack must look like in the sandbox. Names say what is required. @module */
import type { CaseResult, LimitHit } from "../core/port/sandbox.ts";
import type { Check } from "./hostile_entry.ts";

/** It was ended by one of these limits. */
export function limited(...limits: LimitHit[]): Check {
  return (result) => limits.includes(result.limit!) ? null : `ended by ${how(result)}, not by ${limits.join(" or ")}`;
}

/** It was ended by a limit of time. */
export const timedOut: Check = limited("wall", "cpu", "submission");

/** Each of these or no limit is right: it depends on where the stack or the memory of this machine ends. */
export function oneOf(...checks: Check[]): Check {
  return (result) => {
    const wrong = checks.map((check) => check(result));
    return wrong.includes(null) ? null : wrong.join("; ");
  };
}

/** It ended with this exception, or one of these. */
export function raised(...names: string[]): Check {
  return (result) => names.includes(result.exception) ? null : `ended by ${how(result)}, not by ${names.join(" or ")}`;
}

/** It ended by itself, with this exit code. */
export function exited(code: number): Check {
  return (result) => result.exit === code && result.limit === null ? null : `ended by ${how(result)}, not with ${code}`;
}

/** It was refused memory: by an exception that it saw, or by the limit. */
export const outOfMemory: Check = oneOf(
  raised("MemoryError", "RangeError", "OverflowError"),
  limited("guest memory", "heap", "resident memory", "process"),
);

/** Its output was cut. */
export const cut: Check = (result) => result.truncated ? null : `its output was not cut (${how(result)})`;

/** It printed this on a line of its own. */
export function printed(line: string): Check {
  return ({ stdout, stderr }) =>
    stdout.split("\n").includes(line) ? null : `printed ${JSON.stringify((stdout + stderr).slice(-300))}`;
}

/** All of them. */
export function all(...checks: Check[]): Check {
  return (result) => {
    for (const check of checks) {
      const wrong = check(result);
      if (wrong !== null) return wrong;
    }
    return null;
  };
}

/** How a case ended, in a few words. */
export function how(result: CaseResult): string {
  if (result.limit !== null) return `limit ${result.limit}`;
  if (result.exception !== "") return result.exception.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, "?");
  return `exit ${result.exit}`;
}
