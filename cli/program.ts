/** The parser of the whole command line: rows of the table as commander commands, of which only one is loaded. @module */
import { Command as Parser, CommanderError } from "commander";
import config from "../deno.json" with { type: "json" };
import { ConfigError } from "../core/base/errors.ts";
import type { Command, CommandRow } from "./command.ts";
import { type Sink, writeText } from "./output.ts";
import { COMMANDS } from "./table.ts";
import { clean } from "./width.ts";

/** The version of af. */
export const VERSION: string = config.version;

/** A command that is to run. */
export interface Chosen {
  readonly row: CommandRow;
  readonly command: Command;
  /** Options in camel case, and arguments by their names. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How often `-v` was given. */
  readonly verbosity: number;
}

/** Options of {@linkcode parseArguments}. */
export interface ParseOptions {
  /** Gets help and version. */
  readonly stdout: Sink;
  /** @default {COMMANDS} */
  readonly table?: readonly CommandRow[];
}

/**
 * What the arguments ask for; undefined if help or the version was printed and nothing is to be done.
 * @throws {ConfigError} code `usage`: what was wrong, what may have been meant, how to get help.
 */
export async function parseArguments(args: readonly string[], options: ParseOptions): Promise<Chosen | undefined> {
  const table = options.table ?? COMMANDS;
  const argv = normalize(args);
  let verbosity = 0;
  let chosen: Omit<Chosen, "verbosity"> | undefined;
  const program = createProgram(options.stdout);
  program.on("option:verbose", () => verbosity++);
  const wanted = commandName(argv);
  for (const row of table) {
    const parser = program.command(row.name, { hidden: row.hidden ?? false }).summary(row.help).description(row.help);
    if (row.name !== wanted) continue;
    const { command } = await row.load();
    attach(parser, command, (leaf, values) => chosen = { row, command: leaf, options: values });
  }
  try {
    if (wanted === undefined && !argv.some((arg) => arg !== "--" && arg.startsWith("-") && !isGlobal(arg))) {
      program.outputHelp();
    } else await program.parseAsync(argv, { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0 || thrown.code === "commander.help") return undefined;
    throw new ConfigError(usage(thrown, wanted, table), { code: "usage" });
  }
  return chosen && { ...chosen, verbosity };
}

/** Long flags with dashes for underscores: people type both `--model_path` and `--model-path`. */
export function normalize(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    if (!arg.startsWith("--") || (end >= 0 && i >= end)) return arg;
    const [name = "", ...value] = arg.split("=");
    return [name.replaceAll("_", "-"), ...value].join("=");
  });
}

/** The whole command tree with every command loaded, for completions and for checks. */
export async function fullProgram(table: readonly CommandRow[] = COMMANDS): Promise<Parser> {
  const program = createProgram({ writeSync: (bytes) => bytes.length });
  for (const row of table) {
    if (row.hidden) continue;
    attach(program.command(row.name).description(row.help), (await row.load()).command, () => undefined);
  }
  return program;
}

function createProgram(stdout: Sink): Parser {
  return new Parser("af")
    .description("Affine, subnet 120 of Bittensor: validate, audit and improve open models")
    .usage("[options] command")
    .version(VERSION, "--version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("-v, --verbose", "say more: -v info, -vv debug, -vvv trace")
    .option("--log-json", "write the log as JSON lines")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => writeText(stdout, text),
      // Help that commander would print because a subcommand is missing: it is an answer, not a failure.
      writeErr: (text) => writeText(stdout, text),
      outputError: () => undefined,
      // It would look into the environment, and the help has no colours anyway.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
}

function attach(
  parser: Parser,
  command: Command,
  choose: (command: Command, options: Readonly<Record<string, unknown>>) => void,
): void {
  command.configure?.(parser);
  for (const below of command.commands ?? []) {
    attach(parser.command(below.name).description(below.help ?? ""), below, choose);
  }
  if (!command.run) return;
  parser.action(() => {
    const values: Record<string, unknown> = { ...parser.optsWithGlobals() };
    parser.registeredArguments.forEach((argument, i) => values[argument.name()] = parser.processedArgs[i]);
    choose(command, values);
  });
}

function isGlobal(arg: string): boolean {
  return /^(-v+|--verbose|--log-json)$/.test(arg);
}

function commandName(argv: readonly string[]): string | undefined {
  const words = argv.filter((arg) => !arg.startsWith("-"));
  return words[0] === "help" ? words[1] ?? "help" : words[0];
}

function usage(error: CommanderError, wanted: string | undefined, table: readonly CommandRow[]): string {
  const text = error.message.replace(/^error: /, "").replaceAll(/\s+/g, " ").replace(/\.$/, "");
  const known = table.some((row) => row.name === wanted);
  const help = known ? `af ${wanted} --help` : "af --help";
  return clean(`${text.charAt(0).toUpperCase()}${text.slice(1)}; ${help} shows the usage`);
}
