/** `af simulate`: what attacks and improvements come to under several mechanisms, by simulation. @module */
import { Option } from "commander";
import { ConfigError, errorText } from "../../core/base/errors.ts";
import { type Job, scenarioOf } from "../../core/sim/job.ts";
import { drawPicture } from "../../core/sim/picture.ts";
import { openPool, type SimPool } from "../../core/sim/pool.ts";
import { SCENARIOS } from "../../core/sim/scenarios/list.ts";
import { summarize, type Summary } from "../../core/sim/summary.ts";
import type { Scenario } from "../../core/sim/types.ts";
import type { Command, Context } from "../command.ts";
import { logText } from "../logging.ts";
import { integer, jsonOption } from "../options.ts";
import { parametersOf, rulesOf, scenariosOf } from "../simulate_options.ts";
import { columnsOf, rowsOf } from "../simulate_table.ts";

interface Options {
  readonly scenario: readonly string[];
  readonly rules?: string;
  readonly runs?: number;
  readonly seed: string;
  readonly plot?: string;
  readonly from?: string;
  readonly list?: boolean;
  readonly mode?: "T" | "W";
  readonly set?: readonly string[];
  readonly envs?: number;
  readonly epochs?: number;
  readonly cores?: number;
}

/** Runs of the whole table where nobody asks for more: about a minute or two. */
const QUICK_RUNS = 10;
/** Runs of chosen scenarios. */
const FULL_RUNS = 200;

/** `af simulate`. */
export const command: Command<Options> = {
  name: "simulate",
  graceful: true,
  configure(parser) {
    jsonOption(parser.argument("[scenario...]", "scenarios by name; all of them by default"))
      .option("--rules <names>", "mechanisms to compare, separated by commas; all of them by default")
      .option("--runs <n>", `runs of each (${FULL_RUNS}; ${QUICK_RUNS} for the whole table)`, integer(1, 1_000_000))
      .option("--seed <text>", "equal seeds give equal results, to the bit", "0")
      .option("--list", "list the scenarios and end")
      .option("--plot <file>", "draw the race of the first run: an .html or .svg file")
      .option("--from <journal>", "replay a journal's recorded rounds with the parameters of --set")
      .option("--set <name=value>", "change a parameter of ours, such as tau=.03; may be given again", collect)
      .addOption(
        new Option("--mode <mode>", "how fcd pays: tenure by gain, or winner takes all (T)").choices(["T", "W"]),
      )
      .option("--envs <n>", "number of environments (3)", integer(2, 16))
      .option("--epochs <n>", "measured epochs (50)", integer(1, 10_000))
      .option("--cores <n>", "cores to use (all)", integer(1, 256));
  },
  async run(context, options) {
    if (options.list) return list(context);
    if (options.from !== undefined) {
      const { simulateJournal } = await import("../simulate_journal.ts");
      return await simulateJournal(context, options.from, parametersOf(settings(options)));
    }
    if (options.plot !== undefined) await tryFile(options.plot);
    const chosen = scenariosOf(options.scenario), rules = rulesOf(options.rules);
    const parameters = parametersOf(settings(options));
    const changes = {
      ...(options.envs ? { envs: options.envs } : {}),
      ...(options.epochs ? { epochs: options.epochs } : {}),
    };
    const whole = options.scenario.length === 0 && options.runs === undefined;
    const runs = options.runs ?? (whole ? QUICK_RUNS : FULL_RUNS);
    if (whole) {
      const text =
        `${chosen.length} scenarios with ${runs} runs each; for figures with small errors say --runs ${FULL_RUNS}`;
      logText(context.log, "warning", text);
    }
    const jobs = chosen.flatMap(({ id }) =>
      rules.map((rule): Job => ({
        scenario: id,
        rule,
        seed: options.seed,
        from: 0,
        to: runs,
        changes,
        options: { parameters },
      }))
    );
    using pool = await openPool({
      ...(options.cores ? { cores: options.cores } : {}),
      onLog: (room, line) => logText(context.log.getChild(room), line.level, line.text),
    });
    const results = await simulate(context, pool, jobs, runs);
    const scenarios = chosen.map(({ id }) => scenarioOf({ scenario: id, changes }));
    const summaries = jobs.flatMap((job, i): Summary[] =>
      results[i]!.length > 0 ? [summarize(scenarioOf(job), job.rule, results[i]!)] : []
    );
    context.print.table(columnsOf(rules), rowsOf(scenarios, rules, summaries), {
      seed: options.seed,
      runs,
      parameters,
      complete: !context.signal.aborted,
      results: summaries,
    });
    if (context.signal.aborted) {
      logText(context.log, "warning", "Interrupted: the table is of the runs that were done");
      return 0;
    }
    if (options.plot !== undefined) await plot(options.plot, { pool, jobs, scenarios, signal: context.signal });
    return 0;
  },
};

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `--mode` is a short form of one parameter. */
function settings({ set = [], mode }: Options): readonly string[] {
  return mode === undefined ? set : [`pay=${mode}`, ...set];
}

function list({ print }: Context): number {
  print.table(
    [
      { title: "SCENARIO", cell: (one: Scenario) => one.id },
      { title: "WHAT IS TRIED", cell: (one) => one.title, shrink: true },
      { title: "WHAT SHOULD COME OF IT", cell: (one) => one.about, shrink: true },
    ],
    SCENARIOS,
    SCENARIOS.map(({ id, title, about, sides, winner }) => ({ id, title, about, sides, winner: winner ?? null })),
  );
  return 0;
}

async function simulate({ progress, signal }: Context, pool: SimPool, jobs: readonly Job[], runs: number) {
  using bar = progress("Simulating", { total: jobs.length * runs, unit: "runs" });
  return await pool.run(jobs, { signal, onDone: (count) => bar.step(count) });
}

/** Nobody should wait for minutes to hear that a file cannot be written. */
async function tryFile(path: string): Promise<void> {
  if (!/\.(html|svg)$/.test(path)) {
    throw new ConfigError(`--plot ${JSON.stringify(path)} must end in .html or .svg`, { code: "usage" });
  }
  try {
    (await Deno.open(path, { write: true, create: true })).close();
  } catch (cause) {
    throw new ConfigError(`The picture cannot be written to ${path}: ${errorText(cause)}`, { code: "usage", cause });
  }
}

interface Plotting {
  readonly pool: SimPool;
  readonly jobs: readonly Job[];
  readonly scenarios: readonly Scenario[];
  readonly signal: AbortSignal;
}

/** Draws run 0 of every job. */
async function plot(path: string, { pool, jobs, scenarios, signal }: Plotting): Promise<void> {
  const detailed = await pool.run(jobs.map((job) => ({ ...job, to: 1, detail: true })), { signal });
  const panels = jobs.flatMap((job, i) => {
    const { history, sides = {} } = detailed[i]?.[0] ?? {};
    const scenario = scenarios.find(({ id }) => id === job.scenario)!;
    return history ? [{ scenario, rule: job.rule, seed: `${job.seed} 0`, history, sides }] : [];
  });
  await Deno.writeTextFile(path, drawPicture(panels, path.endsWith(".svg") ? "svg" : "html"));
}
