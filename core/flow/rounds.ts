/** Which rounds are asked when: so many in a window, so many side by side, interrupted ones first. @module */
import { errorText } from "../base/errors.ts";
import { isLive } from "../mechanism/duel.ts";
import type { Contender, State } from "../mechanism/types.ts";
import type { AnswerRecord, RoundRow, WindowRow } from "../port/store.ts";
import { Appender } from "./appender.ts";
import type { Asking } from "./asking.ts";
import type { ValidateDeps } from "./deps.ts";
import { lateAfterMs, Owing } from "./owing.ts";
import { isPassing } from "./passing.ts";
import { runRound } from "./round.ts";

/** What the scheduler looks at whenever it may start a round. */
export interface Field {
  readonly state: State;
  readonly contenders: readonly Contender[];
}

/**
 * Contender ids that a new round is offered to: the champion, then the live challengers, then dark champions, whose canaries tell
 * whether they are back; those whose endpoints are in order.
 */
export function offeredIn(field: Field): string[] {
  const { champion, duels, away } = field.state;
  if (champion === null) return [];
  const valid = new Set(field.contenders.filter((one) => one.valid).map((one) => one.id));
  const live = duels.filter((duel) => isLive(duel) && valid.has(duel.contender));
  const gone = away.map((one) => one.champion).filter((id) => valid.has(id));
  return valid.has(champion) ? [champion, ...live.map((duel) => duel.contender), ...gone] : [];
}

/** Starts rounds and sees them through. */
export class Rounds {
  readonly #deps: ValidateDeps;
  readonly #asking: Asking;
  readonly #appender: Appender;
  readonly #parallel: number;
  readonly #onFatal: (error: unknown) => void;
  readonly #active = new Set<Promise<void>>();
  readonly #owing: Owing;
  readonly #lateMs: number;
  #field: Field;
  #window = -1;
  #row: (() => Promise<WindowRow>) | null = null;
  #started = 0;
  #next = 0;
  #held = true;
  #starting = false;

  constructor(
    deps: ValidateDeps,
    asking: Asking,
    options: { field: Field; parallel: number; onFatal: (error: unknown) => void },
  ) {
    this.#deps = deps;
    this.#asking = asking;
    this.#appender = new Appender(deps.store);
    this.#parallel = options.parallel;
    this.#onFatal = options.onFatal;
    this.#field = options.field;
    this.#lateMs = lateAfterMs(deps.parameters);
    this.#owing = new Owing(asking.clock, { lateMs: this.#lateMs, tasks: asking.envs.length });
  }

  /** Goes on with the rounds that a restart interrupted, each in its own window. */
  async resume(from: number, windowOf: (window: number) => WindowRow): Promise<void> {
    this.#next = await this.#deps.store.nextRound();
    for (const row of await this.#deps.store.rounds(from)) {
      if (row.state === "open") this.#launch(row, windowOf(row.window), await this.#deps.store.recordsOf(row.round));
    }
  }

  /** No round starts until {@linkcode enter}: an epoch is being settled. */
  hold(): void {
    this.#held = true;
  }

  /** No round starts in another window than this one until {@linkcode enter}: those before it are about to be closed. */
  leaveFor(window: number): void {
    if (this.#window !== window) this.#held = true;
  }

  /** Rounds of this window may start against this field. `row` makes the window durable; it is called when the first round starts. */
  async enter(window: number, row: () => Promise<WindowRow>, field: Field): Promise<void> {
    this.#field = field;
    this.#row = row;
    if (this.#window !== window) {
      // After a restart some of this window's rounds have been started already.
      const rows = await this.#deps.store.rounds(Math.max(0, this.#next - this.#deps.parameters.roundsPerWindow));
      this.#started = rows.filter((one) => one.window === window).length;
      this.#window = window;
    }
    this.#held = false;
    await this.#pump();
  }

  /** Ends when every round that is under way has ended. */
  async drain(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active);
  }

  async #pump(): Promise<void> {
    // One pump at a time: the index of a round must be durable before the next one is given out.
    if (this.#starting) return;
    this.#starting = true;
    try {
      while (
        !this.#held && this.#row && this.#owing.punctual < this.#parallel &&
        this.#started < this.#deps.parameters.roundsPerWindow && !this.#asking.signal.aborted
      ) {
        if (this.#offered().length === 0) break;
        const window = await this.#row();
        // An epoch may have begun to settle, or a window ended, while the window was made durable.
        if (this.#held || window.window !== this.#window) continue;
        const offered = this.#offered();
        if (offered.length === 0) break;
        const row: RoundRow = {
          round: this.#next++,
          window: window.window,
          state: "open",
          champion: offered[0]!,
          offered,
          shown: null,
        };
        this.#started++;
        await this.#deps.store.putRound(row);
        this.#launch(row, window);
      }
    } catch (error) {
      // The loop comes by again with the next block.
      if (isPassing(error)) this.#deps.log("warning", errorText(error));
      else this.#onFatal(error);
    } finally {
      this.#starting = false;
    }
  }

  /**
   * Who is offered the next round, the champion first; none while there is nobody to ask. A champion without challengers is asked
   * all the same: whether it is paid depends on its canaries. Who owes answers to too many late rounds sits out.
   */
  #offered(): string[] {
    const [champion, ...challengers] = offeredIn(this.#field);
    const owesLittle = (id: string) => this.#owing.owed(id) < this.#parallel;
    return champion !== undefined && owesLittle(champion) ? [champion, ...challengers.filter(owesLittle)] : [];
  }

  #launch(row: RoundRow, window: WindowRow, kept: readonly AnswerRecord[] = []): void {
    const { store, onEvent } = this.#deps;
    const over = new AbortController();
    this.#owing.begin(row, kept);
    // A late round makes room for the next one.
    this.#asking.clock.sleep(this.#lateMs, over.signal).then(() => this.#pump(), () => {});
    onEvent({ type: "round_started", round: row.round, window: row.window });
    const contenders = new Map(this.#field.contenders.filter((one) => one.slug).map((one) => [one.id, one]));
    const place = { window, round: row.round };
    const deps = {
      asking: this.#asking,
      store,
      appender: this.#appender,
      onRecord: (record: AnswerRecord) => {
        this.#owing.see(record);
        onEvent({ type: "record", record });
      },
    };
    const work: Promise<void> = runRound(deps, place, row, contenders).then((end) => {
      onEvent({ type: "round_done", round: row.round, window: row.window, ...end });
    }, (error) => {
      // A parked round stays open in the journal and goes on after the restart.
      if (!this.#asking.signal.aborted) this.#onFatal(error);
    }).finally(() => {
      this.#active.delete(work);
      this.#owing.end(row.round);
      over.abort();
      this.#pump();
    });
    this.#active.add(work);
  }
}
