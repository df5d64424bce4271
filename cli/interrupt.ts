/** SIGINT and SIGTERM: the first asks a command to end, the second or five seconds end it. @module */
import { EXIT } from "./exit.ts";

/** Signals that are being watched. */
export interface Interrupts extends Disposable {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
}

/** How long a graceful command may take to end, in milliseconds. */
export const GRACE_MS = 4_500;

/** Watches for signals. Without `graceful` the first one ends the process at once, with code 130. */
export function watchInterrupts(graceful: boolean): Interrupts {
  const controller = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onSignal = () => {
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
