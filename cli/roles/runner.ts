/** A runner in the executable: gives up every right before it reads anything, then runs programs. @module */
import { revokeAllSync } from "../../core/room/open.ts";
import { runRunner } from "../../core/sandbox/runner.ts";

/** Runs until standard input ends. */
export async function runAsRunner(): Promise<never> {
  revokeAllSync();
  return await runRunner();
}
