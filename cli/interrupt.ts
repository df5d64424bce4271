/** SIGINT and SIGTERM: the first asks a command to end, the second or five seconds end it. @module */
import { EXIT } from "./exit.ts";

/** Signals that are being watched. */
export interface Interrupts extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
}

/** How long a graceful command may take to end, in milliseconds. */
export const GRACE_MS = 4_500;

/** A second signal this soon after the first is the same wish, in milliseconds. */
const ECHO_MS = 500;

/** Watches for signals. Without `graceful` the first one ends the process at once, with code 130. */
export function watchInterrupts(graceful: boolean): Interrupts {
  const controller = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = -Infinity;
  const onSignal = () => {
    // On a terminal one Ctrl-C comes twice: to the whole group, and passed on by the supervisor.
    if (performance.now() - first < ECHO_MS) return;
    if (first === -Infinity) first = performance.now();
    if (!graceful || controller.signal.aborted) Deno.exit(EXIT.interrupted);
    controller.abort(new DOMException("Interrupted", "AbortError"));
    timer = setTimeout(() => Deno.exit(EXIT.interrupted), GRACE_MS);
  };
  for (const name of signals) Deno.addSignalListener(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const name of signals) Deno.removeSignalListener(name, onSignal);
    },
  };
}
