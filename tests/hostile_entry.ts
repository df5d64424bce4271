/**
 * The hostile corpus: what an attack is. Attacks are data; hostile_native.ts runs them once without protection, hostile_run.ts in the
 * sandbox. In a source `{SECRET_FILE}` is a file with a secret, `{FOLDER}` its folder, `{PORT}` and `{UDP}` are listening on loopback,
 * `{VICTIM}` is the pid of a process of ours. An attack that got through prints a line that begins with `GOT:`.
 * @module
 */
import type { Expected } from "../envs/program/verdict.ts";
import type { CaseResult, Language, SandboxLimits } from "../core/port/sandbox.ts";

/** What is attacked. */
export const SUBJECTS = [
  "files",
  "network",
  "processes",
  "time",
  "memory",
  "output",
  "input",
  "forgery",
  "engine",
  "leftovers",
] as const;
/** One of {@linkcode SUBJECTS}. */
export type Subject = typeof SUBJECTS[number];

/** What an attack did where nothing held it. */
export interface NativeOutcome {
  /** Its standard output, at most the first megabyte. */
  readonly stdout: string;
  /** Its standard error, likewise. */
  readonly stderr: string;
  /** Bytes of output that came until it was ended. */
  readonly bytes: number;
  /** Exit code; 128 and the number of the signal where one ended it. */
  readonly code: number;
  /** Whether it still ran at the deadline. */
  readonly late: boolean;
  /** Connections and datagrams that came in. */
  readonly reached: number;
  /** Whether the folder is as it was before. */
  readonly untouched: boolean;
  /** Whether the process `{VICTIM}` was alive after it, and the shell that had started the attack. */
  readonly victim: boolean;
  readonly parent: boolean;
}

/** How one sees that an attack succeeded where nothing held it. */
export interface Native {
  readonly kind: "native";
  readonly what: string;
  succeeded(outcome: NativeOutcome): boolean;
  /** Whether it is run in a namespace of processes only, since it harms processes that it does not know. */
  readonly isolated?: boolean;
}

/** What a run in the sandbox may look like: a sentence if it is wrong, null if it is right. */
export type Check = (result: CaseResult) => string | null;

/** One attack. */
export interface Attack {
  readonly name: string;
  readonly language: Language;
  readonly subject: Subject;
  readonly source: string;
  /** Standard input of the attack. */
  readonly input?: string;
  /** Instead of just running it: a function to call, and the JSON array of its arguments. */
  readonly call?: { readonly function: string; readonly args: string };
  readonly limits?: Partial<SandboxLimits>;
  /** What else its own case must look like; that nothing outside was touched is checked for every attack. */
  readonly check?: Check;
  /** What a task would expect of it, and whether it must pass: it is judged by what it really answered. */
  readonly judged?: { readonly expected: Expected; readonly passed: boolean };
  /** How it succeeds without the sandbox, or why it is not run there. */
  readonly native: Native | string;
  /** What the refusal says, where a size limit must refuse it before anything starts. */
  readonly refused?: RegExp;
  /** Whether the source harms every case that it runs in, so that its next case is no witness; the next submission is. */
  readonly inSource?: boolean;
}

/** Parts of an attack that may be left out, for the builders below. */
export type Rest = Partial<Omit<Attack, "name" | "source" | "language" | "subject">>;

/** Attacks of one subject and language, by name. */
export function attacks(
  language: Language,
  subject: Subject,
  rest: Rest & { readonly native: Native | string },
  sources: Readonly<Record<string, string | readonly [source: string, rest: Rest]>>,
): Attack[] {
  return Object.entries(sources).map(([name, entry]) => {
    const [source, own] = typeof entry === "string" ? [entry, {}] : entry;
    return { name, language, subject, source: source.replace(/^\n/, ""), ...rest, ...own };
  });
}

function native(what: string, succeeded: Native["succeeded"], isolated = false): Native {
  return { kind: "native", what, succeeded, isolated };
}

/** It says so, with evidence. */
export const SAYS: Native = native("printed GOT:", ({ stdout }) => /^GOT:/m.test(stdout));
/** It ran until it was ended from outside. */
export const LATE: Native = native("ran on past the deadline", ({ late }) => late);
/** It reached the listener. */
export const REACHED: Native = native("reached the listener", ({ reached }) => reached > 0);
/** It changed the folder. */
export const TOUCHED: Native = native("changed the folder", ({ untouched }) => !untouched);
/** It ended a process that is not its own. */
export const KILLED: Native = native("killed a process of others", ({ victim }) => !victim, true);
/** It ended the process that had started it. */
export const ORPHANED: Native = native("killed its parent", ({ parent }) => !parent, true);
/** The interpreter died of a signal, or of its own fatal error. */
export const CRASHED: Native = native("crashed the interpreter", ({ code, late }) => code > 128 && !late);
/** Likewise, or it never came back. */
export const BROKEN: Native = native("broke the interpreter", ({ code, late }) => code > 128 || late);
/** More came out than any limit allows. */
export const FLOODED: Native = native("printed over 16 MB", ({ bytes }) => bytes > 16 << 20);

/** Reasons for attacks that have nothing to attack outside the sandbox. */
export const INSIDE = {
  verdict: "attacks the verdict",
  engine: "attacks the engine",
  reset: "attacks the next case",
  context: "attacks the runner",
} as const;
