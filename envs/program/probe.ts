/** Whether a draft is worth asking: runs it on its inputs and says why not. @module */
import type { Random } from "../../core/base/random.ts";
import type { Block } from "./ast.ts";
import { type Arg, type Draft, programOf, stdinOf, type Style, valuesOf } from "./draft.ts";
import { encode } from "./encode.ts";
import { load, type Run, type Runnable } from "./evaluate.ts";
import { print } from "./printer.ts";

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
  /** The program, as a tree, as Python that is printed, and ready to run. */
  readonly block: Block;
  readonly source: string;
  readonly program: Runnable;
  readonly typical: readonly Sample[];
  readonly edges: readonly Sample[];
}

const TYPICAL = 24;
/** Runs of ordinary inputs take far fewer steps. */
const STEPS = 50_000;
/** Inputs on which the absence of a step must show. */
const ENOUGH = 3;
const LONGEST_EXAMPLE = 600;

/** Tries a draft. What rejects most at the least cost comes first; all random numbers are drawn before. */
export function probe(draft: Draft, style: Style, random: Random): Probe | Rejection {
  const typicalArgs = Array.from({ length: TYPICAL }, () => draft.typical(random));
  const edgeArgs = draft.edges(random);
  const block = programOf(draft, style);
  const program = load(block, STEPS);
  const outcome = outcomes(draft, style, program);
  const typical: Sample[] = [];
  for (const args of typicalArgs) {
    const run = outcome(args);
    if (run.kind !== "ended") return run.kind === "raised" ? "raises" : "outside";
    typical.push({ args, out: run.out });
  }
  const poor = poverty(draft, style, typical) ?? deadInput(draft, outcome, typical);
  if (poor !== null) return poor;
  const late = edgeArgs.map((args) => lateTrial(args, outcome));
  const dead = deadStep(draft, style, typical, late);
  if (dead !== null) return dead;
  const edges: Sample[] = [];
  for (const { args, run } of late) {
    const right = run();
    // What the text allows must not raise; what the evaluator cannot say is left out.
    if (right.kind === "raised") return "raises";
    if (right.kind === "ended") edges.push({ args, out: right.out });
  }
  return { draft, style, block, source: print(block), program, typical, edges };
}

/** An input with what the program makes of it, run when that is first asked for: many drafts are rejected before. */
interface Trial {
  readonly args: readonly Arg[];
  run(): Outcome;
}

function lateTrial(args: readonly Arg[], outcome: (args: readonly Arg[]) => Outcome): Trial {
  let known: Outcome | undefined;
  return { args, run: () => known ??= outcome(args) };
}

/** What a program makes of arguments. */
export type Outcome = { readonly kind: "ended"; readonly out: string } | Exclude<Run, { kind: "ended" }>;

/** The outcomes of a loaded program. */
export function outcomes(draft: Draft, style: Style, program: Runnable): (args: readonly Arg[]) => Outcome {
  return (args) => {
    const run = style === "stdin" ? program.stdin(stdinOf(draft, args)) : program.call(draft.name, valuesOf(args));
    if (run.kind !== "ended") return run;
    return { kind: "ended", out: style === "stdin" ? run.stdout : encode(run.value) };
  };
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
  const only = draft.params.length === 1;
  for (const at of draft.params.keys()) {
    let changes = 0;
    for (let i = 0; i < typical.length && changes < typical.length / 4; i++) {
      const { args, out } = typical[i]!;
      const other = typical[(i + 1) % typical.length]!;
      // The only parameter exchanged is the other input, whose output is known.
      const run: Outcome = only ? { kind: "ended", out: other.out } : program(args.with(at, other.args[at]!));
      if (run.kind === "ended" && run.out !== out) changes++;
    }
    if (changes < typical.length / 4) return "dead input";
  }
  return null;
}

/** A step whose absence hardly shows. The longest edges come last, where little can still show and they are often left out. */
function deadStep(draft: Draft, style: Style, typical: readonly Sample[], edges: readonly Trial[]): Rejection | null {
  const size = ({ args }: Trial) => stdinOf(draft, args).length;
  const trials: Trial[] = [
    ...typical.map(({ args, out }): Trial => ({ args, run: () => ({ kind: "ended", out }) })),
    ...edges.toSorted((a, b) => size(a) - size(b)),
  ];
  for (const body of draft.wrong) {
    const program = outcomes(draft, style, load(programOf(draft, style, body), STEPS));
    let shows = 0;
    for (let i = 0; i < trials.length && shows < ENOUGH && shows + trials.length - i >= ENOUGH; i++) {
      const { args, run } = trials[i]!;
      const right = run();
      if (right.kind === "raised") return "raises";
      if (right.kind === "outside") continue;
      const wrong = program(args);
      if (wrong.kind !== "ended" || wrong.out !== right.out) shows++;
    }
    if (shows < ENOUGH) return "dead step";
  }
  return null;
}
