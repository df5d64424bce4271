/**
 * Reads a row of the public set of programming problems (and of its relatives) into a problem, a reference program and cases.
 * Nothing in a row is trusted: what is missing, of a wrong kind or too large is one sentence.
 * @module
 */
import { errorText } from "../../core/base/errors.ts";
import { parseLiteral } from "../../core/dataset/literal.ts";
import type { RowMap, RowValue } from "../../core/port/dataset.ts";
import { DEFAULT_LIMITS } from "../../core/port/sandbox.ts";
import { lastFence } from "./fence.ts";
import { literalText } from "./literal_text.ts";

/** One case: what a program reads and must print, or what a function is called with and must return. */
export type RowCase =
  | { readonly kind: "stdin"; readonly stdin: string; readonly stdout: string }
  /** `args` is the JSON text of the list of arguments. A call may return any one of `anyOf`. */
  | { readonly kind: "call"; readonly args: string; readonly anyOf: readonly RowValue[] };

/** A row that can be asked and graded. All its cases are of one kind. */
export interface ProgramRow {
  readonly problem: string;
  /** The reference program, without fences. */
  readonly program: string;
  /** Name of the function that is called; empty where programs read the standard input. */
  readonly function: string;
  readonly cases: readonly RowCase[];
}

/** A row, or one sentence (without a place) that says why it cannot be used. */
export type ReadRow = { readonly row: ProgramRow } | { readonly problem: string };

/** Longest problem, in characters: a prompt that no model can be asked is no task. */
const PROBLEM_CHARACTERS = 65_536;
/** Names that today's rows and their relatives use, the present one first. */
const NAMES = {
  problem: ["prompt", "problem", "question"],
  program: ["program", "gold_standard_solution", "solution"],
  cases: ["verification_info", "test_cases"],
  inputs: ["inputs", "input"],
  outputs: ["outputs", "output"],
} as const;

/** Something in a row that makes it useless. */
class BadRow extends Error {}

/** Reads one row. Never throws. */
export function readProgramRow(source: RowMap): ReadRow {
  try {
    const problem = text(source, "problem");
    if (problem.length > PROBLEM_CHARACTERS) {
      throw new BadRow(`The problem is longer than ${PROBLEM_CHARACTERS} characters`);
    }
    const given = text(source, "program");
    const program = lastFence(given, ["", "python", "py", "python3"])?.code ?? given;
    if (size(program) > DEFAULT_LIMITS.sourceBytes) {
      throw new BadRow(`The program is larger than ${DEFAULT_LIMITS.sourceBytes} bytes`);
    }
    const { cases, names } = casesOf(source);
    if (cases.length === 0) throw new BadRow("The row has no cases");
    if (cases.length > DEFAULT_LIMITS.cases) throw new BadRow(`The row has more than ${DEFAULT_LIMITS.cases} cases`);
    if (names.size > 1) throw new BadRow("The cases call different functions, or only some of them call one");
    const [name = ""] = names;
    return { row: { problem: problem.trim(), program, function: name, cases } };
  } catch (thrown) {
    if (thrown instanceof BadRow) return { problem: thrown.message };
    throw thrown;
  }
}

function text(source: RowMap, what: "problem" | "program"): string {
  const value = first(source, NAMES[what]);
  if (typeof value === "string" && value.trim() !== "") return value;
  const names = NAMES[what].map((name) => JSON.stringify(name)).join(", ");
  throw new BadRow(`The row has no ${what}: a text under one of ${names}`);
}

function first(map: RowMap, names: readonly string[]): RowValue | undefined {
  return names.map((name) => map.get(name)).find((value) => value !== undefined && value !== null);
}

interface Cases {
  readonly cases: RowCase[];
  /** The functions that are called; an empty name stands for the standard input. */
  readonly names: ReadonlySet<string>;
}

/** Cases as a list of cases, as lists of inputs and outputs, or as the row's one example. Texts may hold any of them, even nested. */
function casesOf(source: RowMap): Cases {
  let info: RowValue = first(source, NAMES.cases) ?? source;
  for (let unpacked = 0; unpacked < 4; unpacked++) {
    if (typeof info === "string") info = written(info);
    if (info instanceof Map) {
      const inner = first(info, ["test_cases"]);
      if (inner === undefined) break;
      info = inner;
    } else break;
  }
  if (Array.isArray(info)) return collect(info.map((one) => readCase(one)));
  if (info instanceof Map) return collect(fromLists(info));
  throw new BadRow("The cases are neither a list nor lists of inputs and outputs");
}

function collect(read: readonly { name: string; one: RowCase }[]): Cases {
  return { cases: read.map(({ one }) => one), names: new Set(read.map(({ name }) => name)) };
}

function written(source: string): RowValue {
  try {
    return parseLiteral(source);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new BadRow(`The cases are neither JSON nor a Python literal: ${errorText(thrown)}`);
  }
}

/** `{"type": "stdin_stdout" | "function_call", "input": …, "output": …, "fn_name": …}`. */
function readCase(value: RowValue): { name: string; one: RowCase } {
  if (!(value instanceof Map)) throw new BadRow("A case is no object");
  const kind = value.get("type");
  if (kind !== "stdin_stdout" && kind !== "function_call") {
    throw new BadRow(`A case is of the unknown type ${shown(kind)}; known are stdin_stdout and function_call`);
  }
  const input = value.get("input");
  const output = value.get("output");
  if (input === undefined || output === undefined) throw new BadRow("A case has no input or no output");
  // A call may return None, but a program prints something.
  if (kind === "stdin_stdout" && output === null) throw new BadRow("A case says nothing of what is to be printed");
  if (kind === "stdin_stdout") return { name: "", one: stdinCase(input, output) };
  return { name: functionName(value.get("fn_name")), one: callCase(input, output) };
}

/** `{"inputs": […], "outputs": […], "fn_name": …}`, or one input and one output as texts. */
function fromLists(map: RowMap): { name: string; one: RowCase }[] {
  const inputs = first(map, NAMES.inputs);
  const outputs = first(map, NAMES.outputs);
  if (inputs === undefined || outputs === undefined) throw new BadRow("The row has no cases");
  const name = map.get("fn_name") ?? null;
  if (typeof inputs === "string" && typeof outputs === "string" && name === null) {
    return [{ name: "", one: stdinCase(inputs, outputs) }];
  }
  if (!Array.isArray(inputs) || !Array.isArray(outputs) || inputs.length !== outputs.length) {
    throw new BadRow("The inputs and the outputs are not two lists of one length");
  }
  return inputs.map((input, i) =>
    name === null
      ? { name: "", one: stdinCase(input, outputs[i]!) }
      : { name: functionName(name), one: callCase(input, outputs[i]!) }
  );
}

/** The reference ends an input with a line feed, and programs were written against that. */
function stdinCase(input: RowValue, output: RowValue): RowCase {
  const stdin = lines(input);
  const stdout = lines(output);
  if (size(stdin) >= DEFAULT_LIMITS.inputBytes) {
    throw new BadRow(`An input is larger than ${DEFAULT_LIMITS.inputBytes} bytes`);
  }
  if (size(stdout) > DEFAULT_LIMITS.outputBytes) {
    throw new BadRow(
      `An expected output is larger than ${DEFAULT_LIMITS.outputBytes} bytes, more than a program may print`,
    );
  }
  return { kind: "stdin", stdin: stdin.endsWith("\n") ? stdin : `${stdin}\n`, stdout };
}

/** A list of lines is a text; everything else that is no text stands as JSON. */
function lines(value: RowValue): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(lines).join("\n") : literalText(value);
}

function functionName(value: RowValue | undefined): string {
  if (typeof value === "string" && /^[A-Za-z_]\w{0,99}$/.test(value)) return value;
  throw new BadRow(`A case calls ${shown(value)}, which is no name of a function`);
}

/** Rows wrap what is expected in a list of one element more often than not, and nothing tells which do: both count. */
function callCase(input: RowValue, output: RowValue): RowCase {
  if (!Array.isArray(input)) throw new BadRow("The input of a call is no list of arguments");
  if (!isJson(input)) throw new BadRow("An argument of a call is nothing that JSON can say");
  const args = literalText(input);
  if (size(args) > DEFAULT_LIMITS.inputBytes) {
    throw new BadRow(`An input is larger than ${DEFAULT_LIMITS.inputBytes} bytes`);
  }
  return { kind: "call", args, anyOf: Array.isArray(output) && output.length === 1 ? [output, output[0]!] : [output] };
}

function isJson(value: RowValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return !(value instanceof Map) || [...value].every(([key, item]) => typeof key === "string" && isJson(item));
}

function shown(value: RowValue | undefined): string {
  return value === undefined ? "nothing" : literalText(value).slice(0, 60);
}

function size(source: string): number {
  return new TextEncoder().encode(source).length;
}
