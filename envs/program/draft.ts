/** What a family of programs hands over: a program with open ends, its meaning in English and inputs for it. @module */
import type { Random } from "../../core/base/random.ts";
import type { Block } from "./ast.ts";
import { readShared } from "./read.ts";
import { exact, List, type Value } from "./values.ts";

/** How a parameter is written on standard input: a line of its own, or a count and that many lines. */
export type ParamKind = "int" | "ints" | "text" | "words" | "lines";
/** How a result is printed: as it is, with spaces between, or one a line. */
export type ResultKind = "int" | "text" | "ints" | "words" | "lines";
/** An argument; a list where the kind is of many. */
export type Arg = bigint | string | readonly bigint[] | readonly string[];

/** One input of a program. */
export interface Param {
  readonly name: string;
  readonly kind: ParamKind;
  /** What it is, such as `an integer` or `integers separated by spaces`; begins small. */
  readonly say: string;
  /** Whether there is one line at least. @default {false} */
  readonly some?: boolean;
}

/** A program of which only the frame (script or function) is open. */
export interface Draft {
  /** Name of the function, where it is called. */
  readonly name: string;
  readonly params: readonly Param[];
  /** Python: functions and constants that stand above; empty where there are none. */
  readonly helpers: string;
  /** Python: from the parameters to the names that `result` uses; empty where there is nothing to do. */
  readonly body: string;
  /** Python: the expression of the result. */
  readonly result: string;
  readonly resultKind: ResultKind;
  /** English: what stands before the rules, where they are no steps in order. */
  readonly lead?: string;
  /** English, in order, each a full sentence. */
  readonly rules: readonly string[];
  /** English: what the result is, such as `the final numbers`; begins small. */
  readonly output: string;
  /** An ordinary input. */
  typical(random: Random): Arg[];
  /** Inputs at the borders of what the text allows. */
  edges(random: Random): Arg[][];
  /** Bodies of which each is a plausible mistake, such as one without a step; no right solution is among them. */
  readonly wrong: readonly string[];
}

/** Script with standard input, or function that is called. */
export type Style = "stdin" | "call";

/** The program of a draft, or of a variant of its body. */
export function programOf(draft: Draft, style: Style, body: string = draft.body): Block {
  const { helpers, params, name } = draft;
  if (style === "stdin") {
    return [helpers, ...params.map(readParam), body, printResult(draft)].flatMap(readShared);
  }
  const inner = [...readShared(body), ...readShared(`return ${draft.result}`)];
  return [...readShared(helpers), { k: "def", name, params: params.map((param) => param.name), body: inner }];
}

function readParam({ name, kind }: Param): string {
  switch (kind) {
    case "int":
      return `${name} = int(input())`;
    case "ints":
      return `${name} = [int(part) for part in input().split()]`;
    case "text":
      return `${name} = input()`;
    case "words":
      return `${name} = input().split()`;
    case "lines":
      return `${name} = [input() for _ in range(int(input()))]`;
  }
}

function printResult({ result, resultKind }: Draft): string {
  if (resultKind === "lines") return `for line in ${result}:\n    print(line)`;
  return resultKind === "ints" || resultKind === "words" ? `print(*${result})` : `print(${result})`;
}

/** The standard input that holds the arguments. */
export function stdinOf(draft: Draft, args: readonly Arg[]): string {
  return draft.params.map(({ kind }, i) => {
    const arg = args[i]!;
    if (kind === "lines") return [(arg as readonly string[]).length, ...arg as readonly string[]].join("\n");
    return Array.isArray(arg) ? arg.join(" ") : String(arg);
  }).join("\n") + "\n";
}

/** The arguments as values of the evaluator. */
export function valuesOf(args: readonly Arg[]): Value[] {
  const value = (arg: bigint | string): Value => typeof arg === "bigint" ? exact(arg) : arg;
  return args.map((arg) => typeof arg === "object" ? new List(arg.map(value)) : value(arg));
}
