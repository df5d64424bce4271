/**
 * Lone duels on drawn counts: no world, no epochs, only two models whose answers differ on a share V of the tasks. What the rule errs
 * and how fast it is, by the thousand.
 * @module
 */
import { Random } from "../base/random.ts";
import { isCandidate, openDuel } from "../mechanism/duel.ts";
import { type Parameters, STANDARD } from "../mechanism/parameters.ts";
import { stopReason } from "../mechanism/stop.ts";
import type { Duel } from "../mechanism/types.ts";
import { Binomial } from "./binomial.ts";

/** Some lone duels. */
export interface LoneJob {
  /** Duel i has the seed `seed i`. */
  readonly seed: string;
  readonly from: number;
  readonly to: number;
  /** True differences, one for each environment. */
  readonly gains: readonly number[];
  /** Share of the tasks that only one of the two passes. */
  readonly discordance: number;
  /** Rounds from one look to the next. */
  readonly step: number;
  readonly parameters?: Partial<Parameters>;
}

/** How a lone duel ended. */
export interface LoneResult {
  readonly crowned: boolean;
  /** Rounds it took. */
  readonly rounds: number;
}

/** Fights the duels of a job. @throws {RangeError} if a difference is larger than the discordance. */
export function runLone(job: LoneJob): LoneResult[] {
  if (job.gains.some((gain) => Math.abs(gain) > job.discordance)) {
    throw new RangeError(`A difference of ${job.gains} needs a discordance of as much, not ${job.discordance}`);
  }
  const parameters = { ...STANDARD, ...job.parameters };
  const draws = job.gains.map((gain): Draws => {
    const win = (job.discordance + gain) / 2;
    return { wins: new Binomial(win), losses: new Binomial(win < 1 ? (job.discordance - gain) / 2 / (1 - win) : 0) };
  });
  return Array.from(
    { length: job.to - job.from },
    (_, i) => fight(job, { seed: `${job.seed} ${job.from + i}`, parameters, draws }),
  );
}

/** Of the rounds of an environment those that only the challenger passes, and of the rest those that only the champion passes. */
interface Draws {
  readonly wins: Binomial;
  readonly losses: Binomial;
}

interface Fight {
  readonly seed: string;
  readonly parameters: Parameters;
  readonly draws: readonly Draws[];
}

function fight({ gains, step }: LoneJob, { seed, parameters, draws }: Fight): LoneResult {
  const random = new Random(seed);
  const envs = gains.map((_, e) => `env${e}`);
  const counts = gains.map(() => ({ w: 0, l: 0, pc: 0, p0: 0, n: 0 }));
  let duel: Duel = openDuel("x@1", { slot: 0, epoch: 0, round: {} }, { envs, parameters });
  for (let n = step;; n += step) {
    for (let e = 0; e < counts.length; e++) {
      const count = counts[e]!, { wins, losses } = draws[e]!;
      const won = wins.draw(random, step);
      count.w += won;
      count.l += losses.draw(random, step - won);
      count.n = n;
    }
    duel = { ...duel, offered: n, counts };
    if (isCandidate(duel, parameters)) return { crowned: true, rounds: n };
    if (stopReason(duel, parameters) !== null) return { crowned: false, rounds: n };
  }
}
