/** What a gate measures with: many runs on all cores, or a few in a test, of the mechanism as it is or of a broken version. @module */
import { type Job, runJob, type RunResult } from "../job.ts";
import { type LoneJob, type LoneResult, runLone } from "../lone.ts";
import type { RuleOptions } from "../rules/list.ts";
import { type Mutation, type MutationName, MUTATIONS } from "../rules/mutations.ts";

/** Who does the work. */
export interface Hands {
  run(jobs: readonly Job[]): Promise<RunResult[][]>;
  lone(job: LoneJob): Promise<LoneResult[]>;
}

/** Hands that are this thread. */
export const HERE: Hands = {
  run: (jobs) => Promise.resolve(jobs.map(runJob)),
  lone: (job) => Promise.resolve(runLone(job)),
};

/** Options of {@linkcode Lab}. */
export interface LabOptions {
  readonly hands: Hands;
  readonly seed: string;
  /** Runs of a scenario: 200 in the specification. Lone duels go with it. */
  readonly runs: number;
  readonly mutate?: MutationName;
}

/** A place to measure in. */
export class Lab {
  readonly runs: number;
  readonly #options: LabOptions;

  constructor(options: LabOptions) {
    this.runs = options.runs;
    this.#options = options;
  }

  /** Runs of scenarios under ours, with the environments of the specification's gates (K = 4). */
  run(
    scenarios: readonly string[],
    options: RuleOptions & { readonly changes?: Job["changes"]; readonly detail?: boolean; readonly runs?: number } =
      {},
  ): Promise<RunResult[][]> {
    const { changes, detail = false, runs = this.runs, ...rule } = options;
    const { seed, mutate } = this.#options;
    return this.#options.hands.run(scenarios.map((scenario) => ({
      scenario,
      rule: "fcd",
      options: { ...rule, ...(mutate === undefined ? {} : { mutate }) },
      seed,
      from: 0,
      to: runs,
      changes: { envs: 4, ...changes },
      detail,
    })));
  }

  /** Lone duels: `perRun` for each run. */
  lone(perRun: number, job: Omit<LoneJob, "seed" | "from" | "to">): Promise<LoneResult[]> {
    const { seed, mutate } = this.#options;
    const mutation: Mutation = mutate === undefined ? { about: "" } : MUTATIONS[mutate];
    const to = Math.max(1, Math.round(perRun * this.runs));
    return this.#options.hands.lone({
      ...job,
      seed,
      from: 0,
      to,
      parameters: { ...job.parameters, ...mutation.parameters },
    });
  }
}

/** One figure beside its goal. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  /** Where the true value lies, or a further figure; empty where it makes no sense. */
  readonly interval: string;
  readonly goal: string;
  readonly met: boolean;
}

/** A gate: what must hold, and the mutations that it must see. */
export interface Gate {
  readonly id: string;
  readonly title: string;
  readonly sees: readonly MutationName[];
  run(lab: Lab): Promise<Finding[]>;
}
