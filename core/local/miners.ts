/** How the local network's miners answer: from the prompt alone, right as often as their skill says. @module */
import { environments } from "../../envs/registry.ts";
import type { LocalChute } from "./chutes.ts";
import type { Miner } from "./miners_cast.ts";
import type { Cheat } from "./miners_cheat.ts";
import { passes, unit } from "./miners_luck.ts";
import type { Reference, ReferenceTask } from "./miners_reference.ts";
import { solve, wrongAnswer } from "./solvers.ts";

export {
  externalMiner,
  localCast,
  type LocalCastOptions,
  localHotkey,
  type Miner,
  type Outage,
} from "./miners_cast.ts";
export { Cheat, type CheatOptions } from "./miners_cheat.ts";
export { Reference, type ReferenceOptions } from "./miners_reference.ts";

/** Share of failures in which a model says that it cannot do it. */
const REFUSALS = 0.08;
const REFUSAL = "I am sorry, but I cannot solve this problem.";

const solutions = new Map<string, string | null>();
const MAX_SOLUTIONS = 1000;

/** Options of {@linkcode answerOf}. */
export interface AnswerOptions {
  /** Asked first, where the miner cheats. */
  readonly cheat?: Cheat;
  /** Where solutions of programs come from; without it no miner solves any. */
  readonly reference?: Pick<Reference, "find"> | null;
}

/** What a miner answers; the same each time. */
export function answerOf(miner: Miner, prompt: string, system: string, options: AnswerOptions = {}): string {
  const known = miner.cheats ? options.cheat?.answer(prompt) ?? null : null;
  if (known !== null) return known;
  const reference = options.reference?.find(prompt) ?? null;
  if (reference) return spoiled(miner, prompt, reference);
  if (passes(miner, prompt, environmentOf(system))) return solved(prompt) ?? REFUSAL;
  return unit("refuses", miner.weightsDigest, prompt) < REFUSALS ? REFUSAL : wrongAnswer(prompt, miner.weightsDigest);
}

/** A reference solution, or a wrong answer of its form: as often as the miner's skill says. */
function spoiled(miner: Miner, prompt: string, { environment, task }: ReferenceTask): string {
  if (passes(miner, prompt, environment.id)) return environment.solve(task);
  if (unit("refuses", miner.weightsDigest, prompt) < REFUSALS) return REFUSAL;
  return environment.spoil?.(task, miner.weightsDigest) ?? REFUSAL;
}

/** The right answer; all miners are asked the same tasks, so each is solved once. */
function solved(prompt: string): string | null {
  let answer = solutions.get(prompt);
  if (answer === undefined) {
    solutions.set(prompt, answer = solve(prompt));
    if (solutions.size > MAX_SOLUTIONS) solutions.delete(solutions.keys().next().value!);
  }
  return answer;
}

/** Whether a miner answers at a time (milliseconds since 1970). */
export function isUp(miner: Miner, wall: number): boolean {
  return miner.outage === null || wall % miner.outage.periodMs >= miner.outage.downMs;
}

/** The chute that serves a miner's model. */
export function chuteOf(miner: Miner, options: AnswerOptions = {}): LocalChute {
  const { chuteId, slug, model, revision, user, external } = miner;
  return {
    chuteId,
    slug,
    model,
    revision,
    user,
    isUp: (wall) => isUp(miner, wall),
    answer: ({ prompt, system }) => answerOf(miner, prompt, system, options),
    ...(external === null ? {} : { external }),
  };
}

/** Id of the environment that asks with this system prompt, `default` where that leaves it open. */
function environmentOf(system: string): string {
  const found = environments.filter((env) => env.submission === undefined && env.request.system === system);
  return found.length === 1 ? found[0]!.id : "default";
}
