/** Starts a role's process: reads its start message, logs, ends when the parent is gone. @module */
import type { Logger } from "@logtape/logtape";
import { AfError, ConfigError } from "../../core/base/errors.ts";
import type { LogLine } from "../../core/room/message.ts";
import { type Role, ROLES, type RoleStart, roleStart } from "../../core/room/process.ts";
import { AGAIN } from "../../core/room/supervise.ts";
import { Config } from "../config.ts";
import { EXIT, failure } from "../exit.ts";
import { logText, startLogging } from "../logging.ts";
import { Redactor } from "../redact.ts";
import { standardScreen } from "../execute.ts";
import type { Screen } from "../screen.ts";
import { clean } from "../width.ts";

/** What a role works with. */
export interface RoleContext {
  readonly message: unknown;
  readonly orphaned: Promise<void>;
  readonly log: Logger;
  readonly screen: Screen;
  readonly config: Config;
  /** For the rooms' `onLog`. */
  readonly onLog: (room: string, line: LogLine) => void;
}

/** A role's own part. Returns the exit code. */
export type RoleMain = (context: RoleContext) => Promise<number>;

const LOADERS: Readonly<Record<Role, () => Promise<{ readonly run: RoleMain }>>> = {
  signer: () => import("./signer.ts"),
  local: () => import("./local.ts"),
  validator: () => import("./validator.ts"),
  broker: () => import("./broker.ts"),
};

interface Common {
  readonly verbosity?: number;
  readonly logJson?: boolean;
}

/** Runs a role to its end. Returns the exit code: {@linkcode AGAIN} asks for another start. */
export async function runRole(word: string): Promise<number> {
  const screen = standardScreen();
  let verbosity = 0;
  let redactor = new Redactor([]);
  try {
    const role = checkRole(word);
    const { run } = await LOADERS[role]();
    const { message, orphaned }: RoleStart = await roleStart();
    const common = message as Common;
    verbosity = common.verbosity ?? 0;
    const config = new Config();
    redactor = new Redactor([...config.secrets(), ...tokens(message)]);
    const root = await startLogging(screen, redactor, { verbosity, json: common.logJson === true });
    const onLog = (room: string, line: LogLine) => logText(root.getChild(room), line.level, line.text);
    return await run({ message, orphaned, log: root.getChild(role), screen, config, onLog });
  } catch (thrown) {
    const { code, lines } = failure(thrown, verbosity);
    screen.status("");
    for (const line of lines) screen.line(clean(redactor.text(line)));
    return isForAgain(thrown) ? AGAIN : code || EXIT.failed;
  }
}

/** Whether another start may help. A full disk, or a journal that somebody else holds, needs a person. */
function isForAgain(thrown: unknown): boolean {
  return thrown instanceof AfError && thrown.retryable && thrown.kind !== "StoreError";
}

/** Secrets of a start message: they must not appear in a log either. */
function tokens(message: unknown): string[] {
  const out: string[] = [];
  JSON.stringify(message, (key, value) => {
    if ((key === "token" || key === "apiKey" || key === "saltRoot") && typeof value === "string") out.push(value);
    return value;
  });
  return out;
}

/** Prints the one line that tells the parent that a service is ready. */
export function sayReady(value: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

/** SIGINT reaches the whole group on a terminal: a service goes on until its parent says otherwise. */
export function ignoreInterrupts(): void {
  Deno.addSignalListener("SIGINT", () => {});
}

/** The role that a word names. @throws {ConfigError} if there is none. */
function checkRole(word: string): Role {
  const role = ROLES.find((one) => one === word);
  if (!role) throw new ConfigError(`There is no process @${word}`, { code: "usage" });
  return role;
}
