/**
 * Hosted checks: whoever is certified and waits for the crown is compared with its own committed weights, which the validator runs
 * itself, on the rounds that both are asked from then on. The contender cannot tell them from any other round: it is asked what
 * everybody is asked, and its answers are in the journal already; only the weights are asked here, once a round is over.
 * @module
 */
import { canonical } from "../base/canonical.ts";
import { AfError, errorText, ModelError } from "../base/errors.ts";
import { parked } from "../base/park.ts";
import type { Contender, Duel, HostedCheck, State } from "../mechanism/types.ts";
import { isLive } from "../mechanism/duel.ts";
import type { Host, HostedSession } from "../port/hosted.ts";
import type { HostedRow, RoundRow, Store } from "../port/store.ts";
import type { Asking } from "./asking.ts";
import type { FlowLevel } from "./deps.ts";
import { askHosted, type HostedAnswer } from "./hosted_asking.ts";
import { isPassing } from "./passing.ts";
import { roundTasks } from "./tasks.ts";

/** Rounds whose tasks are under way together: so many answers are asked again after a kill. */
const CHUNK = 4;
/** Rounds that are looked through at once. */
const AT_ONCE = 64;

/** What hosted checks work with. */
export interface HostedDeps extends Asking {
  readonly host: Host;
  readonly store: Store;
  readonly log: (level: FlowLevel, text: string) => void;
}

/** A check that has begun, as the journal has it. */
interface Begun {
  /** First round that was not looked at. */
  next: number;
  counts: { w: number; l: number; n: number }[];
}

/** The checks of one validator. */
export class HostedChecks {
  readonly #deps: HostedDeps;
  readonly #onFatal: (error: unknown) => void;
  readonly #begun = new Map<string, Begun>();
  /** Whom to check, in commit order. */
  #targets: readonly Contender[] = [];
  /** Whose check is under way; it ends when that one is no target any more. */
  #current: { readonly id: string; readonly stop: AbortController } | null = null;
  #running: Promise<void> | null = null;
  readonly #said = new Set<string>();

  constructor(deps: HostedDeps, onFatal: (error: unknown) => void) {
    this.#deps = deps;
    this.#onFatal = onFatal;
  }

  /** What was found so far of everybody whose duel goes on. */
  async report({ duels }: Pick<State, "duels">): Promise<HostedCheck[]> {
    const checks: HostedCheck[] = [];
    for (const { contender } of duels.filter(isLive)) {
      const begun = await this.#find(contender);
      if (begun && begun.counts.some(({ n }) => n > 0)) {
        checks.push({ contender, counts: begun.counts.map((count) => ({ ...count })) });
      }
    }
    return checks;
  }

  /** An epoch was settled: checks whoever it says waits for that. A check begins with the rounds that are not drawn yet. */
  async follow(
    { state, contenders }: { readonly state: Pick<State, "duels">; readonly contenders: readonly Contender[] },
  ): Promise<void> {
    const { store, envs, log } = this.#deps;
    const waiting = state.duels.filter(({ state, reason }: Duel) => state === "waiting" && reason === "hosted");
    const targets = waiting.flatMap(({ contender }) => contenders.find(({ id }) => id === contender) ?? []);
    for (const { id, model, revision } of targets) {
      if (await this.#find(id)) continue;
      const next = await store.nextRound();
      await store.setMeta(metaKey(id), String(next));
      this.#begun.set(id, { next, counts: envs.map(() => ({ w: 0, l: 0, n: 0 })) });
      log("info", `The hosted check of ${id} (${model} at ${revision}) begins with round ${next}`);
    }
    this.#targets = targets;
    // What keeps a check from going on is said once an epoch.
    this.#said.clear();
    if (targets.every(({ id }) => id !== this.#current?.id)) this.#current?.stop.abort();
    this.#start();
  }

  #start(): void {
    if (this.#targets.length === 0 || this.#running || this.#deps.signal.aborted) return;
    this.#running = this.#run().then(() => {
      this.#running = null;
      this.#start();
    }, (error) => {
      this.#running = null;
      if (!this.#deps.signal.aborted) this.#onFatal(error);
    });
  }

  /** Ends when nothing is under way any more; the signal has aborted. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #find(contender: string): Promise<Begun | null> {
    const known = this.#begun.get(contender);
    if (known) return known;
    const { store, envs } = this.#deps;
    const from = await store.getMeta(metaKey(contender));
    if (from === null) return null;
    const rows = await store.hosted(contender);
    const begun: Begun = {
      next: Math.max(Number(from), (rows.at(-1)?.round ?? -1) + 1),
      counts: envs.map(() => ({ w: 0, l: 0, n: 0 })),
    };
    for (const row of rows) count(begun, JSON.parse(row.text) as HostedAnswer[]);
    this.#begun.set(contender, begun);
    return begun;
  }

  async #run(): Promise<void> {
    const { clock, parameters, signal } = this.#deps;
    while (this.#targets.length > 0 && !signal.aborted) {
      for (const target of this.#targets) await this.#check(target);
      // Until there are more rounds, or an endpoint that serves what is to be checked.
      await clock.sleep(parameters.attemptPauseMs, signal).catch(() => {});
    }
  }

  /** Checks one contender as far as there are rounds, and its endpoint serves it. */
  async #check(target: Contender): Promise<void> {
    const { host, signal } = this.#deps;
    const stop = new AbortController();
    this.#current = { id: target.id, stop };
    // It may have been voided while another one was checked.
    if (this.#targets.every(({ id }) => id !== target.id)) stop.abort();
    const over = AbortSignal.any([signal, stop.signal]);
    try {
      const { model, revision, weightsDigest } = target;
      const session = await parked(over, host.open({ model, revision, weightsDigest }));
      try {
        while (!over.aborted && await this.#checkSome(target, session, over));
      } finally {
        await session.close();
      }
    } catch (error) {
      if (!over.aborted) this.#say(target, error);
    } finally {
      this.#current = null;
    }
  }

  /** Looks at some rounds; false if there is none now. @throws {ModelError} retryable: the endpoint does not answer any more. */
  async #checkSome(target: Contender, session: HostedSession, over: AbortSignal): Promise<boolean> {
    const { store } = this.#deps;
    const begun = this.#begun.get(target.id)!;
    const some: RoundRow[] = [];
    let next = begun.next;
    for (const row of await store.rounds(begun.next, begun.next + AT_ONCE)) {
      // Rounds count in the order of their numbers: one that is under way holds up those after it.
      if (row.state === "open" || some.length === CHUNK) break;
      next = row.round + 1;
      if (row.state === "complete" && row.shown!.includes(target.id)) some.push(row);
    }
    if (some.length > 0) {
      const lost = new AbortController();
      const deps = { ...this.#deps, signal: AbortSignal.any([over, lost.signal]) };
      let rows: HostedRow[];
      try {
        rows = await Promise.all(some.map((row) => askRound(deps, target, session, row)));
      } finally {
        lost.abort();
      }
      over.throwIfAborted();
      await store.putHosted(rows);
      for (const row of rows) count(begun, JSON.parse(row.text) as HostedAnswer[]);
    }
    const isProgress = next > begun.next;
    begun.next = next;
    return isProgress;
  }

  #say({ id }: Contender, error: unknown): void {
    const isOurs = error instanceof ModelError || (error instanceof AfError && isPassing(error));
    if (!isOurs) throw error;
    const text = `The hosted check of ${id} waits: ${errorText(error)}`;
    if (!this.#said.has(text)) this.#deps.log("warning", text);
    this.#said.add(text);
  }
}

function metaKey(contender: string): string {
  return `hosted ${contender}`;
}

/** Asks one round, all of its environments. */
async function askRound(
  deps: HostedDeps,
  target: Contender,
  session: HostedSession,
  row: RoundRow,
): Promise<HostedRow> {
  const { store } = deps;
  const window = (await store.windows(row.window)).find((one) => one.window === row.window)!;
  const records = (await store.recordsOf(row.round)).filter((one) =>
    one.kind === "task" && one.contender === target.id
  );
  const place = { window, round: row.round };
  const answers = await Promise.all(
    roundTasks(deps, window, row.round).map(async (drawn): Promise<HostedAnswer> => ({
      ...await askHosted(deps, { target, session, place }, drawn),
      served: records.find((one) => one.env === drawn.environment.id)?.score ?? 0,
    })),
  );
  return { contender: target.id, round: row.round, text: canonical(answers) };
}

function count({ counts }: Begun, answers: readonly HostedAnswer[]): void {
  for (const [e, { score, served }] of answers.entries()) {
    const sum = counts[e]!;
    sum.n++;
    if (score > served) sum.w++;
    if (score < served) sum.l++;
  }
}
