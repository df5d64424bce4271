/** Port: an environment makes tasks from seeds and grades answers. Pure and deterministic on every platform. @module */

/** How every contender of a task is asked; part of the environment's version. */
export interface RequestShape {
  readonly system: string;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** One task. `key` is what grading needs; it never enters the prompt and is never stored. */
export interface Task<Key = unknown> {
  readonly env: string;
  readonly version: string;
  /** 0 is the easiest. */
  readonly level: number;
  /** Name of the generator within the environment. */
  readonly generator: string;
  readonly prompt: string;
  readonly key: Key;
}

/** What a grader says of an answer. */
export interface Grade {
  readonly status: "answered" | "unparsable";
  /** 1 or 0. Unparsable is 0. */
  readonly score: 0 | 1;
  /** One sentence for people: what was wrong. */
  readonly reason: string;
}

/** An environment. */
export interface Environment<Key = unknown> {
  /** Such as `logic` or `program/abduction`. */
  readonly id: string;
  /** Changes with anything that changes tasks, prompts, grades, mix or request. Such as `1`. */
  readonly version: string;
  readonly title: string;
  /** Names of the levels' steps, the easiest first: what each one takes. */
  readonly levels: readonly string[];
  readonly generators: readonly string[];
  readonly request: RequestShape;
  /** A task from 32 seed bytes; level and generator are drawn from the seed unless they are given (tools only). */
  generate(seed: Uint8Array, options?: { level?: number; generator?: string }): Task<Key>;
  /** Never throws, whatever the answer is. */
  grade(task: Task<Key>, answer: string): Grade;
  /** An answer that passes, from the key: for tests and tools. */
  solve(task: Task<Key>): string;
}
