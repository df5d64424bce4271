/**
 * The program on a machine that fails: `faults.json` in af's configuration directory says how. For tests.
 * Every process of the run is started with this file again, so a fault reaches the process that it is meant for.
 * @module
 */
import { start } from "../cli/roles.ts";

/** What is to fail in the validator's process, some time after its start. */
export interface Faults {
  /** Milliseconds by which the wall clock is set back. */
  readonly clockBackMs?: number;
  /** Name of a room whose Worker dies of an error that nobody catches; only in the first validator of a run. */
  readonly room?: string;
  /** When, in milliseconds. @default {1500} */
  readonly afterMs?: number;
}

function setClockBack(byMs: number, afterMs: number): void {
  const now = Date.now.bind(Date);
  setTimeout(() => Date.now = () => now() - byMs, afterMs);
}

function killRoom(room: string, afterMs: number): void {
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      // A room takes a call apart before it looks whether it is one.
      if (options?.name === room) setTimeout(() => this.postMessage(null), afterMs);
    }
  };
}

function breakMachine(directory: string): void {
  const faults = JSON.parse(Deno.readTextFileSync(`${directory}/faults.json`)) as Faults;
  const { clockBackMs, room, afterMs = 1_500 } = faults;
  if (clockBackMs !== undefined) setClockBack(clockBackMs, afterMs);
  if (room !== undefined) killRoom(room, afterMs);
  // The next validator of the run finds a machine that works again, but for its clock.
  Deno.writeTextFileSync(`${directory}/faults.json`, JSON.stringify(clockBackMs === undefined ? {} : { clockBackMs }));
}

if (import.meta.main) {
  if (Deno.args[0] === "@validator") breakMachine(`${Deno.env.get("XDG_CONFIG_HOME")}/af`);
  Deno.exit(await start(Deno.args));
}
