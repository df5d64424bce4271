/** Runs one chosen command: settings, log, screen, signals around it, and its failure told without secrets. @module */
import type { CommandRow, Context } from "./command.ts";
import { Config } from "./config.ts";
import { EXIT, failure } from "./exit.ts";
import { watchInterrupts } from "./interrupt.ts";
import { startLogging } from "./logging.ts";
import { PipeClosed, type Sink } from "./output.ts";
import { Print } from "./print.ts";
import type { Chosen } from "./program.ts";
import { startProgress } from "./progress.ts";
import { Redactor } from "./redact.ts";
import { Screen } from "./screen.ts";
import { clean } from "./width.ts";
import { revokeAll } from "../core/room/open.ts";
import { runsFromUrl } from "../core/room/process.ts";

/** Options of {@linkcode execute}. */
export interface ExecuteOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Whether to revoke what the row does not keep. */
  readonly revoke: boolean;
}

/** Runs a command and returns the exit code. @throws {PipeClosed} if nobody reads the answer any more */
export async function execute(chosen: Chosen, options: ExecuteOptions): Promise<number> {
  const { command, row, verbosity } = chosen;
  const config = new Config();
  const redactor = new Redactor(config.secrets());
  const screen = standardScreen(options.stderr);
  using interrupts = watchInterrupts(command.graceful ?? false);
  const { signal } = interrupts;
  const log = await startLogging(screen, redactor, { verbosity, json: chosen.options.logJson === true });
  const context: Context = {
    print: new Print(options.stdout, { json: chosen.options.json === true, columns: terminalColumns(options.stdout) }),
    config,
    log,
    progress: (label, progressOptions) => startProgress(screen, label, progressOptions),
    signal,
    verbosity,
  };
  try {
    if (options.revoke) await revokeAll(kept(row) as readonly Deno.PermissionName[]);
    const code = await command.run!(context, chosen.options as never);
    return signal.aborted ? EXIT.interrupted : code;
  } catch (thrown) {
    if (signal.aborted) return EXIT.interrupted;
    if (thrown instanceof PipeClosed) throw thrown;
    const { code, lines } = failure(thrown, verbosity);
    screen.status("");
    for (const line of lines) screen.line(clean(redactor.text(line)));
    return code;
  }
}

/** What the row keeps. From a URL rooms and the engine's image are imports; a command gives that up once it has them. */
function kept(row: CommandRow): readonly string[] {
  return (row.rooms.length > 0 || row.sandbox) && runsFromUrl() ? [...row.keep, "import"] : row.keep;
}

/** The screen of this process: its stderr, drawn upon where that is a terminal, in colour unless NO_COLOR is set. */
export function standardScreen(stderr: Sink = Deno.stderr): Screen {
  const terminal = stderr === Deno.stderr && Deno.stderr.isTerminal();
  return new Screen(stderr, {
    terminal,
    color: terminal && !Deno.noColor,
    columns: () => terminalColumns(stderr) || 80,
  });
}

function terminalColumns(sink: Sink): number {
  if (sink !== Deno.stdout && sink !== Deno.stderr) return 0;
  if (!(sink === Deno.stdout ? Deno.stdout : Deno.stderr).isTerminal()) return 0;
  try {
    return Deno.consoleSize().columns;
  } catch (thrown) {
    // It looks at stdin, stdout and stderr together and fails where they disagree about being a terminal.
    if (thrown instanceof Error) return 80;
    throw thrown;
  }
}
