/** Port: an environment makes tasks from seeds and grades answers. Pure and deterministic on every platform. @module */
import type { Submission, SubmissionResult } from "./sandbox.ts";

/** How every contender of a task is asked; part of the environment's version. */
export interface RequestShape {
  /** System prompt; empty = none is sent. */
  readonly system: string;
  /** Sampling temperature, 0 = the likeliest token. */
  readonly temperature: number;
  /** Limit of the completion, in tokens. */
  readonly maxTokens: number;
}

/** One task. `key` is what grading needs; it never enters the prompt and is never stored. */
export interface Task<Key = unknown> {
  /** Id of its environment. */
  readonly env: string;
  /** Version of the environment that made it. */
  readonly version: string;
  /** 0 is the easiest. */
  readonly level: number;
  /** Name of the generator within the environment. */
  readonly generator: string;
  /** What the model is asked, as the one user message. */
  readonly prompt: string;
  /** What grading needs: keep it secret. */
  readonly key: Key;
}

/** What a grader says of an answer. */
export interface Grade {
  /** `unparsable` = no answer of the expected form was found in the text. */
  readonly status: "answered" | "unparsable";
  /** 1 or 0. Unparsable is 0. */
  readonly score: 0 | 1;
  /** One sentence for people: what was wrong. */
  readonly reason: string;
}

/** One thing that an answer is checked with, for people. */
export interface HiddenCheck {
  /** What goes in. */
  readonly input: string;
  /** What must come out. */
  readonly expected: string;
}

/** An environment. */
export interface Environment<Key = unknown> {
  /** Such as `logic` or `program/abduction`. */
  readonly id: string;
  /** Changes with anything that changes tasks, prompts, grades, mix or request. Such as `1`. */
  readonly version: string;
  /** One line for people: what is to be solved. */
  readonly title: string;
  /** Names of the levels' steps, the easiest first: what each one takes. */
  readonly levels: readonly string[];
  /** Names of the kinds of tasks that it makes. */
  readonly generators: readonly string[];
  /**
   * Whether its tasks are a fixed set that everybody may know, such as a public dataset. A model can learn them by heart, so such an
   * environment is for looking at a model only: it never takes part in voting, and so never in weights.
   * @default {false}
   */
  readonly static?: boolean;
  /** How models are asked its tasks. */
  readonly request: RequestShape;
  /** A task from 32 seed bytes; level and generator are drawn from the seed unless they are given (tools only). */
  generate(seed: Uint8Array, options?: { level?: number; generator?: string }): Task<Key>;
  /**
   * What has to run in a sandbox before the answer can be graded; null where nothing has to (no program was found, or the answer is
   * clear without). It holds sources and inputs, never what is expected of them. Absent in environments that run nothing. Never throws.
   */
  submission?(task: Task<Key>, answer: string): Submission | null;
  /**
   * Never throws, whatever the answer is and whatever its program did. `ran` is what became of {@linkcode submission}.
   * @throws {TypeError} if there is a submission and `ran` is missing: a mistake of the caller, never a pass.
   */
  grade(task: Task<Key>, answer: string, ran?: SubmissionResult): Grade;
  /** What answers are checked with, for people and tools: it must never reach a model. Absent where the solution says it all. */
  reveal?(task: Task<Key>): readonly HiddenCheck[];
  /** An answer that passes, from the key: for tests and tools. */
  solve(task: Task<Key>): string;
  /**
   * An answer of the right form that fails: another one for another salt, as a rule. For the embedded network and for tests. Absent
   * where wrong answers are made from the prompt alone.
   */
  spoil?(task: Task<Key>, salt: string): string;
}
