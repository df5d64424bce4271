/**
 * Runs submissions by the evaluator, for tests and tools that have no sandbox. It knows only the part of Python that tasks are made of:
 * enough for reference programs and their mutants, never for grading a model.
 * @module
 */
import {
  type CaseResult,
  ENDED_WELL,
  type ProgramCase,
  type Submission,
  type SubmissionResult,
} from "../../core/port/sandbox.ts";
import { encode } from "./encode.ts";
import { load, type Run, type Runnable } from "./evaluate.ts";
import { read } from "./read.ts";
import { exact, List, type Value } from "./values.ts";

/** What became of a submission. A source that is not of the known part ends with a SyntaxError, as far as this can tell. */
export function runHere(submission: Submission): SubmissionResult {
  let program: Runnable;
  try {
    program = load(read(submission.source));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "ran", cases: submission.cases.map(() => result({ exit: 1, exception: "SyntaxError" })) };
  }
  return { kind: "ran", cases: submission.cases.map((one) => caseResult(one, program)) };
}

function caseResult(one: ProgramCase, program: Runnable): CaseResult {
  const run: Run = one.kind === "stdin" ? program.stdin(one.stdin) : program.call(one.function, argumentsOf(one.args));
  if (run.kind === "outside") return result({ exit: 1, exception: "OutsideError" });
  if (run.kind === "raised") return result({ stdout: run.stdout, exit: 1, exception: run.exception });
  return result({ stdout: run.stdout, value: one.kind === "call" ? encode(run.value) : null });
}

function result(part: Partial<CaseResult>): CaseResult {
  return { ...ENDED_WELL, ...part };
}

/** The values of a JSON text of lists, texts and integers: what tasks pass to functions. */
export function argumentsOf(json: string): Value[] {
  // As text first: an integer keeps every digit. A text is left alone by the first alternative.
  const marked = json.replaceAll(
    /"(?:[^"\\]|\\.)*"|-?\d+/g,
    (found) => found.startsWith('"') ? found : `{"int":"${found}"}`,
  );
  const value = (one: unknown): Value => {
    if (typeof one === "string" || typeof one === "boolean" || one === null) return one;
    if (Array.isArray(one)) return new List(one.map(value));
    return exact(BigInt((one as { int: string }).int));
  };
  return (JSON.parse(marked) as unknown[]).map(value);
}
