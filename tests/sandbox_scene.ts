/** What the sandbox's tests share: a batch of one program, a broker among forgers, and which languages there are. @module */
import { equal } from "node:assert/strict";
import type { CaseResult, Language, ProgramCase, Sandbox, SandboxLimits } from "../core/port/sandbox.ts";
import { runnerCommand } from "../core/room/runner.ts";
import { Broker } from "../core/sandbox/broker.ts";
import { findImage } from "../core/sandbox/image_file.ts";
import { Pool } from "../core/sandbox/pool.ts";

/** The engine's packed image, null where it was not built. */
export const IMAGE: Uint8Array | null = await findImage();

/** End of the name of a test that needs Python. */
export const NO_ENGINE: string = IMAGE === null ? " [skipped: no Python engine, deno task engine builds it]" : "";

/** A program and what it is run on. */
export interface Trial {
  readonly language: Language;
  readonly source: string;
  /** Standard inputs. @default {[""]} */
  readonly stdin?: readonly string[];
  readonly cases?: readonly ProgramCase[];
  readonly limits?: Partial<SandboxLimits>;
}

/** Runs one program and gives what its cases did. */
export async function runTrial(sandbox: Sandbox, trial: Trial): Promise<readonly CaseResult[]> {
  const { language, source, stdin = [""], limits = {} } = trial;
  const cases = trial.cases ?? stdin.map((text): ProgramCase => ({ kind: "stdin", stdin: text }));
  const [result] = await sandbox.run({ contender: "test", submissions: [{ language, source, cases, limits }] });
  equal(result!.kind, "ran", JSON.stringify(result));
  return result!.kind === "ran" ? result!.cases : [];
}

/** Gives a broker whose runners are a forger's (see tests/forger.ts): a module beside this one. */
export async function withForger(module: string, work: (broker: Broker) => Promise<void>): Promise<void> {
  const pool = new Pool({ command: runnerCommand(new URL(module, import.meta.url)), image: null, spare: 0 });
  try {
    await work(new Broker({ pool, facts: { engine: null, parallel: 1, layers: [] }, waiting: 1 }));
  } finally {
    await pool.close();
  }
}

/** Waits until a condition holds; fails after `ms`. */
export async function eventually(what: string, ms: number, holds: () => Promise<boolean> | boolean): Promise<void> {
  const start = performance.now();
  while (!(await holds())) {
    if (performance.now() - start > ms) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process is there. */
export async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] }).output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}

/** Process ids of the children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid="] }).output();
  return new TextDecoder().decode(stdout).split("\n").map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid).map(([child]) => child!);
}
