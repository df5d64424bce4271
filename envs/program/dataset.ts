/**
 * The environment `program/dataset`: rows of a public set of programming problems. Its tasks are known to everybody and never change,
 * so it is marked as static: it is for `af eval` only and never takes part in weights.
 * @module
 */
import { EnvError } from "../../core/base/errors.ts";
import { sha256Hex } from "../../core/base/hash.ts";
import type { DatasetRow, RowSource } from "../../core/port/dataset.ts";
import type { Environment, Grade, RequestShape, Task } from "../../core/port/environment.ts";
import type { CaseResult, ProgramCase, Submission, SubmissionResult } from "../../core/port/sandbox.ts";
import { draw, type DrawOptions } from "../mix.ts";
import { type ProgramRow, readProgramRow, type RowCase } from "./dataset_row.ts";
import { returns } from "./dataset_value.ts";
import { lastFence } from "./fence.ts";
import { literalText } from "./literal_text.ts";
import { type Expected, judge, sameValue } from "./verdict.ts";

/** Changes with prompts and grading. */
const VERSION = "1";
const ID = "program/dataset";
const GENERATORS = ["stdin", "call"] as const;
/** Languages that a block may name. */
const TAGS = ["", "python", "py", "python3"] as const;
const REQUEST: RequestShape = { system: "", temperature: 0, maxTokens: 4096 };

/** Options of {@linkcode datasetEnvironment}. */
export interface DatasetOptions {
  /** @default {"program/dataset"} */
  readonly id?: string;
}

/**
 * An environment made from rows. Its version holds a digest of them: other rows are another environment. A task is a row that the
 * seed chooses; where there are no rows, `generate` says so.
 */
export function datasetEnvironment(rows: readonly ProgramRow[], options: DatasetOptions = {}): Environment<ProgramRow> {
  const id = options.id ?? ID;
  const version = rows.length === 0 ? VERSION : `${VERSION}-${digest(rows)}`;
  const kinds = GENERATORS.map((name) => ({ name, rows: rows.filter((row) => generatorOf(row) === name) }));
  const slots = kinds.filter((kind) => kind.rows.length > 0)
    .map((kind) => ({ level: 0, generator: kind.name, weight: kind.rows.length }));
  return {
    id,
    version,
    static: true,
    title: "Programming problems of a public set, from a file",
    levels: ["as the rows come"],
    generators: [...GENERATORS],
    request: REQUEST,
    generate(seed: Uint8Array, drawOptions: DrawOptions = {}): Task<ProgramRow> {
      if (slots.length === 0) throw new EnvError(`Environment ${id} has no rows: give it some`, { code: "no_rows" });
      const { level, generator, random } = draw({ id, version, slots }, seed, drawOptions);
      const key = random.pick(kinds.find((kind) => kind.name === generator)!.rows);
      return { env: id, version, level, generator, prompt: promptOf(key), key };
    },
    submission,
    grade,
    solve: (task) => fenced(task.key.program),
  };
}

/** Rows that were read, and how many there were in all. */
export interface ReadRows {
  readonly rows: readonly ProgramRow[];
  /** A sentence with its place for each row that cannot be used. */
  readonly problems: readonly string[];
}

/** Reads a source to its end, or until there are `limit` usable rows. */
export async function readProgramRows(source: RowSource, limit = Infinity): Promise<ReadRows> {
  const rows: ProgramRow[] = [];
  const problems: string[] = [];
  if (limit <= 0) return { rows, problems };
  for await (const one of source.rows()) {
    const read = readOne(one);
    if ("row" in read) rows.push(read.row);
    else problems.push(`${one.at}: ${read.problem}`);
    if (rows.length >= limit) break;
  }
  return { rows, problems };
}

function readOne(one: DatasetRow): ReturnType<typeof readProgramRow> {
  return "row" in one ? readProgramRow(one.row) : { problem: one.problem };
}

function digest(rows: readonly ProgramRow[]): string {
  const text = rows.map(({ problem, program, function: name, cases }) =>
    sha256Hex(JSON.stringify([problem, program, name, cases.map(caseText)]))
  );
  return sha256Hex(text.join("\n")).slice(0, 12);
}

function caseText(one: RowCase): readonly string[] {
  return one.kind === "stdin" ? [one.stdin, one.stdout] : [one.args, ...one.anyOf.map(literalText)];
}

function generatorOf(row: ProgramRow): typeof GENERATORS[number] {
  return row.function === "" ? "stdin" : "call";
}

const PROGRAM =
  "Solve this with a complete Python 3 program. It reads all of its input from standard input and prints the " +
  "answer to standard output, and nothing else: no prompts, no explanations.";
const ANSWER =
  "Put the whole program into one fenced block that begins with ```python. The last such block of your answer " +
  "is what counts.";

function promptOf(row: ProgramRow): string {
  const how = row.function === ""
    ? PROGRAM
    : `Solve this with a Python 3 function named \`${row.function}\` that takes its ` +
      "input as arguments and returns the answer. It reads and prints nothing.";
  return `${row.problem}\n\n---\n${how} ${ANSWER}`;
}

/** Where solutions of such problems stand in a class, as in the set that the rows come from, its method is the function. */
function callable(program: string, name: string): string {
  if (name === "") return program;
  return `${program}\n\nif "${name}" not in globals() and "Solution" in globals():\n    ${name} = Solution().${name}\n`;
}

function submission(task: Task<ProgramRow>, answer: string): Submission | null {
  const program = lastFence(answer, TAGS)?.code.trim() ?? "";
  if (program === "") return null;
  const { function: name, cases } = task.key;
  return {
    language: "python",
    source: callable(program, name),
    cases: cases.map((one): ProgramCase =>
      one.kind === "stdin" ? { kind: "stdin", stdin: one.stdin } : { kind: "call", function: name, args: one.args }
    ),
  };
}

function grade(task: Task<ProgramRow>, answer: string, ran?: SubmissionResult): Grade {
  if (submission(task, answer) === null) {
    return { status: "unparsable", score: 0, reason: "The answer has no fenced block with a program" };
  }
  if (ran === undefined) throw new TypeError("The answer has a program, and nobody says what became of it");
  const results = ran.kind === "ran" ? ran.cases : [];
  const verdict = judge(task.key.cases.map((one, i) => expectedOf(one, results[i])), ran);
  return { status: "answered", score: verdict.passed ? 1 : 0, reason: verdict.reason };
}

/** What a case expects: of a call whatever it returned, if that is one of what may be returned. */
function expectedOf(one: RowCase, result: CaseResult | undefined): Expected {
  if (one.kind === "stdin") return { kind: "stdout", stdout: one.stdout };
  const value = result?.value ?? "0";
  // Only what reads as an encoded value can be right: a program may have written anything there.
  const right = sameValue(value, value) && one.anyOf.some((expected) => returns(value, expected));
  if (right) return { kind: "value", value };
  return { kind: "value", value: sameValue(value, "0") ? "1" : "0" };
}

/** A program in a block that no line of it closes. */
function fenced(program: string): string {
  const ticks = Math.max(2, ...[...program.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  return `${fence}python\n${program.trimEnd()}\n${fence}`;
}
