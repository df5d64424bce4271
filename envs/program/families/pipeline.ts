/** Chains of typed steps on one list or one text. @module */
import type { Random } from "../../../core/base/random.ts";
import { type Arg, type Draft, type Param, type ResultKind, valuesOf } from "../draft.ts";
import { load } from "../evaluate.ts";
import { readShared } from "../read.ts";
import { List, repr, type Value } from "../values.ts";
import { edgeGrids, edgeLists, edgeTexts, someGrid, someNumbers, someText } from "./inputs.ts";
import { GRID_STEPS } from "./grid_steps.ts";
import { LIST_FOLDS } from "./list_folds.ts";
import { LIST_STEPS } from "./list_steps.ts";
import { type Made, type Step, type StepKind, VARIABLE } from "./step.ts";
import { TEXT_STEPS } from "./text_steps.ts";

const STEPS: readonly Step[] = [...LIST_STEPS, ...LIST_FOLDS, ...TEXT_STEPS, ...GRID_STEPS];
/** Fewest and most steps of each level. */
const LENGTH = [[1, 1], [2, 2], [3, 4], [5, 6], [7, 8], [9, 11]] as const;
const NAMES = {
  ints: ["transform", "process_numbers", "rearrange", "digest_numbers", "crunch"],
  grid: ["transform", "process_grid", "measure_grid", "read_map"],
  text: ["transform", "process_text", "rewrite", "encode_text", "scramble"],
} as const;
const OUTPUT: Readonly<Record<StepKind, readonly [ResultKind, string]>> = {
  ints: ["ints", "the numbers of the final list"],
  words: ["words", "the final words"],
  text: ["text", "the final text"],
  int: ["int", "the total"],
  grid: ["lines", "the rows of the final grid, from top to bottom"],
};

/** A chain that starts with a list of integers. */
export function listPipeline(random: Random, level: number): Draft {
  return pipeline(random, level, "ints");
}

/** A chain that starts with a line of text. */
export function textPipeline(random: Random, level: number): Draft {
  return pipeline(random, level, "text");
}

/** A chain that starts with a grid. */
export function gridPipeline(random: Random, level: number): Draft {
  return pipeline(random, level, "grid");
}

type Source = "ints" | "text" | "grid";

const PARAMS: Readonly<Record<Source, Param>> = {
  ints: { name: "numbers", kind: "ints", say: "there may be none" },
  text: {
    name: "text",
    kind: "text",
    say: "words of letters and digits with single spaces between them; it may be empty",
  },
  grid: {
    name: "grid",
    kind: "lines",
    some: true,
    say: "the rows of a grid from top to bottom, all of the same length (at least 1) and made of # and . only",
  },
};

function typical(random: Random, source: Source): Arg {
  if (source === "grid") return someGrid(random, random.int(3, 5), random.int(3, 6));
  return source === "text" ? someText(random) : someNumbers(random, 3, 10);
}

function edges(random: Random, source: Source): Arg[] {
  if (source === "grid") return edgeGrids(random);
  return source === "text" ? edgeTexts(random) : edgeLists(random);
}

function pipeline(random: Random, level: number, source: Source): Draft {
  const chain = choose(random, level, source);
  const last = chain.at(-1)!.step.to;
  const [resultKind, output] = OUTPUT[last];
  const bodyOf = (list: readonly { made: Made }[]) => list.map(({ made }) => made.code).join("\n");
  return {
    name: random.pick(NAMES[source]),
    params: [PARAMS[source]],
    helpers: "",
    body: bodyOf(chain),
    result: VARIABLE[last],
    resultKind,
    rules: chain.map(({ made }) => made.say),
    output,
    typical: (r): Arg[] => [typical(r, source)],
    edges: (r): Arg[][] => edges(r, source).map((one) => [one]),
    wrong: chain.flatMap(({ step }, i) => step.from === step.to ? [bodyOf(chain.toSpliced(i, 1))] : []),
  };
}

interface Link {
  readonly step: Step;
  readonly made: Made;
}

/** Inputs that a chain is tried on while it grows. */
const TRIED = 12;
/** Continuations that are tried before a chain is given up. */
const MOST_TRIES = 60;

/**
 * A walk over the kinds of values: no step twice, no two alike in a row, a number only near the end. A step must do something to
 * ordinary inputs and leave them apart, so that long chains do not run dry.
 */
function choose(random: Random, level: number, source: Source): Link[] {
  const [low, high] = LENGTH[level]!;
  while (true) {
    const count = random.int(low, high);
    const chain: Link[] = [];
    let values: Value[] = Array.from({ length: TRIED }, () => valuesOf([typical(random, source)])[0]!);
    let kind: StepKind = source;
    for (let tries = 0; chain.length < count && tries < MOST_TRIES; tries++) {
      const step = continuation(random, level, kind, chain, count);
      if (step === undefined) break;
      const made = step.make(random);
      const next = apply(step, made, values, chain.length + 1 === count);
      if (next === null) continue;
      chain.push({ step, made });
      values = next;
      kind = step.to;
    }
    if (chain.length >= low) return chain;
  }
}

function continuation(
  random: Random,
  level: number,
  kind: StepKind,
  chain: readonly Link[],
  count: number,
): Step | undefined {
  const before = chain.at(-1)?.step;
  const open = STEPS.filter((step) =>
    step.from === kind && step.level <= level && !chain.some((link) => link.step.id === step.id) &&
    (step.group !== before?.group || step.group === "text text" || step.group === "words words") &&
    // A list or text has many continuations, a number few.
    (step.to !== "int" || count - chain.length <= 2) &&
    // A grid soon becomes a list that is like every other: first something happens to it.
    (kind !== "grid" || step.to === "grid" || chain.length >= level - 2) &&
    // Words that are printed with spaces between them are the text again.
    (step.id !== "split" || count - chain.length >= 2)
  );
  return open.length === 0 ? undefined : random.pick(open);
}

/** What a step makes of values; null if it does too little with them or leaves too little of them. */
function apply(step: Step, made: Made, values: readonly Value[], last: boolean): Value[] | null {
  const body = [...readShared(made.code), ...readShared(`return ${VARIABLE[step.to]}`)];
  const program = load([{ k: "def", name: "step", params: [VARIABLE[step.from]], body }]);
  const out: Value[] = [];
  const texts = new Set<string>();
  let [same, empty] = [0, 0];
  for (const [i, value] of values.entries()) {
    const run = program.call("step", [value instanceof List ? list(value.items) : value]);
    if (run.kind !== "ended") return null;
    const text = repr(run.value);
    out.push(run.value);
    texts.add(text);
    if (text === "[]" || text === "''") empty++;
    if (step.from === step.to && text === repr(value)) same++;
    // What cannot become enough any more is given up.
    const different = texts.size + TRIED - 1 - i;
    if (empty > 1 || same > TRIED * 2 / 3 || different < TRIED * (last ? 3 / 4 : 1 / 2)) return null;
  }
  return out;
}

function list(items: readonly Value[]): List {
  return new List([...items]);
}
