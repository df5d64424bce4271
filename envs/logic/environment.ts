/** The environment `logic`: find an assignment that satisfies a formula. @module */
import type { Environment, Grade, RequestShape, Task } from "../../core/port/environment.ts";
import { draw, type DrawOptions } from "../mix.ts";
import { finalAssignment } from "./assignment.ts";
import { type Clause, type Formula, plant, satisfies, type Size } from "./sat.ts";

const VERSION = "1";
/** Easiest first. From level 2 on the ratio of clauses to variables stands near the threshold of 4.26. */
const SIZES: readonly (Size & { readonly weight: number })[] = [
  { variables: 10, clauses: 24, width: 2, weight: 1 },
  { variables: 8, clauses: 40, width: 3, weight: 3 },
  { variables: 14, clauses: 60, width: 3, weight: 5 },
  { variables: 24, clauses: 102, width: 3, weight: 5 },
  { variables: 40, clauses: 170, width: 3, weight: 4 },
  { variables: 72, clauses: 306, width: 3, weight: 2 },
];
const MIX = {
  id: "logic",
  version: VERSION,
  slots: SIZES.map(({ weight }, level) => ({ level, generator: "sat", weight })),
};
const REQUEST: RequestShape = {
  system: "Solve the problem. The last line of your reply is the answer in the form that is asked for.",
  temperature: 0,
  maxTokens: 2048,
};

/** Boolean satisfiability with a planted solution; every clause is checked, so any solution passes. */
export const logic: Environment<Formula> = {
  id: "logic",
  version: VERSION,
  title: "Boolean satisfiability",
  levels: SIZES.map((size) => `${size.width}-SAT, ${size.variables} variables, ${size.clauses} clauses`),
  generators: ["sat"],
  request: REQUEST,
  generate,
  grade,
  solve,
};

function generate(seed: Uint8Array, options: DrawOptions = {}): Task<Formula> {
  const { level, generator, random } = draw(MIX, seed, options);
  const key = plant(random, SIZES[level]!);
  return { env: "logic", version: VERSION, level, generator, prompt: ask(key), key };
}

function ask({ variables, clauses }: Formula): string {
  const names = variables === 1 ? "x1" : `x1 to x${variables}`;
  return `Find values (True or False) for the variables ${names} so that every line below holds.\n\n` +
    `${clauses.map(show).join("\n")}\n\n` +
    "Write the values of all variables on the last line, each once, like this: x1=True, x2=False, …";
}

/** `x3 or not x5` */
function show(clause: Clause): string {
  return clause.map((literal) => literal > 0 ? `x${literal}` : `not x${-literal}`).join(" or ");
}

function grade(task: Task<Formula>, answer: string): Grade {
  const { variables, clauses } = task.key;
  const found = finalAssignment(answer, variables);
  if ("reason" in found) return { status: "unparsable", score: 0, reason: found.reason };
  const broken = clauses.filter((clause) => !satisfies(found.values, clause));
  return broken.length === 0 ? { status: "answered", score: 1, reason: `All ${clauses.length} clauses hold` } : {
    status: "answered",
    score: 0,
    reason: `${broken.length} of ${clauses.length} clauses do not hold, such as ${show(broken[0]!)}`,
  };
}

function solve(task: Task<Formula>): string {
  return task.key.planted.map((value, i) => `x${i + 1}=${value ? "True" : "False"}`).join(", ");
}
