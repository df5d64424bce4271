/** `af env list|show|sample`: the environments and their tasks. @module */
import { EnvError } from "../../core/base/errors.ts";
import type { Environment } from "../../core/port/environment.ts";
import { revokeAll } from "../../core/room/open.ts";
import { datasetEnvironment, readProgramRows } from "../../envs/program/dataset.ts";
import { environment, environments, staticEnvironments } from "../../envs/registry.ts";
import type { Command, Context } from "../command.ts";
import { printSamples } from "../env_sample.ts";
import { logText } from "../logging.ts";
import { hint } from "../nearest.ts";
import { integer, jsonOption } from "../options.ts";
import { openRowFile } from "../rows.ts";
import { openCommandSandbox } from "../wire_sandbox.ts";

interface ShowOptions {
  readonly id: string;
}

interface SampleOptions extends ShowOptions {
  readonly level?: number;
  readonly generator?: string;
  readonly seed: string;
  readonly n: number;
  readonly solution?: boolean;
  readonly solve?: boolean;
  readonly rows?: string;
}

/** How many broken rows are named one by one. */
const NAMED_PROBLEMS = 20;

const list: Command = {
  name: "list",
  help: "list the environments",
  configure: (parser) => void jsonOption(parser),
  run({ print }) {
    print.table(
      [
        { title: "ENVIRONMENT", cell: (env: Environment) => env.id },
        { title: "VERSION", cell: (env) => env.version, align: "right" },
        { title: "LEVELS", cell: (env) => String(env.levels.length), align: "right" },
        { title: "GENERATORS", cell: (env) => env.generators.join(", "), shrink: true },
        { title: "STATIC", cell: (env) => env.static ? "yes" : "" },
        { title: "WHAT IT IS", cell: (env) => env.title, shrink: true },
      ],
      known(),
      known().map(facts),
    );
    return 0;
  },
};

const show: Command<ShowOptions> = {
  name: "show",
  help: "show an environment: levels, generators, how models are asked",
  configure: (parser) => void jsonOption(parser.argument("<id>", "such as math; af env list lists all")),
  run({ print }, options) {
    const env = find(options.id);
    const levels = env.levels.map((level, i) => `  ${i}  ${level}`).join("\n");
    const { system, temperature, maxTokens } = env.request;
    print.answer(
      `${env.id} version ${env.version}: ${env.title}\n${env.static ? `${STATIC}\n` : ""}Generators: ${
        env.generators.join(", ")
      }\n` +
        `Asked with temperature ${temperature}, at most ${maxTokens} tokens, system prompt: ${system || "(none)"}\n` +
        `Levels:\n${levels}`,
      facts(env),
    );
    return 0;
  },
};

const sample: Command<SampleOptions> = {
  name: "sample",
  help: "make tasks and print their prompts",
  configure(parser) {
    jsonOption(parser.argument("<id>", "such as math; af env list lists all"))
      .option("--level <n>", "level, 0 is the easiest; drawn from the seed by default", integer(0, 1000))
      .option("--generator <name>", "generator; drawn from the seed by default")
      .option("--seed <text>", "equal seeds give equal tasks", "0")
      .option("--n <count>", "how many tasks", integer(1, 1_000_000), 1)
      .option("--solution", "print an answer that passes, too")
      .option("--solve", "print what answers are checked with, an answer that passes, and its grade; programs are run")
      .option("--rows <file>", "rows of a static environment: JSON lines, a JSON array or Parquet");
  },
  async run(context, options) {
    const env = await withRows(context, find(options.id), options.rows);
    const choice = { ...options, solution: options.solution === true, solve: options.solve === true };
    if (!choice.solve || env.submission === undefined) {
      await printSamples(context.print, env, { ...choice, sandbox: null });
      return 0;
    }
    await using sandbox = await openCommandSandbox({
      parallel: 1,
      log: (text) => logText(context.log, "warning", text),
    });
    await revokeAll(["run"]);
    await printSamples(context.print, env, { ...choice, sandbox });
    return 0;
  },
};

const STATIC = "Static: its tasks are a fixed set, so it is for af eval only and never takes part in weights";

/** The command. */
export const command: Command = { name: "env", commands: [list, show, sample] };

function known(): Environment[] {
  return [...environments, ...staticEnvironments].sort((a, b) => a.id < b.id ? -1 : 1);
}

/** An environment of rows with its rows; any other as it is. */
async function withRows({ log }: Context, env: Environment, path: string | undefined): Promise<Environment> {
  if (!env.static) {
    if (path === undefined) return env;
    throw new EnvError(`${env.id} makes its own tasks: --rows is for static environments`, { code: "usage" });
  }
  if (path === undefined) {
    throw new EnvError(`${env.id} has no tasks of its own: give it rows with --rows FILE`, { code: "usage" });
  }
  const source = await openRowFile(path);
  const { rows, problems } = await readProgramRows(source);
  for (const problem of problems.slice(0, NAMED_PROBLEMS)) logText(log, "warning", problem);
  const total = rows.length + problems.length;
  if (problems.length > 0) logText(log, "warning", `${problems.length} of ${total} rows cannot be used`);
  logText(log, "info", `${source.name} at ${source.revision} has ${rows.length} rows that can be used`);
  if (rows.length === 0) throw new EnvError(`${source.name} holds no row that can be used`, { code: "no_rows" });
  return datasetEnvironment(rows) as Environment;
}

function find(id: string): Environment {
  const fixed = staticEnvironments.find((env) => env.id === id);
  if (fixed) return fixed;
  const ids = known().map((env) => env.id);
  if (!ids.includes(id)) {
    throw new EnvError(
      `Unknown environment ${JSON.stringify(id.slice(0, 80))}${hint(id, ids)}; af env list lists all`,
      {
        code: "usage",
      },
    );
  }
  return environment(id);
}

function facts({ id, version, title, levels, generators, request, static: fixed = false }: Environment) {
  return { id, version, title, static: fixed, levels, generators, request };
}
