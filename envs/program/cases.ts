/** Chooses hidden cases that tell a right program from plausible wrong ones. @module */
import type { Random } from "../../core/base/random.ts";
import type { Block } from "./ast.ts";
import { load } from "./evaluate.ts";
import { mutants } from "./mutants.ts";
import { programOf } from "./draft.ts";
import { outcomes, type Probe, type Sample } from "./probe.ts";

/** Fewest and most hidden cases. */
export const FEWEST_CASES = 10;
/** See {@linkcode FEWEST_CASES}. */
export const MOST_CASES = 20;
const MOST_MUTANTS = 40;
const MUTANT_STEPS = 5_000;

/** Examples for the prompt, and hidden cases that are none of them. */
export interface Chosen {
  readonly examples: readonly Sample[];
  readonly hidden: readonly Sample[];
}

/** Chooses. Examples are short ordinary inputs; hidden are all edges, then whatever catches a mistake that got through, then a few more. */
export function choose(probe: Probe, random: Random, count: number): Chosen {
  const bySize = [...probe.typical].sort((a, b) => size(a) - size(b));
  const examples = distinct(random.shuffle(bySize.slice(0, Math.ceil(bySize.length * 3 / 4))), []).slice(0, count);
  const edges = distinct(probe.edges, examples);
  const others = distinct(probe.typical, [...examples, ...edges]);
  let alive = sample(random, mistakes(probe)).map((block) =>
    outcomes(probe.draft, probe.style, load(block, MUTANT_STEPS))
  );
  // All edges are hidden cases, so any order finds the mistakes that they catch: the short ones cost least.
  const cheap = edges.toSorted((a, b) => size(a) - size(b));
  alive = alive.filter((run) => cheap.every((one) => agrees(run(one.args), one)));
  const hidden: Sample[] = [...edges];
  const spare: Sample[] = [];
  for (const one of others) {
    if (hidden.length >= MOST_CASES) break;
    const left = alive.filter((run) => agrees(run(one.args), one));
    if (left.length < alive.length) hidden.push(one);
    else spare.push(one);
    alive = left;
  }
  hidden.push(...spare.slice(0, Math.max(0, FEWEST_CASES - hidden.length)));
  return { examples, hidden: hidden.slice(0, MOST_CASES) };
}

/** Every wrong program that is tried: one change of the tree each, and the draft's own. */
export function mistakes(probe: Probe): Block[] {
  const own = probe.draft.wrong.map((body) => programOf(probe.draft, probe.style, body));
  return [...own, ...mutants(probe.block)];
}

function agrees(run: { kind: string; out?: string }, { out }: Sample): boolean {
  return run.kind === "ended" && run.out === out;
}

function size({ args, out }: Sample): number {
  return args.flat().join(" ").length + out.length;
}

/** Samples of different inputs that are not among others. */
function distinct(list: readonly Sample[], others: readonly Sample[]): Sample[] {
  const seen = new Set(others.map(name));
  return list.filter((one) => !seen.has(name(one)) && seen.add(name(one)));
}

function name({ args }: Sample): string {
  return args.map((arg) => typeof arg === "object" ? `[${arg.join("\n")}]` : String(arg)).join("\n\n");
}

/** The draft's own mistakes come first, so they are always among the tried ones. */
function sample(random: Random, blocks: readonly Block[]): Block[] {
  if (blocks.length <= MOST_MUTANTS) return [...blocks];
  return [...blocks.slice(0, 10), ...random.shuffle(blocks.slice(10)).slice(0, MOST_MUTANTS - 10)];
}
