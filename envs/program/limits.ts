/** What a case of a task may take. @module */
import type { SandboxLimits } from "../../core/port/sandbox.ts";

/**
 * Reference programs end within milliseconds and print little; an answer may be far slower, but not hold up a round. Memory is left
 * alone: another size of the guest would cost a new instance.
 */
export const CASE_LIMITS = {
  cpuMs: 2_000,
  wallMs: 6_000,
  submissionMs: 20_000,
  outputBytes: 65_536,
} as const satisfies Partial<SandboxLimits>;
