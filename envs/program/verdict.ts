/**
 * What a person would say of a program's run: did every case give what was expected? Trailing white space of lines and at the end, and
 * the kind of line ends do not matter, everything else does. Shared by all environments that run programs.
 * @module
 */
import { EnvError } from "../../core/base/errors.ts";
import type { CaseResult, SubmissionResult } from "../../core/port/sandbox.ts";
import { valueKey, type ValueOptions } from "./value_text.ts";

/** What one case must give: a text on the standard output, or the value of a call in the JSON encoding of core/port/sandbox.ts. */
export type Expected =
  | { readonly kind: "stdout"; readonly stdout: string }
  | { readonly kind: "value"; readonly value: string };

/** Whether every case passed, and one sentence for people. */
export interface Verdict {
  readonly passed: boolean;
  readonly reason: string;
}

/**
 * Judges what ran. Output on the standard error alone is no failure; a non-zero exit, any limit and a cut output are.
 * @throws {EnvError} if an expectation is of an unknown kind or unreadable, there is none, or another number of cases ran than was asked
 * for: such a run can never be a pass, and no program can cause it.
 */
export function judge(expected: readonly Expected[], ran: SubmissionResult, options: ValueOptions = {}): Verdict {
  const checks = expected.map((one) => check(one, options));
  if (checks.length === 0) throw new EnvError("A task without cases cannot be graded", { code: "no_cases" });
  if (ran.kind === "refused") return { passed: false, reason: `The program was refused: ${line(ran.reason)}` };
  if (ran.kind !== "ran") throw new EnvError("The sandbox answered neither ran nor refused", { code: "unknown_case" });
  if (ran.cases.length !== checks.length) {
    throw new EnvError(`The sandbox ran ${ran.cases.length} cases, not ${checks.length}`, { code: "case_count" });
  }
  for (const [i, result] of ran.cases.entries()) {
    const failure = broken(result) ?? checks[i]!(result);
    if (failure !== null) return { passed: false, reason: `Case ${i + 1} of ${checks.length} ${failure}` };
  }
  return { passed: true, reason: `All ${checks.length} cases pass` };
}

/** Whether two outputs are the same to a reader. */
export function sameOutput(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** Whether two values in the JSON encoding of core/port/sandbox.ts are equal; unreadable ones equal nothing. See {@linkcode valueKey}. */
export function sameValue(a: string, b: string, options: ValueOptions = {}): boolean {
  try {
    return valueKey(a, options) === valueKey(b, options);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Checks that what is expected can be read, before any result is looked at. */
function check(expected: Expected, options: ValueOptions): (result: CaseResult) => string | null {
  switch (expected.kind) {
    case "stdout": {
      const want = plain(expected.stdout);
      return ({ stdout }) => plain(stdout) === want ? null : "printed another text";
    }
    case "value": {
      const { value } = expected;
      if (!sameValue(value, value, options)) {
        throw new EnvError("The expected value of a case cannot be read", { code: "unknown_case" });
      }
      return (result) => {
        if (result.value === null) return "returned nothing that can be read";
        return sameValue(result.value, value, options) ? null : "returned another value";
      };
    }
    default: {
      const kind = JSON.stringify((expected as { kind?: unknown }).kind) ?? "none";
      throw new EnvError(`A case expects something of the unknown kind ${kind.slice(0, 40)}`, { code: "unknown_case" });
    }
  }
}

/** Why a case failed whatever it printed; null if it ended well. */
function broken(result: CaseResult): string | null {
  if (result.limit !== null) return `hit a limit: ${result.limit}`;
  if (result.truncated) return "printed more than is kept";
  if (result.exit !== 0) {
    const exception = line(result.exception);
    return exception === "" ? `ended with exit code ${result.exit}` : `ended with ${exception}`;
  }
  return null;
}

/** A text with one kind of line end and without trailing white space. */
function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").split("\n").map((one) => one.trimEnd()).join("\n").trimEnd();
}

/** The program's own words, fit for one sentence. */
function line(text: string): string {
  return text.slice(0, 400).replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim().slice(0, 80);
}
