/** Port: running programs that nobody trusts. A program gets its input and nothing else; the verdict is formed outside. @module */

/** Languages of a submission. */
export const LANGUAGES = ["python", "javascript", "typescript"] as const;
/** One of {@linkcode LANGUAGES}. */
export type Language = typeof LANGUAGES[number];

/** One run of a program: its standard input, or the arguments of the function that is called. Never what is expected of it. */
export type ProgramCase =
  | { readonly kind: "stdin"; readonly stdin: string }
  /** `args` is the JSON text of an array; integers of any size keep every digit. */
  | { readonly kind: "call"; readonly function: string; readonly args: string };

/** What ends a case or refuses a submission. Times in milliseconds, sizes in bytes. */
export interface SandboxLimits {
  /** Wall time of one case. */
  readonly wallMs: number;
  /** Wall time of all cases of one submission. */
  readonly submissionMs: number;
  /** CPU time of one case. */
  readonly cpuMs: number;
  /** Memory of the Python guest. At most what the engine was built with. */
  readonly guestBytes: number;
  /** Heap of a JavaScript program. */
  readonly heapBytes: number;
  /** Resident memory of the whole process of a runner. */
  readonly residentBytes: number;
  /** Standard output and standard error of one case, each; what is more is cut. */
  readonly outputBytes: number;
  /** UTF-8 size of the source. */
  readonly sourceBytes: number;
  /** UTF-8 size of the input of one case. */
  readonly inputBytes: number;
  /** Number of cases of a submission. */
  readonly cases: number;
}

/** The limits that apply where none are given. */
export const DEFAULT_LIMITS: SandboxLimits = {
  wallMs: 5_000,
  submissionMs: 30_000,
  cpuMs: 5_000,
  guestBytes: 256 << 20,
  heapBytes: 256 << 20,
  residentBytes: 768 << 20,
  outputBytes: 1 << 20,
  sourceBytes: 256 << 10,
  inputBytes: 16 << 20,
  cases: 1_000,
};

/** A program and the cases that it is run on. */
export interface Submission {
  /** What the source is written in. */
  readonly language: Language;
  /** The program's text. */
  readonly source: string;
  /** What it is run on, one case after the other. */
  readonly cases: readonly ProgramCase[];
  /** Departures from {@linkcode DEFAULT_LIMITS}. */
  readonly limits?: Partial<SandboxLimits>;
}

/** Which limit ended a case. `process` = the process died without a limit that can be named. */
export const LIMITS_HIT = [
  "wall",
  "submission",
  "cpu",
  "guest memory",
  "heap",
  "resident memory",
  "process",
] as const;
/** One of {@linkcode LIMITS_HIT}. */
export type LimitHit = typeof LIMITS_HIT[number];

/** What one case did. All of it is the program's word: data, never a verdict. */
export interface CaseResult {
  /** Text of the standard output; bytes that are no UTF-8 are replaced by U+FFFD. */
  readonly stdout: string;
  /** Text of the standard error, a traceback included. */
  readonly stderr: string;
  /** Exit code; 0 = ended well. */
  readonly exit: number;
  /** Class of the exception that ended it, such as `ZeroDivisionError`; empty where there was none. */
  readonly exception: string;
  /**
   * What a called function returned, as JSON text: None, booleans, integers (every digit), finite floats (with a point or an
   * exponent), texts, lists, and dictionaries whose keys are all texts stand for themselves; everything else is an object with
   * one key: `{"$tuple": […]}`, `{"$set": […]}` and `{"$frozenset": […]}` (sorted by their JSON text), `{"$dict": [[key, value], …]}`
   * (other keys, or a text key that begins with `$`), `{"$float": "nan" | "inf" | "-inf"}`, `{"$bytes": "hex"}`,
   * `{"$other": "name of its type"}`. Only exact built-in types count. Null where nothing was called or it did not return.
   */
  readonly value: string | null;
  /** Milliseconds by the clock. */
  readonly wallMs: number;
  /** Milliseconds of CPU, all threads of the runner. */
  readonly cpuMs: number;
  /** Whether an output was cut at `outputBytes`. */
  readonly truncated: boolean;
  /** What ended it, null where it ended by itself. */
  readonly limit: LimitHit | null;
}

/** A case that ended well and printed nothing: for whoever makes results without a process, and for tests. */
export const ENDED_WELL: CaseResult = {
  stdout: "",
  stderr: "",
  exit: 0,
  exception: "",
  value: null,
  wallMs: 0,
  cpuMs: 0,
  truncated: false,
  limit: null,
};

/** What became of a submission. */
export type SubmissionResult =
  | { readonly kind: "ran"; readonly cases: readonly CaseResult[] }
  /** A size limit refused it before anything started; `reason` is one sentence. */
  | { readonly kind: "refused"; readonly reason: string };

/** Submissions of one contender that share one process; nobody else's ever enters it. */
export interface SandboxBatch {
  /** For logs and fairness only: it is not told to the process. */
  readonly contender: string;
  /** Programs, run in this order. */
  readonly submissions: readonly Submission[];
}

/** What a sandbox says of itself. */
export interface SandboxFacts {
  /** Digest of the Python engine's image (64 hex digits), null where there is none and only JavaScript runs. */
  readonly engine: string | null;
  /** Batches that run side by side. */
  readonly parallel: number;
  /** Layers of the operating system around each runner, such as `no_new_privs`; empty where there are none. */
  readonly layers: readonly string[];
}

/** A sandbox. */
export interface Sandbox {
  /** Digest of the engine, width, layers. */
  facts(): Promise<SandboxFacts>;
  /**
   * Runs a batch in a fresh process, one case after the other, and waits for a free place first (back-pressure).
   * What programs do is data; a result for each submission, in order.
   * @throws {SandboxError} if the sandbox itself fails (retryable), or code `no_engine` where Python was asked for and there is no image.
   */
  run(batch: SandboxBatch): Promise<SubmissionResult[]>;
}
