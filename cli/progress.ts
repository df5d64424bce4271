/** Progress of long work: a bar with rate and time left on a terminal, a plain line now and then otherwise. @module */
import type { Screen } from "./screen.ts";

/** Options of a progress bar. */
export interface ProgressOptions {
  /** How much there is to do; without it there is no bar and no time left. */
  readonly total?: number;
  /** What is counted, such as `answers`. @default {""} */
  readonly unit?: string;
}

/** A running progress bar. End it with `done`, or with `using`. */
export interface Progress extends Disposable {
  /** Counts more work as done. @param note short text behind the bar, until the next one */
  step(count?: number, note?: string): void;
  /** Sets what is done and, where it has become known, how much there is. */
  set(done: number, total?: number): void;
  /** Takes the bar away; where there is no terminal, writes the last state as a line. */
  done(): void;
}

/** Clock and pace, for tests. */
export interface ProgressPace {
  /** Milliseconds of a monotonic clock. @default {performance.now} */
  readonly now?: () => number;
  /** Milliseconds between two drawings on a terminal. @default {100} */
  readonly drawMs?: number;
  /** Milliseconds between two plain lines. @default {5000} */
  readonly lineMs?: number;
}

/** Starts a progress bar on a screen. It draws when work is done, so it needs no timer and holds no process up. */
export function startProgress(
  screen: Screen,
  label: string,
  options: ProgressOptions = {},
  pace: ProgressPace = {},
): Progress {
  const now = pace.now ?? (() => performance.now());
  const gap = screen.terminal ? pace.drawMs ?? 100 : pace.lineMs ?? 5000;
  const started = now();
  let total = options.total;
  let count = 0;
  let note = "";
  let shown = screen.terminal ? -Infinity : started;
  let ended = false;
  const show = () => {
    const state = { label, count, total, unit: options.unit ?? "", elapsedMs: now() - started, note };
    if (screen.terminal) screen.status(drawBar(state));
    else screen.line(describe(state));
  };
  const changed = () => {
    if (ended || now() - shown < gap) return;
    shown = now();
    show();
  };
  const done = () => {
    if (ended) return;
    ended = true;
    if (screen.terminal) screen.status("");
    else show();
  };
  return {
    step(more, text) {
      count += more ?? 1;
      note = text ?? note;
      changed();
    },
    set(value, newTotal) {
      count = value;
      total = newTotal ?? total;
      changed();
    },
    done,
    [Symbol.dispose]: done,
  };
}

/** What a bar shows. */
export interface ProgressState {
  readonly label: string;
  readonly count: number;
  readonly total: number | undefined;
  readonly unit: string;
  readonly elapsedMs: number;
  readonly note: string;
}

/** The state as words: `Round 3: 40 of 120 answers, 8.2/s, 10 s left`. */
export function describe(state: ProgressState): string {
  const { label, count, total, unit, elapsedMs, note } = state;
  const rate = elapsedMs > 0 ? count / (elapsedMs / 1000) : 0;
  const parts = [`${count}${total === undefined ? "" : ` of ${total}`}${unit ? ` ${unit}` : ""}`];
  if (rate > 0) parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
  if (total !== undefined && rate > 0 && count < total) parts.push(`${duration((total - count) / rate)} left`);
  if (note) parts.push(note);
  return `${label}: ${parts.join(", ")}`;
}

/** The state with a bar of 20 columns before its words. */
export function drawBar(state: ProgressState): string {
  if (state.total === undefined) return describe(state);
  const share = state.total > 0 ? Math.min(1, Math.max(0, state.count / state.total)) : 1;
  const full = Math.round(share * 20);
  return `[${"#".repeat(full)}${"-".repeat(20 - full)}] ${describe(state)}`;
}

/** Seconds in words: `9 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
