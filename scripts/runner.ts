/** What programs run in, for scripts: the sandbox, or plain python3 as its yardstick. @module */
import type { Sandbox } from "../core/port/sandbox.ts";
import { openLocalSandbox } from "../core/sandbox/local.ts";
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
  if (name === "python3") {
    const { sandbox, version, close } = await openPythonProcesses();
    return { name: `${version}, a process for each case`, sandbox, close };
  }
  const sandbox = await openLocalSandbox({ parallel: 1 });
  const { engine, layers } = await sandbox.facts();
  if (engine === null) {
    await sandbox[Symbol.asyncDispose]();
    throw new Error("The Python engine was not built: deno task engine makes it");
  }
  const around = layers.length > 0 ? layers.join(", ") : "none";
  return {
    name: `sandbox, engine ${engine.slice(0, 12)}, layers of the system: ${around}`,
    sandbox,
    close: async () => await sandbox[Symbol.asyncDispose](),
  };
}
