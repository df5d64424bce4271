/** What a command is: its parser and its run side by side in cli/commands/. Types only. @module */
import type { Command as Parser } from "commander";
import type { Logger } from "@logtape/logtape";
import type { RoomName } from "../core/room/table.ts";
import type { Config } from "./config.ts";
import type { Print } from "./print.ts";
import type { Progress, ProgressOptions } from "./progress.ts";

/** Rights that a process can keep. */
export const RIGHTS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;
/** One of {@linkcode RIGHTS}. */
export type Right = typeof RIGHTS[number];

/** What a command gets from the command line. */
export interface Context {
  /** The answer, on stdout: a table for people or JSON for programs. */
  readonly print: Print;
  /** Settings: environment, file, defaults. */
  readonly config: Config;
  /** The log, on stderr, without secrets. */
  readonly log: Logger;
  /** Starts a progress bar on stderr (plain lines where there is no terminal). */
  progress(label: string, options?: ProgressOptions): Progress;
  /** Aborted by the first SIGINT or SIGTERM. Only a command with `graceful` gets to see it. */
  readonly signal: AbortSignal;
  /** How often `-v` was given: 0 warnings, 1 info, 2 debug, 3 trace. */
  readonly verbosity: number;
}

/** A command. `Options` are commander's camel-cased options together with the arguments by their names. */
export interface Command<Options = never> {
  readonly name: string;
  /** One line for the list of commands; of a command in the table it is the table's. */
  readonly help?: string;
  /** Whether it ends by itself when `context.signal` is aborted (it has 5 seconds); otherwise it is ended at once. */
  readonly graceful?: boolean;
  /** Commands below it, such as `env list`. A command with these has no run of its own. */
  readonly commands?: readonly Command[];
  /** Adds arguments and options. `--json` comes from `cli/options.ts`, `-v` is everywhere. */
  configure?(parser: Parser): void;
  /** Does the work. The result is the exit code: 0 done, 1 failed. */
  run?(context: Context, options: Options): Promise<number> | number;
}

/** A row of the command table. */
export interface CommandRow {
  readonly name: string;
  readonly help: string;
  /** Not in the help: processes that af starts by itself. */
  readonly hidden?: boolean;
  /** Whether it looks for the engine's image itself: from a URL that is an import, which takes a flag of Deno. */
  readonly sandbox?: boolean;
  /** Rooms that the command opens. */
  readonly rooms: readonly RoomName[];
  /** Rights that the command's own process keeps; all others are revoked before it runs. */
  readonly keep: readonly Right[];
  /** Loads the command, and with it everything that it imports. */
  load(): Promise<{ readonly command: Command }>;
}
