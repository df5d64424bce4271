/**
 * Grading: answers that are programs run in the sandbox first, in batches of one contender. What a program does is data; a
 * sandbox that fails is our fault and never costs anybody a score.
 * @module
 */
import { AfError, errorText } from "../base/errors.ts";
import type { Clock } from "../port/clock.ts";
import type { Environment, Grade, Task } from "../port/environment.ts";
import type { Sandbox, Submission, SubmissionResult } from "../port/sandbox.ts";
import type { FlowLevel } from "./deps.ts";
import { parked } from "../base/park.ts";
import { pauseAfter } from "./passing.ts";

/** Most submissions that share one process. */
const BATCH = 50;

/** What a grader works with. */
export interface GraderOptions {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly log: (level: FlowLevel, text: string) => void;
  /**
   * How long the first submission of a contender waits for others that can share its process, in milliseconds: a process costs as
   * much as a hundred small cases.
   */
  readonly gatherMs: number;
  /** Parks the work: what is not graded is asked again after the next start. */
  readonly signal: AbortSignal;
}

/** An answer to be graded by itself. */
export interface Answered {
  readonly environment: Environment;
  readonly task: Task;
  readonly answer: string;
  /** Whose it is, for the sandbox. @default {""} */
  readonly contender?: string;
}

/**
 * The grade of one answer: what it needs is run first. `sandbox` may be null where nothing runs.
 * @throws {TypeError} if something has to run and there is no sandbox.
 */
export async function gradeAnswer(answered: Answered, sandbox: Sandbox | null): Promise<Grade> {
  const { environment, task, answer, contender = "" } = answered;
  const submission = environment.submission?.(task, answer) ?? null;
  if (submission === null || sandbox === null) return environment.grade(task, answer);
  const [ran] = await sandbox.run({ contender, submissions: [submission] });
  return environment.grade(task, answer, ran!);
}

interface Waiting {
  readonly submission: Submission;
  resolve(result: SubmissionResult): void;
  reject(error: unknown): void;
}

/** Grades answers. Programs of one contender that wait together run together; whoever waits longest comes first. */
export class Grader {
  readonly #options: GraderOptions;
  /** Submissions that still wait for company. */
  readonly #gathering = new Map<string, Waiting[]>();
  /** In the order in which each contender began to wait for a place. */
  readonly #waiting = new Map<string, Waiting[]>();
  #places: Promise<number> | null = null;
  #running = 0;
  constructor(options: GraderOptions) {
    this.#options = options;
  }

  /** The grade of an answer. Rejects with the signal's reason when the work is parked, and with what no new try mends. */
  async grade(contender: string, environment: Environment, task: Task, answer: string): Promise<Grade> {
    const submission = environment.submission?.(task, answer) ?? null;
    if (submission === null) return environment.grade(task, answer);
    return environment.grade(task, answer, await parked(this.#options.signal, this.#run(contender, submission)));
  }

  async #run(contender: string, submission: Submission): Promise<SubmissionResult> {
    this.#places ??= this.#retry(async () => (await this.#options.sandbox.facts()).parallel);
    const places = await this.#places;
    return await new Promise((resolve, reject) => {
      const queue = this.#waiting.get(contender) ?? this.#gathering.get(contender) ?? [];
      queue.push({ submission, resolve, reject });
      if (queue.length > 1) {
        if (queue.length >= BATCH) this.#gathered(contender, places);
        return;
      }
      this.#gathering.set(contender, queue);
      const { clock, gatherMs, signal } = this.#options;
      clock.sleep(gatherMs, signal).then(() => this.#gathered(contender, places), reject);
    });
  }

  #gathered(contender: string, places: number): void {
    const queue = this.#gathering.get(contender);
    // Called a second time where a batch was full before its time was over.
    if (!queue) return;
    this.#gathering.delete(contender);
    this.#waiting.set(contender, queue);
    this.#pump(places);
  }

  #pump(places: number): void {
    while (this.#running < places) {
      const first = this.#waiting.entries().next().value;
      if (!first) return;
      const [contender, queue] = first;
      const batch = queue.splice(0, BATCH);
      // What is left goes to the end of the line: others wait as well.
      this.#waiting.delete(contender);
      if (queue.length > 0) this.#waiting.set(contender, queue);
      this.#running++;
      this.#batch(contender, batch).finally(() => {
        this.#running--;
        this.#pump(places);
      });
    }
  }

  async #batch(contender: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const submissions = batch.map((one) => one.submission);
      const results = await this.#retry(() => this.#options.sandbox.run({ contender, submissions }));
      if (results.length !== batch.length) {
        throw new RangeError(`The sandbox gave ${results.length} results for ${batch.length} submissions`);
      }
      for (const [i, one] of batch.entries()) one.resolve(results[i]!);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  /** Tries again for as long as the failure is one that passes. */
  async #retry<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal, log } = this.#options;
    for (let failures = 0;; failures++) {
      try {
        signal.throwIfAborted();
        return await work();
      } catch (error) {
        if (signal.aborted || !(error instanceof AfError) || !error.retryable) throw error;
        log("warning", `${errorText(error)}; its programs run again`);
        await clock.sleep(pauseAfter(failures), signal);
      }
    }
  }
}
