/**
 * Runs programs in the sandbox, whose broker is this process, and by turns in plain python3, and prints figures as JSON.
 *   usage: sandbox_run.ts
 * @module
 */
import type { CaseResult, Sandbox, Submission, SubmissionResult } from "../../core/port/sandbox.ts";
import { openLocalSandbox } from "../../core/sandbox/local.ts";
import { openPythonProcesses, type PythonProcesses } from "../python_processes.ts";
import { treeCpuMs } from "./cpu.ts";
import { COMPUTE, smallBatch } from "./sandbox_programs.ts";

/** Submissions of a batch. */
const BATCH = 50;
const CASES = [1, 10, 50] as const;
const RUNS = 3;
const ROUND_TRIPS = 20;
const COLD_STARTS = 3;
/** The first runs while the engine's code is still being optimised, as most programs do. */
const COMPUTE_CASES = 3;

/** Submissions of one number of cases. */
export interface Rates {
  readonly cases: number;
  /** Submissions for each second of CPU of broker, runners and their start; one value a batch. */
  readonly perCpuSecond: readonly number[];
  /** Submissions a second by the clock, one batch after the other. */
  readonly perSecond: readonly number[];
}

/** Seconds of CPU of one program, one value a run. */
export interface Compute {
  readonly name: string;
  /** The first case of a new process. */
  readonly first: readonly number[];
  /** Later cases of the same process. */
  readonly later: readonly number[];
  /** By the yardsticks' versions, without the start of an empty program. */
  readonly native: Readonly<Record<string, readonly number[]>>;
}

/** Everything that is measured. */
export interface SandboxRuns {
  readonly rates: readonly Rates[];
  /** Milliseconds of single cases in a batch, by the clock, as the sandbox says. */
  readonly caseMs: readonly number[];
  /** Milliseconds from a batch of one case to its result, with a runner that waits. */
  readonly roundTripMs: readonly number[];
  /** Milliseconds from nothing to the first result. */
  readonly coldMs: readonly number[];
  readonly compute: readonly Compute[];
  readonly brokerBytes: number;
  readonly runnerBytes: number;
  /** Submissions of plain python3 for each second of CPU of its processes, by version. */
  readonly python: Readonly<Record<string, readonly Rates[]>>;
}

/** Results of a batch. @throws {Error} if one case did not end well: a figure of failures would mean nothing. */
async function run(sandbox: Sandbox, submissions: readonly Submission[]): Promise<CaseResult[]> {
  const results = await sandbox.run({ contender: "bench", submissions });
  const cases = results.flatMap((result: SubmissionResult) => {
    if (result.kind !== "ran") throw new Error(`A submission of the bench was refused: ${result.reason}`);
    return result.cases;
  });
  const bad = cases.find((one) => one.exit !== 0 || one.limit !== null || one.stdout === "");
  if (bad) throw new Error(`A case of the bench failed: ${JSON.stringify(bad).slice(0, 400)}`);
  return cases;
}

/** Deadlines that a busy machine does not reach. */
function patient(submission: Submission): Submission {
  return { ...submission, limits: { wallMs: 60_000, cpuMs: 60_000, submissionMs: 600_000 } };
}

async function rates(
  sandbox: Sandbox,
  options: {
    cases: number;
    submissions: number;
    runs: number;
    settle: () => Promise<void>;
    onCase?: (ms: number) => void;
  },
): Promise<Rates> {
  const perCpuSecond: number[] = [];
  const perSecond: number[] = [];
  const batch = smallBatch(options.submissions, options.cases).map(patient);
  for (let round = 0; round < options.runs; round++) {
    await options.settle();
    const [cpu, start] = [treeCpuMs(), performance.now()];
    const cases = await run(sandbox, batch);
    const ms = performance.now() - start;
    // The runner that takes the place of the used one is this batch's cost.
    await options.settle();
    perCpuSecond.push(1000 * options.submissions / (treeCpuMs() - cpu));
    perSecond.push(1000 * options.submissions / ms);
    cases.forEach((one) => options.onCase?.(one.wallMs));
  }
  return { cases: options.cases, perCpuSecond, perSecond };
}

/** The same of plain python3: the CPU of its processes alone, without whoever starts them. */
async function nativeRates(native: Sandbox, options: { cases: number; submissions: number }): Promise<Rates> {
  const start = performance.now();
  const results = await run(native, smallBatch(options.submissions, options.cases));
  const ms = performance.now() - start;
  const cpu = results.reduce((sum, one) => sum + one.cpuMs, 0);
  const of = (time: number) => [1000 * options.submissions / time];
  return { cases: options.cases, perCpuSecond: of(cpu), perSecond: of(ms) };
}

async function coldStarts(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const start = performance.now();
    await using sandbox = await openLocalSandbox({ parallel: 1, spare: 0 });
    await run(sandbox, smallBatch(1, 1));
    times.push(performance.now() - start);
  }
  return times;
}

async function computing(sandbox: Sandbox, natives: ReadonlyMap<string, Sandbox>): Promise<Compute[]> {
  const empty: Submission = { language: "python", source: "print()", cases: [{ kind: "stdin", stdin: "" }] };
  const found: Compute[] = [];
  for (const { name, source, prints } of COMPUTE) {
    const program = patient({ ...empty, source });
    const [first, later]: number[][] = [[], []];
    const native: Record<string, number[]> = {};
    for (let round = 0; round < RUNS; round++) {
      const cases = await run(sandbox, [{ ...program, cases: Array(COMPUTE_CASES).fill(empty.cases[0]) }]);
      const [start, ...rest] = cases.map((one) => one.cpuMs / 1000);
      first!.push(start!);
      later!.push(...rest);
      for (const [version, runner] of natives) {
        const [none, full] = await run(runner, [empty, program]);
        (native[version] ??= []).push((full!.cpuMs - none!.cpuMs) / 1000);
        cases.push(full!);
      }
      const wrong = cases.find((one) => one.stdout.trim() !== prints);
      if (wrong) throw new Error(`${name} printed ${wrong.stdout.slice(0, 100)}`);
    }
    found.push({ name, first: first!, later: later!, native });
  }
  return found;
}

/** The python3 that is found first, and the system's own where that is another one. */
async function yardsticks(): Promise<{ all: Map<string, Sandbox>; close: () => Promise<void> }> {
  const opened: PythonProcesses[] = [];
  for (const name of ["python3", "/usr/bin/python3"]) {
    try {
      opened.push(await openPythonProcesses(name));
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
  }
  return {
    all: new Map(opened.map(({ version, sandbox }) => [version, sandbox])),
    close: async () => void await Promise.all(opened.map((one) => one.close())),
  };
}

async function measure(): Promise<SandboxRuns> {
  const coldMs = await coldStarts();
  const { all: natives, close } = await yardsticks();
  try {
    await using sandbox = await openLocalSandbox({ parallel: 1, spare: 1 });
    const settle = () => sandbox.warm();
    await run(sandbox, smallBatch(5, 2));
    const caseMs: number[] = [];
    const found: Rates[] = [];
    for (const cases of CASES) {
      found.push(
        await rates(sandbox, { cases, submissions: BATCH, runs: RUNS, settle, onCase: (ms) => caseMs.push(ms) }),
      );
    }
    const roundTripMs: number[] = [];
    for (let i = 0; i < ROUND_TRIPS; i++) {
      await settle();
      const start = performance.now();
      await run(sandbox, smallBatch(1, 1));
      roundTripMs.push(performance.now() - start);
    }
    const brokerBytes = Deno.memoryUsage().rss;
    const python: Record<string, Rates[]> = {};
    for (const [version, native] of natives) {
      python[version] = [];
      for (const cases of CASES) {
        const submissions = Math.max(1, Math.round(50 / cases));
        python[version].push(await nativeRates(native, { cases, submissions }));
      }
    }
    const compute = await computing(sandbox, natives);
    return {
      rates: found,
      caseMs,
      roundTripMs,
      coldMs,
      compute,
      brokerBytes,
      runnerBytes: sandbox.largestBytes,
      python,
    };
  } finally {
    await close();
  }
}

if (import.meta.main) console.log(JSON.stringify(await measure()));
