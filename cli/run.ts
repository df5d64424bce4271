/** From arguments to an exit code. Loads little: a command and what it needs come with cli/execute.ts. @module */
import { EXIT, failure } from "./exit.ts";
import { PipeClosed, type Sink, writeText } from "./output.ts";
import { type Chosen, parseArguments } from "./program.ts";
import { clean } from "./width.ts";
import { runAgain, runsFromUrl } from "../core/room/process.ts";

/** Streams of a run, and what tests change. */
export interface MainOptions {
  /** @default {Deno.stdout} */
  readonly stdout?: Sink;
  /** @default {Deno.stderr} */
  readonly stderr?: Sink;
  /** Whether the process gives up the rights that the command's row of the table does not keep. @default {true} */
  readonly revoke?: boolean;
  /** Whether this process can open rooms; if not, a command that has some runs in a process that can. @default {true} */
  readonly equipped?: boolean;
}

/** Runs af with these arguments. Never throws; the result is the exit code. */
export async function main(args: readonly string[], options: MainOptions = {}): Promise<number> {
  const stdout = options.stdout ?? Deno.stdout;
  const stderr = options.stderr ?? Deno.stderr;
  let chosen: Chosen | undefined;
  try {
    chosen = await parseArguments(args, { stdout });
    if (!chosen) return EXIT.done;
    const { rooms, sandbox = false } = chosen.row;
    const needs = rooms.length > 0 || (sandbox && runsFromUrl());
    if (needs && options.equipped === false) return await runAgain(args);
    const { execute } = await import("./execute.ts");
    return await execute(chosen, { stdout, stderr, revoke: options.revoke ?? true });
  } catch (thrown) {
    return tell(thrown, stderr, chosen?.verbosity ?? 0);
  }
}

function tell(thrown: unknown, stderr: Sink, verbosity: number): number {
  if (thrown instanceof PipeClosed) return EXIT.done;
  const { code, lines } = failure(thrown, verbosity);
  try {
    writeText(stderr, lines.map((line) => `${clean(line)}\n`).join(""));
  } catch (closed) {
    if (!(closed instanceof PipeClosed)) throw closed;
  }
  return code;
}
