/**
 * Who keeps rounds open. A contender may take half an hour over a task (attempt after attempt), so without a bound one slow endpoint
 * would set the pace of everybody's rounds.
 * @module
 */
import type { Parameters } from "../mechanism/parameters.ts";
import type { Clock } from "../port/clock.ts";
import type { AnswerRecord, RoundRow } from "../port/store.ts";

/** In this time a canary and a task are over for everybody who answers at the first attempt, in milliseconds; then a round is late. */
export function lateAfterMs(parameters: Parameters): number {
  return (parameters.canaryTries - 1) * parameters.canaryEveryMs + 2 * parameters.attemptTimeoutMs;
}

interface OpenRound {
  readonly started: number;
  /** Records that each contender still owes. */
  readonly left: Map<string, number>;
}

/** The rounds that are under way. */
export class Owing {
  readonly #clock: Clock;
  readonly #lateMs: number;
  readonly #tasks: number;
  readonly #rounds = new Map<number, OpenRound>();
  /** `tasks` = tasks of a round: environments. */
  constructor(clock: Clock, options: { lateMs: number; tasks: number }) {
    this.#clock = clock;
    this.#lateMs = options.lateMs;
    this.#tasks = options.tasks;
  }

  /** A round begins, or goes on after a restart with the records that it has: then its time begins anew. */
  begin(row: RoundRow, kept: readonly AnswerRecord[]): void {
    const left = new Map(row.offered.map((id) => [id, 1 + this.#tasks]));
    this.#rounds.set(row.round, { started: this.#clock.now(), left });
    for (const record of kept) this.see(record);
  }

  /** A record is durable. */
  see(record: AnswerRecord): void {
    const left = this.#rounds.get(record.round)?.left;
    const rest = record.status === "absent" ? 0 : (left?.get(record.contender) ?? 0) - 1;
    if (rest > 0) left?.set(record.contender, rest);
    else left?.delete(record.contender);
  }

  /** A round is over. */
  end(round: number): void {
    this.#rounds.delete(round);
  }

  /** Rounds that are under way and not late. */
  get punctual(): number {
    return this.#rounds.size - this.#late().length;
  }

  /** Late rounds in which a contender still owes an answer. */
  owed(contender: string): number {
    return this.#late().filter(({ left }) => left.has(contender)).length;
  }

  #late(): OpenRound[] {
    const since = this.#clock.now() - this.#lateMs;
    return [...this.#rounds.values()].filter(({ started }) => started <= since);
  }
}
