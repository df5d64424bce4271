/** What programs run in, for scripts: the sandbox, or plain python3 as its yardstick. @module */
import type { Sandbox } from "../core/port/sandbox.ts";
import { openPythonProcesses } from "./python_processes.ts";

/** Names of runners. */
export const RUNNERS = ["sandbox", "python3"] as const;

/** A runner that is open. */
export interface Runner {
  /** For people. */
  readonly name: string;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** Opens a runner. @throws {Error} if it is not there. */
export async function openRunner(name: typeof RUNNERS[number]): Promise<Runner> {
  if (name === "sandbox") throw new Error("The sandbox is not there yet");
  const { sandbox, version, close } = await openPythonProcesses();
  return { name: `${version}, a process for each case`, sandbox, close };
}
