/** What programs cost in the sandbox, beside the same programs in plain python3, one process a case. @module */
import { type Figure, spread } from "./figure.ts";
import { runModule } from "./child.ts";
import type { Compute, SandboxRuns } from "./sandbox_run.ts";

/** Submissions for each second of CPU that design.md asks for, by number of cases. */
const GOALS: Readonly<Record<number, number>> = { 10: 50, 50: 12 };
const P95_MS = 10;
const COMPUTE_TIMES = 1.5;

/** Rates, latencies, computing, memory, start. Only where /proc tells the CPU time of processes. */
export async function sandboxRuns(): Promise<Figure[]> {
  if (Deno.build.os !== "linux") return [];
  const runs = await runModule<SandboxRuns>("sandbox_run.ts", []);
  return [
    ...runs.rates.flatMap(({ cases, perCpuSecond, perSecond }): Figure[] => [
      {
        name: `submissions of ${count(cases)}, a CPU second`,
        unit: "",
        values: perCpuSecond,
        ...(GOALS[cases] ? { goal: { least: GOALS[cases] } } : {}),
        note: "broker, runner and the runner's start; batches of 50",
      },
      { name: `  a second by the clock`, unit: "", values: perSecond, note: "one batch after the other" },
      ...Object.entries(runs.python).map(([version, rates]): Figure => {
        const same = rates.find((one) => one.cases === cases)!;
        return { name: `  ${version}, a CPU second`, unit: "", values: same.perCpuSecond, note: "a process a case" };
      }),
    ]),
    { name: "a warm case, p50", unit: "ms", values: [quantile(runs.caseMs, 0.5)], note: `${runs.caseMs.length} cases` },
    { name: "a warm case, p95", unit: "ms", values: [quantile(runs.caseMs, 0.95)], goal: { most: P95_MS } },
    {
      name: "a batch of one case, p50",
      unit: "ms",
      values: [quantile(runs.roundTripMs, 0.5)],
      note: "in a process of its own, made ready",
    },
    { name: "a batch of one case, p95", unit: "ms", values: [quantile(runs.roundTripMs, 0.95)] },
    ...runs.compute.flatMap(computeFigures),
    { name: "first result from nothing", unit: "ms", values: runs.coldMs },
    { name: "resident memory of the broker", unit: "MB", values: [runs.brokerBytes / 1e6], note: "the image included" },
    { name: "resident memory of a runner, at most", unit: "MB", values: [runs.runnerBytes / 1e6] },
  ];
}

function computeFigures({ name, first, later, native }: Compute): Figure[] {
  return [
    { name: `${name}, CPU, first case`, unit: "s", values: first, note: "while the engine's code is being optimised" },
    { name: `${name}, CPU, later cases`, unit: "s", values: later },
    ...Object.entries(native).flatMap(([version, seconds]): Figure[] => [
      { name: `  ${version}`, unit: "s", values: seconds, note: "without its start" },
      {
        name: `  first case / ${version}`,
        unit: "times",
        values: first.map((value, i) => value / seconds[i]!),
      },
      {
        name: `  later cases / ${version}`,
        unit: "times",
        values: [spread(later).median / spread(seconds).median],
        goal: { most: COMPUTE_TIMES },
      },
    ]),
  ];
}

function count(cases: number): string {
  return cases === 1 ? "1 case" : `${cases} cases`;
}

/** The value below which a share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
