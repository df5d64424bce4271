/** The validator's process: rooms, the loop, and what a person sees of it. @module */
import { AfError, errorText } from "../../core/base/errors.ts";
import type { FlowLevel } from "../../core/flow/deps.ts";
import { readStandings } from "../../core/flow/standing.ts";
import { validate } from "../../core/flow/validate.ts";
import { AGAIN } from "../../core/room/supervise.ts";
import { watchInterrupts } from "../interrupt.ts";
import { logText } from "../logging.ts";
import { Print } from "../print.ts";
import { printStandings } from "../standing.ts";
import type { ValidatorStart } from "../start.ts";
import { Watch } from "../watch.ts";
import { openValidator } from "../wire.ts";
import type { RoleContext } from "./run.ts";

/** Runs the loop until it is done, interrupted, or the parent is gone. */
export async function run({ message, orphaned, log, screen, config, onLog }: RoleContext): Promise<number> {
  const start = message as ValidatorStart;
  using interrupts = watchInterrupts(true);
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupts.signal, stop.signal]);
  orphaned.then(() => stop.abort());
  let died = false;
  const watch = new Watch(screen, start);
  const validator = await openValidator(start, {
    config,
    onLog,
    log: (level: FlowLevel, text: string) => logText(log, level, text),
    onEvent: (event) => watch.see(event),
    onDeath(error) {
      logText(log, "error", errorText(error));
      died = true;
      stop.abort();
    },
  });
  try {
    const end = await validate(validator.deps, {
      once: start.once,
      ...(start.epochs > 0 ? { epochs: start.epochs } : {}),
      parallel: start.parallel,
      signal,
    });
    watch.done();
    if (died) return AGAIN;
    if (interrupts.signal.aborted) return 130;
    const standing = await readStandings(validator.deps.store, { tolerance: validator.deps.parameters.tau });
    const print = new Print(Deno.stdout, { json: start.json });
    printStandings(print, standing, { weights: end.weights });
    return 0;
  } catch (error) {
    watch.done();
    if (interrupts.signal.aborted && !(error instanceof AfError)) return 130;
    throw error;
  } finally {
    await validator.close().catch((error) => logText(log, "error", errorText(error)));
  }
}
