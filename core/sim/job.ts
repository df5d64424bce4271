/** Runs as a job that can be done anywhere: plain data in, plain data out, and nothing but the seed decides. @module */
import type { Scenario, Settlement } from "./types.ts";
import { makeRule, type RuleOptions } from "./rules/list.ts";
import { play } from "./run.ts";
import { findScenario } from "./scenarios/list.ts";

/** Some runs of a scenario under a rule. */
export interface Job {
  /** Id of the scenario. */
  readonly scenario: string;
  /** Name of the rule. */
  readonly rule: string;
  readonly options?: RuleOptions;
  /** Run i has the seed `seed i`, whoever does it and whatever is done beside it. */
  readonly seed: string;
  /** First run. */
  readonly from: number;
  /** First run that is not done. */
  readonly to: number;
  /** What is changed about the scenario. */
  readonly changes?: Partial<Pick<Scenario, "envs" | "rho" | "rounds" | "epochs">>;
  /** Whether to return every epoch, for the picture. @default {false} */
  readonly detail?: boolean;
}

/** What a run came to. */
export interface RunResult {
  readonly run: number;
  /** Mean share of the reward in the measured epochs, by side. */
  readonly shares: Readonly<Record<string, number>>;
  /** Whether a side was ever paid in the measured epochs. */
  readonly paid: Readonly<Record<string, boolean>>;
  /** Measured rounds until the winner was first paid more than half; null if never. */
  readonly won: number | null;
  /** Epochs' worth of reward in the measured epochs, by name; those who got nothing are left out. */
  readonly pay: Readonly<Record<string, number>>;
  /** Sides that won the crown by evidence in the measured epochs; empty for rules that do not tell. */
  readonly crowned: readonly string[];
  /** Every epoch, and everybody's side, if they were asked for. */
  readonly history?: readonly Settlement[];
  readonly sides?: Readonly<Record<string, string>>;
}

/** The scenario of a job. @throws {RangeError} if there is none of that name. */
export function scenarioOf({ scenario, changes }: Pick<Job, "scenario" | "changes">): Scenario {
  const found = findScenario(scenario);
  if (!found) throw new RangeError(`There is no scenario ${scenario}`);
  return { ...found, ...changes };
}

/** Does a job. */
export function runJob(job: Job): RunResult[] {
  const scenario = scenarioOf(job);
  const rule = makeRule(job.rule, job.options);
  const results: RunResult[] = [];
  for (let run = job.from; run < job.to; run++) {
    const { shares, paid, won, history, sides } = play(scenario, rule, `${job.seed} ${run}`);
    const pay: Record<string, number> = {};
    for (const epoch of history.slice(scenario.warmUp)) {
      for (const [name, share] of epoch.pay) if (share > 0) pay[name] = (pay[name] ?? 0) + share;
    }
    const crowned = new Set(
      history.slice(scenario.warmUp).flatMap((epoch) => epoch.crowned ? sides[epoch.crowned]! : []),
    );
    results.push({
      run,
      shares,
      paid,
      won,
      pay,
      crowned: [...crowned].sort(),
      ...(job.detail ? { history, sides } : {}),
    });
  }
  return results;
}
