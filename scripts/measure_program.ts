/**
 * Figures of the program environments, one line a kind of task:
 *   `deno run scripts/measure_program.ts [TASKS] [SEED]`: rejection rates by reason, CPU time, prompt length, and how many of the plausible
 *     mistakes that differ at all are caught by the hidden cases (deduction) or how often a fresh ordinary input passes (abduction)
 *   `deno run scripts/measure_program.ts unique ENV LEVEL TASKS [SEED]`: equal prompts and equal programs among that many tasks
 * @module
 */
import { sha256, sha256Hex } from "../core/base/hash.ts";
import { Random } from "../core/base/random.ts";
import { abduction, generateAbduction } from "../envs/program/abduction.ts";
import { choose, mistakes } from "../envs/program/cases.ts";
import { ABDUCTION_SLOTS, compose, SLOTS } from "../envs/program/compose.ts";
import { deduction } from "../envs/program/deduction.ts";
import { stdinOf } from "../envs/program/draft.ts";
import { load } from "../envs/program/evaluate.ts";
import { outcomes, type Probe, type Sample } from "../envs/program/probe.ts";

/** Fresh inputs on which a mistake may show that no chosen case shows. */
const FRESH = 100;

interface Kills {
  all: number;
  differ: number;
  caught: number;
}

/** Counts the mistakes of a program that differ from it on chosen or fresh inputs, and those that the hidden cases catch. */
function kills(probe: Probe, hidden: readonly Sample[], random: Random, sum: Kills): void {
  const right = outcomes(probe.draft, probe.style, probe.program);
  const fresh = Array.from({ length: FRESH }, () => probe.draft.typical(random)).flatMap((args): Sample[] => {
    const run = right(args);
    return run.kind === "ended" ? [{ args, out: run.out }] : [];
  });
  for (const block of mistakes(probe)) {
    const run = outcomes(probe.draft, probe.style, load(block, 20_000));
    const differs = ({ args, out }: Sample) => {
      const ran = run(args);
      return ran.kind !== "ended" || ran.out !== out;
    };
    sum.all++;
    if (hidden.some(differs)) {
      sum.differ++;
      sum.caught++;
    } else if ([...probe.edges, ...probe.typical, ...fresh].some(differs)) sum.differ++;
  }
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${(100 * part / whole).toFixed(1)} %`;
}

function measureDeduction(tasks: number, seed: string): void {
  console.log(
    "program/deduction: kind, drafts rejected (reasons), hidden cases a task, mistakes caught of those that differ (all)",
  );
  for (const { generator, level } of SLOTS) {
    const why: Record<string, number> = {};
    const sum: Kills = { all: 0, differ: 0, caught: 0 };
    let cases = 0;
    for (let i = 0; i < tasks; i++) {
      const random = new Random(`${seed} ${generator} ${level} ${i}`);
      const style = () => random.int(0, 1) === 0 ? "stdin" as const : "call" as const;
      const rejected = (reason: string) => void (why[reason] = (why[reason] ?? 0) + 1);
      const probe = compose(generator, level, { random, style, attempt: (one) => one, rejected });
      const { hidden } = choose(probe, random, 3);
      cases += hidden.length;
      kills(probe, hidden, random, sum);
    }
    console.log(
      `${generator} ${level}`.padEnd(14),
      rate(why, tasks).padEnd(70),
      (cases / tasks).toFixed(1),
      `${percent(sum.caught, sum.differ)} (${sum.caught} of ${sum.differ}; ${sum.all})`,
    );
  }
}

function rate(why: Readonly<Record<string, number>>, tasks: number): string {
  const total = Object.values(why).reduce((a, b) => a + b, 0);
  const parts = Object.entries(why).sort((a, b) => b[1] - a[1]).map(([reason, count]) =>
    `${reason} ${percent(count, total + tasks)}`
  );
  return `${percent(total, total + tasks)} rejected${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

function measureAbduction(tasks: number, seed: string): void {
  console.log("\nprogram/abduction: kind, drafts rejected (reasons), fresh ordinary inputs that pass");
  for (const { generator, level } of ABDUCTION_SLOTS) {
    const why: Record<string, number> = {};
    let [tried, passed] = [0, 0];
    for (let i = 0; i < tasks; i++) {
      const task = generateAbduction(sha256(`${seed} ${i}`), { level, generator }, (reason) => {
        why[reason] = (why[reason] ?? 0) + 1;
      });
      const random = new Random(`${seed} fresh ${generator} ${level} ${i}`);
      // Inputs of another program of the kind: all of a kind read the same form as a rule.
      const other = compose(generator, level, { random, style: () => "stdin", attempt: (one) => one });
      for (let j = 0; j < 20; j++) {
        const answer = `<INPUT>\n${stdinOf(other.draft, other.draft.typical(random))}</INPUT>`;
        tried++;
        passed += abduction.grade(task, answer).score;
      }
    }
    console.log(`${generator} ${level}`.padEnd(14), rate(why, tasks).padEnd(90), percent(passed, tried));
  }
}

function measureUnique(id: string, level: number, tasks: number, seed: string): void {
  const env = id === abduction.id ? abduction : deduction;
  const prompts = new Set<string>();
  const programs = new Set<string>();
  for (let i = 0; i < tasks; i++) {
    const task = env.generate(sha256(`${seed} ${i}`), { level });
    prompts.add(sha256Hex(task.prompt).slice(0, 24));
    programs.add(sha256Hex("source" in task.key ? task.key.source : task.key.reference).slice(0, 24));
  }
  console.log(
    `${id} level ${level}: ${tasks} tasks, ${prompts.size} different prompts, ${programs.size} different programs`,
  );
}

if (import.meta.main) {
  const [first, ...rest] = Deno.args;
  if (first === "unique") measureUnique(rest[0]!, Number(rest[1]), Number(rest[2]), rest[3] ?? "unique");
  else {
    measureDeduction(Number(first ?? 20), rest[0] ?? "measure");
    measureAbduction(Number(first ?? 20), rest[0] ?? "measure");
  }
}
