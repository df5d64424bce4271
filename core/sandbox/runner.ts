/**
 * A runner: the process that programs run in. It has no right, reads frames from standard input and answers on standard output; one
 * case at a time, so that a program never shares the process with a case that is not its own.
 * @module
 */
import { utf8 } from "../base/bytes.ts";
import { errorText } from "../base/errors.ts";
import type { ProbeKind } from "../room/message.ts";
import { probe } from "../room/probe.ts";
import { startWatchdog, type Watchdog } from "../room/watchdog.ts";
import type { Guest } from "./end.ts";
import { FRAME, FrameReader, FrameWriter } from "./frames.ts";
import { FrameInput } from "./input.ts";
import { type CaseMessage, endFrame, type EndMessage, type ProgramMessage, readCase, readProgram } from "./messages.ts";

/** Runs until standard input ends. Everything that this process may still do must have been given up before. */
export async function runRunner(): Promise<never> {
  try {
    return await serve();
  } catch (error) {
    // The broker reads this; by itself Deno might not say it, for rejections are caught here for the sake of programs.
    Deno.stderr.writeSync(utf8(`${errorText(error)}\n`));
    Deno.exit(1);
  }
}

async function serve(): Promise<never> {
  // Deno makes the global `process` when it is first asked for, which must not happen at the expense of a case.
  cpuTime();
  const watchdog = await startWatchdog();
  const input = new FrameInput();
  const writer = new FrameWriter();
  const state = new State(watchdog);
  send(writer.start(FRAME.ready).finish());
  for (;;) {
    const frame = input.next();
    if (frame === null) Deno.exit(0);
    const from = new FrameReader(frame);
    if (from.kind === FRAME.image) await state.load(from.rest());
    else if (from.kind === FRAME.program) await state.begin(readProgram(from));
    else if (from.kind === FRAME.probe) {
      const [kind, target] = [from.text() as ProbeKind, from.text()];
      send(writer.start(FRAME.probed).text(await probe(kind, target)).finish());
      continue;
    } else {
      send(endFrame(writer, await state.run(readCase(from))));
      continue;
    }
    send(writer.start(FRAME.ready).finish());
  }
}

/** Writes all of it. Where nobody reads any more there is nothing left to do. */
function send(bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // The pipe is broken: the broker is gone, and so is every reason to go on.
    Deno.exit(1);
  }
}

class State {
  readonly #watchdog: Watchdog;
  #python: ((program: ProgramMessage) => Guest) | null = null;
  #program: ProgramMessage | null = null;
  #guest: Guest | null = null;
  constructor(watchdog: Watchdog) {
    this.#watchdog = watchdog;
  }
  async load(image: Uint8Array): Promise<void> {
    const { openPython } = await import("./python.ts");
    this.#python = openPython(image as Uint8Array<ArrayBuffer>);
  }
  async begin(program: ProgramMessage): Promise<void> {
    this.#program = program;
    if (program.language === "python") {
      if (this.#python === null) throw new TypeError("A Python program came before the image");
      this.#guest = this.#python(program);
      return;
    }
    this.#watchdog.strict();
    const { openJavaScript } = await import("./javascript/open.ts");
    this.#guest = await openJavaScript(program);
  }
  async run(message: CaseMessage): Promise<EndMessage> {
    const [program, guest] = [this.#program, this.#guest];
    if (program === null || guest === null) throw new TypeError("A case came before its program");
    const { heapBytes, residentBytes } = program;
    const { cpuMs } = message;
    this.#watchdog.begin({ wallMs: Math.min(message.wallMs, message.leftMs), cpuMs, heapBytes, residentBytes });
    const [wall, cpu] = [performance.now(), cpuTime()];
    const end = await guest.run(message);
    const times = { wallMs: performance.now() - wall, cpuMs: cpuTime() - cpu };
    this.#watchdog.end();
    return { ...end, ...times, ticket: message.ticket };
  }
}

/** Milliseconds of CPU that this process has taken, all threads. */
export function cpuTime(): number {
  // Not imported from node:process: that takes 12 ms of every runner.
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
