/**
 * Reference solutions for the embedded network's miners: what they cannot work out from the prompt alone (programs) they are handed,
 * and spoil according to their skill. The network is told the root of its validator's salts for this; nobody else ever is.
 * @module
 */
import { fromHex } from "../base/bytes.ts";
import type { Environment, Task } from "../port/environment.ts";
import { SALT_CHAIN_LENGTH, type SaltChain, saltChain, taskSeed } from "../record/seed.ts";

/** What a reference is told of the network. */
export interface ReferenceOptions {
  readonly netuid: number;
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  /** Root of the validator's salt chain, 64 hex digits. */
  readonly saltRoot: string;
  /** Environments whose tasks are handed out, with the versions that the validator uses. */
  readonly environments: readonly Environment[];
}

/** A task and who made it. */
export interface ReferenceTask {
  readonly environment: Environment;
  readonly task: Task;
}

/** Rounds beyond the highest known one that may be under way in the newest window: more than are asked side by side as a rule. */
const AHEAD = 22;
interface Entry extends ReferenceTask {
  readonly window: number;
  readonly position: number;
  readonly round: number;
}

/** Windows that rounds may still be asked of. */
const RECENT_WINDOWS = 2;
/** Tasks that are kept: more than are under way at any time. */
const BOOK_SIZE = 2_000;

/** Finds the task behind a prompt that the validator of this network asks. */
export class Reference {
  readonly #options: ReferenceOptions;
  readonly #salts: SaltChain;
  /** Hash of the first block of the newest windows, in order. */
  readonly #windows = new Map<number, string>();
  readonly #book = new Map<string, Entry>();
  /** Rounds that were tried for a window and a position of the salt chain: up to and without this index. */
  readonly #tried = new Map<string, number>();
  /** The window that each round was found in: no other window has it. */
  readonly #windowOf = new Map<number, number>();
  /** The lowest round that was found in each window: rounds are numbered window after window. */
  readonly #lowest = new Map<number, number>();
  /** The newest window that a task was found in, its position in the salt chain, and the highest round. */
  #at: { readonly window: number; readonly position: number; readonly round: number } | null = null;

  /** A reference that has seen no window yet. */
  constructor(options: ReferenceOptions) {
    this.#options = options;
    this.#salts = saltChain(fromHex(options.saltRoot), SALT_CHAIN_LENGTH);
  }

  /** A window began. */
  observeWindow(window: number, blockHash: string): void {
    this.#windows.set(window, blockHash);
    for (const old of this.#windows.keys()) if (old <= window - RECENT_WINDOWS) this.#windows.delete(old);
  }

  /** The task of a prompt; null for any prompt that is none of the counted tasks (a canary, an environment that is not handed out). */
  find(prompt: string): ReferenceTask | null {
    const known = this.#book.get(prompt);
    if (known) return this.#found(known);
    for (const window of [...this.#windows.keys()].reverse()) {
      for (const position of this.#positions(window)) {
        const entry = this.#search(prompt, window, position);
        if (entry) return this.#found(entry);
      }
    }
    return null;
  }

  /**
   * Positions in the salt chain that a window may have, the likeliest first. The first window that is used has position 0, and each
   * later one the next; a window in which no round began was not used.
   */
  #positions(window: number): number[] {
    if (this.#at === null) return [0];
    const { window: newest, position } = this.#at;
    if (window <= newest) return position - (newest - window) >= 0 ? [position - (newest - window)] : [];
    return Array.from({ length: window - newest }, (_, i) => position + window - newest - i);
  }

  /** Rounds that a window can hold: after those of the windows before it, before those of later ones. */
  #range(window: number): [from: number, end: number] {
    if (this.#at === null) return [0, AHEAD];
    const { window: newest, round } = this.#at;
    const from = Math.max(0, (this.#lowest.get(window) ?? round) - AHEAD);
    return [from, window < newest ? this.#lowest.get(newest)! : round + AHEAD];
  }

  #found(entry: Entry): Entry {
    const { window, position, round } = entry;
    this.#windowOf.set(round, window);
    this.#lowest.set(window, Math.min(round, this.#lowest.get(window) ?? Infinity));
    const isLater = this.#at === null || window > this.#at.window;
    if (isLater) this.#at = { window, position, round };
    else if (window === this.#at!.window) this.#at = { window, position, round: Math.max(round, this.#at!.round) };
    return entry;
  }

  /** Makes the tasks of the next rounds until one has the prompt; each round is tried once for a window and position. */
  #search(prompt: string, window: number, position: number): Entry | null {
    const { netuid, validator, environments } = this.#options;
    const key = `${window} ${position}`;
    const blockHash = this.#windows.get(window)!;
    const salt = this.#salts.saltOf(position);
    const [from, end] = this.#range(window);
    for (let index = Math.max(from, this.#tried.get(key) ?? 0); index < end; index++) {
      this.#tried.set(key, index + 1);
      // Making tasks is most of what the network costs.
      if ((this.#windowOf.get(index) ?? window) !== window) continue;
      let isHere = false;
      for (const environment of environments) {
        const { id: env, version } = environment;
        const task = environment.generate(taskSeed({ salt, blockHash, netuid, validator, env, version, index }));
        this.#book.set(task.prompt, { environment, task, window, position, round: index });
        if (this.#book.size > BOOK_SIZE) this.#book.delete(this.#book.keys().next().value!);
        isHere ||= task.prompt === prompt;
      }
      if (isHere) return this.#book.get(prompt)!;
    }
    return null;
  }
}
