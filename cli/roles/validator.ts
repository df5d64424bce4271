/** The validator's process: rooms, the loop, and what a person sees of it. @module */
import { AfError, errorText } from "../../core/base/errors.ts";
import type { FlowLevel } from "../../core/flow/deps.ts";
import { readStandings } from "../../core/flow/standing.ts";
import { validate } from "../../core/flow/validate.ts";
import { AGAIN } from "../../core/room/supervise.ts";
import { EXIT } from "../exit.ts";
import { watchInterrupts } from "../interrupt.ts";
import { logText } from "../logging.ts";
import { Print } from "../print.ts";
import { printStandings } from "../standing.ts";
import type { ValidatorStart } from "../start.ts";
import { Watch } from "../watch.ts";
import { openValidator } from "../wire.ts";
import type { RoleContext } from "./run.ts";

/** Longest time that a validator takes to end once its parent or one of its rooms is gone, in milliseconds. */
const LEAVE_MS = 3_000;

/** Runs the loop until it is done, interrupted, or the parent or a room is gone. */
export async function run({ message, orphaned, log, screen, config, onLog }: RoleContext): Promise<number> {
  const start = message as ValidatorStart;
  using interrupts = watchInterrupts(true);
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupts.signal, stop.signal]);
  let leaving: number | null = null;
  const leave = (code: number) => {
    leaving ??= code;
    stop.abort();
    // Whatever hangs then must not keep it alive, and with it the journal's lock: what is durable is in the journal.
    Deno.unrefTimer(setTimeout(() => Deno.exit(code), LEAVE_MS));
  };
  orphaned.then(() => leave(interrupts.signal.aborted ? EXIT.interrupted : EXIT.failed));
  const watch = new Watch(screen, start);
  if (start.local) logText(log, "info", `The embedded chain listens on ${start.endpoint}`);
  const validator = await openValidator(start, {
    config,
    onLog,
    log: (level: FlowLevel, text: string) => logText(log, level, text),
    onEvent: (event) => watch.see(event),
    onDeath(error) {
      logText(log, "error", errorText(error));
      leave(AGAIN);
    },
  }).catch((error) => {
    // Somebody has just typed an endpoint: a node that is not there is more likely a mistake than an outage.
    throw start.again ? error : final(error);
  });
  try {
    const end = await validate(validator.deps, {
      once: start.once,
      ...(start.epochs > 0 ? { epochs: start.epochs } : {}),
      parallel: start.parallel,
      signal,
    });
    watch.done();
    if (interrupts.signal.aborted) return EXIT.interrupted;
    if (leaving !== null) return leaving;
    const standing = await readStandings(validator.deps.store, { tolerance: validator.deps.parameters.tau });
    const print = new Print(Deno.stdout, { json: start.json });
    printStandings(print, standing, { weights: end.weights });
    const { report } = end.settled;
    // The log has said why; whoever asked for the weights of so many epochs must not take this for done.
    const owed = report !== null && report.payeeUid !== null && end.weights?.epoch !== report.epoch;
    return owed ? EXIT.failed : EXIT.done;
  } catch (error) {
    watch.done();
    if (interrupts.signal.aborted && !(error instanceof AfError)) return EXIT.interrupted;
    if (leaving !== null) return leaving;
    throw error;
  } finally {
    await validator.close().catch((error) => logText(log, "error", errorText(error)));
  }
}

/** The same error as one that no new start mends. */
function final(error: unknown): unknown {
  if (!(error instanceof AfError) || !error.retryable) return error;
  return new AfError(error.kind, error.message, { code: error.code, cause: error });
}
