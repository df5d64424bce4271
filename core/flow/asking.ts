/** Asking one contender: attempts, canaries, and when a silence counts. No other layer tries again. @module */
import type { Parameters } from "../mechanism/parameters.ts";
import type { Contender } from "../mechanism/types.ts";
import type { Clock } from "../port/clock.ts";
import type { Environment } from "../port/environment.ts";
import type { AskOutcome, Model } from "../port/model.ts";
import type { AnswerRecord, Attempt, RecordStatus, WindowRow } from "../port/store.ts";
import type { Grader } from "./grading.ts";
import { parked } from "../base/park.ts";
import { canaryTask, type DrawnTask, type TaskSource } from "./tasks.ts";

/** What asking needs. */
export interface Asking extends TaskSource {
  readonly model: Model;
  readonly grader: Grader;
  readonly clock: Clock;
  readonly parameters: Parameters;
  /** Ends the waiting (not a request that is under way) when the validator parks its work. */
  readonly signal: AbortSignal;
}

/** Which round of which window is asked. */
export interface RoundPlace {
  readonly window: WindowRow;
  readonly round: number;
}

interface AttemptEnd {
  readonly outcome: AskOutcome;
  readonly attempt: Attempt;
}

async function attempt(asking: Asking, contender: Contender, drawn: DrawnTask): Promise<AttemptEnd> {
  const { system, temperature, maxTokens } = drawn.environment.request;
  asking.signal.throwIfAborted();
  const sent = asking.clock.wall();
  const outcome = await asking.model.ask({
    contender: contender.id,
    slug: contender.slug,
    model: contender.model,
    system,
    prompt: drawn.task.prompt,
    temperature,
    seed: drawn.requestSeed,
    maxTokens,
    timeoutMs: asking.parameters.attemptTimeoutMs,
  });
  const text = outcome.kind === "unanswered" ? outcome.detail : outcome.kind;
  return { outcome, attempt: { sent, ended: asking.clock.wall(), outcome: text } };
}

interface RecordEnd {
  readonly status: RecordStatus;
  readonly outcome: AskOutcome | null;
  readonly attempts: readonly Attempt[];
}

async function record(
  asking: Asking,
  place: RoundPlace,
  contender: Contender,
  drawn: DrawnTask,
  kind: "task" | "canary",
  end: RecordEnd,
): Promise<AnswerRecord> {
  const answered = end.outcome?.kind === "answered" ? end.outcome : null;
  // Text that came from a model may hold half a surrogate pair, which no canonical JSON can carry.
  const answer = answered?.text.toWellFormed() ?? "";
  const grade = kind === "task" && answered
    ? await asking.grader.grade(contender.id, drawn.environment, drawn.task, answer)
    : null;
  return {
    kind,
    netuid: asking.netuid,
    validator: asking.validator,
    window: place.window.window,
    round: place.round,
    env: drawn.environment.id,
    version: drawn.environment.version,
    task: drawn.id,
    contender: contender.id,
    status: grade ? grade.status : end.status,
    answer: kind === "task" ? answer : "",
    score: grade?.score ?? 0,
    tokens: answered?.completionTokens ?? null,
    attempts: end.attempts,
  };
}

/** Whether an endpoint showed that it is there: any end but an unanswered one. */
function isAlive(outcome: AskOutcome): boolean {
  return outcome.kind !== "unanswered";
}

/**
 * The canary before a round: a try every `canaryEveryMs` until one is answered or `canaryTries` have ended.
 * Returns a record with status `answered` or `absent`; it names the task of the first try.
 */
export async function askCanary(asking: Asking, place: RoundPlace, contender: Contender): Promise<AnswerRecord> {
  const { parameters, clock } = asking;
  const tries: Promise<boolean>[] = [];
  const attempts: Attempt[] = [];
  let alive = false;
  for (let i = 0; i < parameters.canaryTries && !alive; i++) {
    // Each try is a task of its own: a prompt that comes twice would tell that it is no task.
    const one = attempt(asking, contender, canaryTask(asking, place.window, place.round, i)).then((end) => {
      attempts.push(end.attempt);
      if (isAlive(end.outcome)) alive = true;
      return isAlive(end.outcome);
    });
    tries.push(one);
    const pause = new AbortController();
    // The next try waits its time out even when this one failed at once, but not when a try was answered.
    const nextTry: Promise<unknown> = i === parameters.canaryTries - 1
      ? Promise.allSettled(tries)
      : clock.sleep(parameters.canaryEveryMs, pause.signal).catch(() => {});
    await parked(asking.signal, Promise.race([nextTry, untilAlive(tries).then((yes) => yes ? null : nextTry)]));
    pause.abort();
  }
  const end: RecordEnd = { status: alive ? "answered" : "absent", outcome: null, attempts: [...attempts] };
  return await record(asking, place, contender, canaryTask(asking, place.window, place.round, 0), "canary", end);
}

/** True as soon as one is true; false when all have ended. */
function untilAlive(tries: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let left = tries.length;
    for (const one of tries) {
      one.then((yes) => {
        left--;
        if (yes) resolve(true);
        else if (left === 0) resolve(false);
      }, reject);
    }
  });
}

/** The canary beside an attempt that is not the first: tasks of one round that are tried again at the same time have different ones. */
export function canaryBeside(
  source: TaskSource & { readonly parameters: Pick<Parameters, "canaryTries"> },
  { window, round }: RoundPlace,
  { environment, again }: { readonly environment: Environment; readonly again: number },
): DrawnTask {
  const serial = source.parameters.canaryTries + (again - 1) * source.envs.length + source.envs.indexOf(environment);
  return canaryTask(source, window, round, serial);
}

/**
 * One task: attempts until one ends with anything but silence, each later one with a canary beside it.
 * Status `silent` after `silentAttempts` unanswered ones whose canary was answered, `lost` after `lostAfterMs` without either.
 */
export async function askTask(
  asking: Asking,
  place: RoundPlace,
  contender: Contender,
  drawn: DrawnTask,
): Promise<AnswerRecord> {
  const { parameters, clock } = asking;
  const started = clock.now();
  const attempts: Attempt[] = [];
  // The round's own canary was answered a moment ago: it stands beside the first attempt.
  let silent = 0;
  for (let i = 0;; i++) {
    const beside = i === 0
      ? null
      : attempt(asking, contender, canaryBeside(asking, place, { environment: drawn.environment, again: i }));
    const [main, canary] = await parked(asking.signal, Promise.all([attempt(asking, contender, drawn), beside]));
    attempts.push(main.attempt);
    if (canary) attempts.push({ ...canary.attempt, outcome: `canary ${canary.attempt.outcome}` });
    if (isAlive(main.outcome)) {
      const status = main.outcome.kind as RecordStatus;
      return await record(asking, place, contender, drawn, "task", { status, outcome: main.outcome, attempts });
    }
    if (canary === null || isAlive(canary.outcome)) silent++;
    if (silent >= parameters.silentAttempts) {
      return await record(asking, place, contender, drawn, "task", { status: "silent", outcome: null, attempts });
    }
    if (clock.now() - started + parameters.attemptPauseMs >= parameters.lostAfterMs) {
      return await record(asking, place, contender, drawn, "task", { status: "lost", outcome: null, attempts });
    }
    await clock.sleep(parameters.attemptPauseMs, asking.signal);
  }
}
