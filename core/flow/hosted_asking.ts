/** Asking a validator's own endpoint one task: what counts as an answer of the weights, and what only says that the endpoint is ill. @module */
import { ModelError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { parked } from "../base/park.ts";
import type { Contender } from "../mechanism/types.ts";
import type { HostedSession } from "../port/hosted.ts";
import type { AskOutcome } from "../port/model.ts";
import type { RecordStatus } from "../port/store.ts";
import type { Asking, RoundPlace } from "./asking.ts";
import { canaryTask, type DrawnTask } from "./tasks.ts";

/** What the committed weights made of a task, and whether the endpoint had passed it. */
export interface HostedAnswer {
  readonly env: string;
  /** Task id. */
  readonly task: string;
  readonly status: RecordStatus;
  readonly score: 0 | 1;
  /** Score of the contender's endpoint. */
  readonly served: 0 | 1;
  /** SHA-256 of the answer, hex; null without one. */
  readonly answer: string | null;
  readonly tokens: number | null;
}

/** A validator's own machine may be slower than Chutes: its attempts may take so many times as long. */
const PATIENCE = 5;

/** What a task is asked with. */
export interface HostedPlace {
  readonly target: Contender;
  readonly session: HostedSession;
  readonly place: RoundPlace;
}

/**
 * Asks one task until there is an answer. What the endpoint could be blamed for (the port says what that is) is never held against the
 * weights, unless it comes `silentAttempts` times while a canary beside it is answered: then the task fails, as it would for a
 * contender.
 * @throws {ModelError} retryable, when a canary is not answered either: the endpoint is ill.
 */
export async function askHosted(
  asking: Asking,
  at: HostedPlace,
  drawn: DrawnTask,
): Promise<Omit<HostedAnswer, "served">> {
  const { parameters, clock, signal, grader } = asking;
  const { target, session, place } = at;
  const base = { env: drawn.environment.id, task: drawn.id };
  for (let failed = 0; failed < parameters.silentAttempts; failed++) {
    if (failed > 0) await clock.sleep(parameters.attemptPauseMs, signal);
    const beside = failed === 0 ? null : ask(asking, session, canaryTask(asking, place.window, place.round, failed));
    const [outcome, canary] = await parked(signal, Promise.all([ask(asking, session, drawn), beside]));
    if (isAnswer(outcome)) {
      const answer = outcome.kind === "answered" ? outcome.text.toWellFormed() : null;
      const grade = answer === null ? null : await grader.grade(target.id, drawn.environment, drawn.task, answer);
      return {
        ...base,
        status: grade?.status ?? outcome.kind as RecordStatus,
        score: grade?.score ?? 0,
        answer: answer === null ? null : sha256Hex(answer),
        tokens: outcome.kind === "answered" ? outcome.completionTokens : null,
      };
    }
    if (canary !== null && !isAnswer(canary)) {
      throw new ModelError(
        `The endpoint that hosts it does not answer (${detailOf(outcome)}, and ${detailOf(canary)} for another task)`,
        { code: "unanswered", retryable: true },
      );
    }
  }
  return { ...base, status: "silent", score: 0, answer: null, tokens: null };
}

async function ask(asking: Asking, session: HostedSession, { environment, task, requestSeed }: DrawnTask) {
  const { system, temperature, maxTokens } = environment.request;
  asking.signal.throwIfAborted();
  return await session.ask({
    system,
    prompt: task.prompt,
    temperature,
    seed: requestSeed,
    maxTokens,
    timeoutMs: PATIENCE * asking.parameters.attemptTimeoutMs,
  });
}

function isAnswer(outcome: AskOutcome): boolean {
  return outcome.kind !== "unanswered";
}

function detailOf(outcome: AskOutcome): string {
  return "detail" in outcome ? outcome.detail : outcome.kind;
}
