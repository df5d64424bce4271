/**
 * R4, the reference's present rule: AffineFoundation/affine-cortex c2d7ec8, affine/src/scorer/comparator.py (who wins),
 * challenger_queue.py (whose turn it is), sampling_thresholds.py and affine/src/scheduler/flow.py (pool and pace).
 *
 * One champion is paid everything. Challengers are taken one by one, the oldest commit first (`first_block`), each for one contest on
 * tasks of a pool that everybody shares; who loses, or is dethroned, is terminated for ever. The pool has 330 tasks an environment
 * and is drawn anew between contests once 7200 blocks have passed, not when the champion changes: the champion's answers of a
 * pool serve all its contests. A task whose request raised is dropped, the contest is judged on the first 300 tasks that both
 * answered. The challenger wins if it is dominant in an environment (mean above the champion's by more than .03) and in
 * every other one at least .98 of the champion's mean; fewer than 300 common tasks in an environment count as worse.
 * Without a champion the oldest commit is crowned unseen. A hotkey that commits twice is out for good.
 *
 * Simplified: a contest takes the time of 300 rounds; an epoch is paid to whoever stood when it began. The pool is the last 330 rounds
 * before it is drawn, so nobody waits for it. 7200 blocks are 1440 rounds, on the scale on which the 20,000 blocks of R2 are
 * 4000. A challenger that can never reach 300 common tasks loses here (the comparator's gate); in the source the scheduler asks it
 * again without end. Equal weights are not voided: one changed byte would evade that.
 * @module
 */
import { type Agent, type EpochView, type Judge, PASS, type Rule, type Settlement } from "../types.ts";
import { isMissing } from "../world.ts";

/** Common tasks that a contest needs in each environment, and tasks of a pool (`SAMPLE_BUFFER_RATIO`: a tenth more). */
export const TASKS = 300, POOL = 330;
/** Rounds after which a pool is old: 7200 blocks (`task_pool_refresh_blocks`). */
export const REFRESH = 1440;
/** Margin of dominance, and the share of the champion's mean that may be missing elsewhere. */
const MARGIN = 0.03, TOLERANCE = 0.02, SLACK = 1e-9;

/** What both made of a pool: outcomes `[task * envs + env]`. */
export interface Contest {
  readonly champion: Uint8Array;
  readonly challenger: Uint8Array;
  readonly envs: number;
}

/** Whether the challenger wins. */
export function dethrones({ champion, challenger, envs }: Contest): boolean {
  let dominant = 0;
  for (let env = 0; env < envs; env++) {
    let n = 0, own = 0, theirs = 0;
    for (let i = env; i < champion.length && n < TASKS; i += envs) {
      if (isMissing(champion[i]!) || isMissing(challenger[i]!)) continue;
      n++;
      if (challenger[i] === PASS) own++;
      if (champion[i] === PASS) theirs++;
    }
    if (n < TASKS) return false;
    if (own / n > theirs / n + MARGIN + SLACK) dominant++;
    else if (own / n < theirs / n * (1 - TOLERANCE) - SLACK) return false;
  }
  return dominant > 0;
}

class R4Judge implements Judge {
  readonly #envs: number;
  #champion: Agent | null = null;
  #challenger: Agent | null = null;
  /** Round at which the running contest ends, or the last one did. */
  #end = 0;
  /** Who had its contest, and every hotkey that ever committed, with its commit. */
  readonly #terminated = new Set<string>();
  readonly #hotkeys = new Map<string, string>();
  /** The latest epochs, which hold at least a pool together, as far as there are so many. */
  #recent: EpochView[] = [];
  /** The epochs that hold the pool, and the round at which it was drawn. */
  #pool: { readonly drawn: number; readonly views: readonly EpochView[] } | null = null;

  constructor(envs: number) {
    this.#envs = envs;
  }

  settle(view: EpochView): Settlement {
    const paid = this.#champion;
    const end = view.first + view.rounds;
    this.#see(view.agents);
    this.#end = Math.max(this.#end, this.#challenger ? 0 : view.first);
    for (;;) {
      if (!this.#challenger) this.#next(view);
      if (!this.#challenger || this.#end > end) break;
      if (view.agents.includes(this.#challenger) && this.#decide(this.#challenger)) this.#champion = this.#challenger;
      this.#challenger = null;
    }
    this.#recent = [...this.#recent, view].filter(({ first, rounds }) => first + rounds > end - POOL);
    const payee = paid ?? this.#champion;
    const registered = view.agents.some((agent) => agent === payee);
    return { pay: new Map(payee && registered ? [[payee.name, 1]] : []), champion: this.#champion?.name ?? null };
  }

  /** Notes who came; a second commit of a hotkey is worth nothing, and ends the first one's chance. */
  #see(agents: readonly Agent[]): void {
    for (const { name, hotkey = name } of agents) {
      const known = this.#hotkeys.get(hotkey);
      if (known === undefined) this.#hotkeys.set(hotkey, name);
      else if (known !== name) this.#terminated.add(name).add(known);
    }
  }

  /** Takes the next in the queue, if there is one. */
  #next(view: EpochView): void {
    const at = this.#end;
    const next = view.agents.find((agent) => agent !== this.#champion && !this.#terminated.has(agent.name));
    if (!next) return;
    if (!this.#champion) {
      this.#terminated.add(next.name);
      this.#champion = next;
      return this.#next(view);
    }
    if (this.#pool === null || at - this.#pool.drawn >= REFRESH) {
      const held = this.#recent.reduce((sum, { rounds }) => sum + rounds, 0);
      if (held < POOL) return;
      this.#pool = { drawn: at, views: this.#recent };
    }
    this.#terminated.add(next.name);
    this.#challenger = next;
    this.#end = at + TASKS;
  }

  #decide(challenger: Agent): boolean {
    const views = this.#pool!.views;
    const column = (agent: Agent) => lastOf(views.map((view) => view.outcomes(agent, "static")), POOL * this.#envs);
    return dethrones({ champion: column(this.#champion!), challenger: column(challenger), envs: this.#envs });
  }
}

/** The last bytes of several columns. */
function lastOf(columns: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(columns.reduce((sum, column) => sum + column.length, 0));
  let at = 0;
  for (const column of columns) {
    joined.set(column, at);
    at += column.length;
  }
  return joined.subarray(joined.length - length);
}

/** The rule R4. */
export const r4: Rule = {
  id: "r4",
  title: "R4",
  about:
    "One contest of 300 tasks for everybody, in the order of commits (affine-cortex c2d7ec8, comparator.py, flow.py)",
  begin: ({ envs }) => new R4Judge(envs),
};
