/** Whether a draft is worth asking: runs it on its inputs and says why not. @module */
import type { Random } from "../../core/base/random.ts";
import { type Arg, definition, type Draft, script, stdinOf, valuesOf } from "./draft.ts";
import { encode } from "./encode.ts";
import { load, type Run, type Runnable } from "./evaluate.ts";
import { print } from "./printer.ts";
import { read } from "./read.ts";

/** Script with standard input, or function that is called. */
export type Style = "stdin" | "call";

/** Why a draft was not taken. */
export const REJECTIONS = [
  "raises",
  "outside",
  "constant",
  "identity",
  "dead input",
  "dead step",
  "empty",
  "long",
] as const;
/** One of {@linkcode REJECTIONS}, or of the environment's own. */
export type Rejection = typeof REJECTIONS[number] | "guessable";

/** An input with what the program makes of it. */
export interface Sample {
  readonly args: readonly Arg[];
  /** Printed text, or the JSON text of the returned value. */
  readonly out: string;
}

/** A draft that holds. */
export interface Probe {
  readonly draft: Draft;
  readonly style: Style;
  /** Python as it is printed. */
  readonly source: string;
  readonly typical: readonly Sample[];
  readonly edges: readonly Sample[];
}

const TYPICAL = 24;
/** Runs of ordinary inputs take far fewer steps. */
const STEPS = 50_000;
/** Inputs on which the absence of a step must show. */
const ENOUGH = 3;
const LONGEST_EXAMPLE = 600;

/** Tries a draft. */
export function probe(draft: Draft, style: Style, random: Random): Probe | Rejection {
  const typicalArgs = Array.from({ length: TYPICAL }, () => draft.typical(random));
  const edgeArgs = draft.edges(random);
  const source = print(read(style === "stdin" ? script(draft) : definition(draft)));
  const program = loader(draft, style, source);
  const typical: Sample[] = [];
  for (const args of typicalArgs) {
    const run = program(args);
    if (run.kind !== "ended") return run.kind === "raised" ? "raises" : "outside";
    typical.push({ args, out: run.out });
  }
  const edges: Sample[] = [];
  for (const args of edgeArgs) {
    const run = program(args);
    // What the text allows must not raise; what the evaluator cannot say is left out.
    if (run.kind === "raised") return "raises";
    if (run.kind === "ended") edges.push({ args, out: run.out });
  }
  const poor = poverty(draft, style, typical) ?? deadInput(draft, program, typical) ??
    deadStep(draft, style, typical, edges);
  return poor ?? { draft, style, source, typical, edges };
}

/** What a program makes of arguments. */
export type Outcome = { readonly kind: "ended"; readonly out: string } | Exclude<Run, { kind: "ended" }>;

/** A runner of a source in a style. */
export function loader(
  draft: Draft,
  style: Style,
  source: string,
  steps: number = STEPS,
): (args: readonly Arg[]) => Outcome {
  return outcomes(draft, style, load(read(source), steps));
}

/** The outcomes of a loaded program. */
export function outcomes(draft: Draft, style: Style, program: Runnable): (args: readonly Arg[]) => Outcome {
  return (args) => {
    const run = style === "stdin" ? program.stdin(stdinOf(draft, args)) : program.call(draft.name, valuesOf(args));
    if (run.kind !== "ended") return run;
    return { kind: "ended", out: style === "stdin" ? run.stdout : encode(run.value) };
  };
}

/** The source of a variant of the draft's body. */
export function variant(draft: Draft, style: Style, body: string): string {
  return style === "stdin" ? script(draft, body) : definition(draft, body);
}

function poverty(draft: Draft, style: Style, typical: readonly Sample[]): Rejection | null {
  const counts = new Map<string, number>();
  for (const { out } of typical) counts.set(out, (counts.get(out) ?? 0) + 1);
  if (counts.size < TYPICAL / 3 || Math.max(...counts.values()) > TYPICAL / 3) return "constant";
  const nothing = typical.filter(({ out }) => ["\n", "", "[]", '""'].includes(out)).length;
  if (nothing > TYPICAL / 8) return "empty";
  if (typical.some(({ args, out }) => out.length + stdinOf(draft, args).length > LONGEST_EXAMPLE)) return "long";
  const same =
    typical.filter(({ args, out }) =>
      out === (style === "stdin" ? stdinOf(draft, args) : valuesOf(args).map(encode).join(","))
    ).length;
  return same > TYPICAL / 8 ? "identity" : null;
}

/** A parameter that can be exchanged without a change of the result. */
function deadInput(
  draft: Draft,
  program: (args: readonly Arg[]) => Outcome,
  typical: readonly Sample[],
): Rejection | null {
  for (const at of draft.params.keys()) {
    let changes = 0;
    for (const [i, { args, out }] of typical.entries()) {
      const other = typical[(i + 1) % typical.length]!.args[at]!;
      const run = program(args.with(at, other));
      if (run.kind === "ended" && run.out !== out) changes++;
    }
    if (changes < typical.length / 4) return "dead input";
  }
  return null;
}

/** A step whose absence hardly shows. */
function deadStep(draft: Draft, style: Style, typical: readonly Sample[], edges: readonly Sample[]): Rejection | null {
  const samples = [...typical, ...edges];
  for (const body of draft.wrong) {
    const program = loader(draft, style, variant(draft, style, body));
    let shows = 0;
    for (const { args, out } of samples) {
      const run = program(args);
      if ((run.kind !== "ended" || run.out !== out) && ++shows === ENOUGH) break;
    }
    if (shows < ENOUGH) return "dead step";
  }
  return null;
}
