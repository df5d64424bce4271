/** Sets the log up: @logtape/logtape to stderr, one line an entry, without secrets. Only the command line calls this. @module */
import { configure, getLogger, type Logger, type LogLevel, type LogRecord, reset } from "@logtape/logtape";
import { toJson } from "./print.ts";
import type { Redactor } from "./redact.ts";
import type { Screen } from "./screen.ts";
import { clean } from "./width.ts";

/** Options of {@linkcode startLogging}. */
export interface LoggingOptions {
  /** How often `-v` was given. @default {0} */
  readonly verbosity?: number;
  /** Whether entries are JSON, for programs. @default {false} */
  readonly json?: boolean;
}

const LEVELS: readonly LogLevel[] = ["warning", "info", "debug", "trace"];
const COLORS: Partial<Record<LogLevel, string>> = { warning: "33", error: "31", fatal: "31", debug: "90", trace: "90" };

/** The least important level that is shown for a number of `-v`. */
export function levelOf(verbosity: number): LogLevel {
  return LEVELS[Math.min(Math.max(verbosity, 0), LEVELS.length - 1)]!;
}

/** Starts the log and returns the logger of af. Everything that @logtape users log appears, below `af` at this level. */
export async function startLogging(screen: Screen, redactor: Redactor, options: LoggingOptions = {}): Promise<Logger> {
  const format = options.json ? formatJson : formatLine;
  const color = screen.color && !options.json;
  await configure({
    reset: true,
    sinks: { screen: (record) => screen.line(format(record, redactor, color)) },
    loggers: [
      { category: ["af"], lowestLevel: levelOf(options.verbosity ?? 0), sinks: ["screen"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["screen"] },
    ],
  });
  return getLogger(["af"]);
}

/** Logs a finished text. What looks like a placeholder in it, such as a chute's `{slug}`, stays as it is. */
export function logText(log: Logger, level: "debug" | "info" | "warning" | "error", text: string): void {
  log[level](text.replaceAll("{", "{{").replaceAll("}", "}}"));
}

/** Ends the log, so that a test can start another. */
export async function stopLogging(): Promise<void> {
  await reset();
}

function message(record: LogRecord, redactor: Redactor): string {
  const text = record.message.map((part) => typeof part === "string" ? part : toJson(redactor.value(part))).join("");
  return redactor.text(text);
}

/** An entry for people: `12:00:01 warning chain: Socket closed {"attempt":2}`. Always one line. */
export function formatLine(record: LogRecord, redactor: Redactor, color = false): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 19);
  const room = record.category.slice(1).join(".");
  const properties = toJson(redactor.value(record.properties));
  const more = properties === "{}" ? "" : ` ${properties}`;
  const line = clean(`${time} ${record.level}${room ? ` ${room}` : ""}: ${oneLine(message(record, redactor))}${more}`);
  const code = color ? COLORS[record.level] : undefined;
  return code === undefined ? line : `\x1b[${code}m${line}\x1b[0m`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

/** An entry for programs: one JSON object with time, level, category, message and the entry's properties. */
export function formatJson(record: LogRecord, redactor: Redactor): string {
  return toJson({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    category: record.category.join("."),
    message: message(record, redactor),
    properties: redactor.value(record.properties),
  });
}
