/** Inputs that cost no thought: a task that one of them solves is not asked. @module */
import type { Random } from "../../core/base/random.ts";
import { stdinOf } from "./draft.ts";
import type { Probe } from "./probe.ts";

const BLIND = [
  "",
  "\n",
  "0\n",
  "1\n",
  "a\n",
  "hello\n",
  "0\n0\n",
  "1\n1\n",
  "0\n0\n0\n",
  "1\n1\n1\n",
  "1 2 3\n",
  "1\n\n",
] as const;
/** Ordinary inputs that someone who knows the generator would try. */
const TRIES = 40;
/** How many of the numbers that are shown are tried in all combinations, by the number of parameters. */
const MOST_SHOWN = [0, 100, 10, 5, 3] as const;

/** The guesses: blind ones, the output itself, numbers that the prompt shows, edges, other ordinary inputs. */
export function* guesses(probe: Probe, output: string, random: Random): Generator<string> {
  yield* BLIND;
  yield output;
  yield `${output.trim().split("\n").length}\n${output}`;
  yield output.trim().split("").reverse().join("") + "\n";
  yield* shown(probe, output);
  for (const { args } of probe.edges) yield stdinOf(probe.draft, args);
  for (let i = 0; i < TRIES; i++) yield stdinOf(probe.draft, probe.draft.typical(random));
}

/** The numbers of program and output as they stand, for every parameter that is a number. */
function* shown({ draft, source }: Probe, output: string): Generator<string> {
  const numbers = [...new Set(`${source}\n${output}`.match(/-?\d+/g) ?? [])];
  yield `${numbers.join(" ")}\n`;
  if (!draft.params.every((param) => param.kind === "int")) return;
  yield* tuples(numbers.slice(0, MOST_SHOWN[draft.params.length]), draft.params.length, "");
}

function* tuples(numbers: readonly string[], length: number, start: string): Generator<string> {
  if (length === 0) yield start;
  else for (const number of numbers) yield* tuples(numbers, length - 1, `${start}${number}\n`);
}
