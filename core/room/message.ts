/** Messages through a room's wall. Only data that can be cloned; no functions, no causes of errors. @module */
import type { ErrorData } from "../base/errors.ts";

/** Parent to room: call a method. */
export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Room to parent: the end of a call, a line for the log, or the sign that the room listens. */
export type RoomMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorData }
  | { readonly log: LogLine }
  | { readonly ready: true };

/** Levels of the log, the least important first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** One line of a room's log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** Name of the method that every room answers: see {@linkcode ProbeKind}. */
export const PROBE = "room.probe";

/** Rights that a probe tries to use. */
export const PROBE_KINDS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;
/** One of {@linkcode PROBE_KINDS}. */
export type ProbeKind = typeof PROBE_KINDS[number];
