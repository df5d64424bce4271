/** Answers that have to run, run again: together by contender, as many as share a process, and not more in memory than that. @module */
import type { Sandbox } from "../../port/sandbox.ts";
import type { Found, PendingAnswer, RanAnswer, Regrader } from "./types.ts";

/** Submissions that share a process. */
const BATCH = 50;
/** Contenders whose answers are gathered at once. */
const MOST_GATHERED = 1_000;

/** Options of {@linkcode Programs}. */
export interface ProgramsOptions {
  readonly sandbox: Sandbox;
  /** Batches side by side. */
  readonly parallel: number;
  readonly regrader: Regrader;
  readonly onFound: (validator: string, found: Found) => void;
}

/** Program answers of one environment, as they came out. */
export interface RunCounts {
  graded: number;
  /** A limit of time may have decided, here or there. */
  unsure: number;
}

/** Runs answers again. */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #waiting = new Map<string, { validator: string; answer: PendingAnswer }[]>();
  #gathered = 0;
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | null = null;
  readonly #counts = new Map<string, RunCounts>();

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** Takes answers of a batch; waits while too many are under way. */
  async add(validator: string, answers: readonly PendingAnswer[]): Promise<void> {
    for (const answer of answers) {
      const { contender } = answer.at;
      const queue = this.#waiting.get(contender) ?? [];
      this.#waiting.set(contender, queue);
      queue.push({ validator, answer });
      this.#gathered++;
      if (queue.length >= BATCH) await this.#start(contender);
      if (this.#gathered >= MOST_GATHERED) await this.#startAll();
    }
  }

  /** Runs what is left and waits for all. */
  async finish(): Promise<void> {
    await this.#startAll();
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }

  /** How the answers to an environment came out, of one validator. */
  countsOf(validator: string, env: string): RunCounts {
    const key = `${validator} ${env}`;
    const counts = this.#counts.get(key) ?? { graded: 0, unsure: 0 };
    this.#counts.set(key, counts);
    return counts;
  }

  async #startAll(): Promise<void> {
    for (const contender of [...this.#waiting.keys()]) await this.#start(contender);
  }

  async #start(contender: string): Promise<void> {
    const all = this.#waiting.get(contender) ?? [];
    this.#waiting.delete(contender);
    this.#gathered -= all.length;
    if (all.length === 0) return;
    while (this.#running.size >= this.#options.parallel) await Promise.race(this.#running);
    if (this.#failure) throw this.#failure.error;
    const work: Promise<void> = this.#run(contender, all).catch((error) => {
      this.#failure ??= { error };
    }).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #run(contender: string, all: readonly { validator: string; answer: PendingAnswer }[]): Promise<void> {
    const { sandbox, regrader, onFound } = this.#options;
    const submissions = all.map(({ answer }) => answer.submission);
    const results = await sandbox.run({ contender, submissions });
    const ran = all.map(({ answer }, i): RanAnswer => ({ ...answer, ran: results[i]! }));
    const verdicts = await regrader.grade(ran);
    for (const [i, verdict] of verdicts.entries()) {
      const { validator, answer } = all[i]!;
      const counts = this.countsOf(validator, answer.env.id);
      if (verdict === "unsure") counts.unsure++;
      else counts.graded++;
      if (verdict !== null && verdict !== "unsure") onFound(validator, verdict);
    }
  }
}
