/**
 * The cheat: knows everything that is public and tries to regenerate the tasks with their keys. It cannot know the window's salt
 * before the window is closed, and no prompt comes again after that; so it must never hit.
 * @module
 */
import { sha256Hex } from "../base/hash.ts";
import type { Environment } from "../port/environment.ts";
import { canarySeed, type SeedInput, taskSeed } from "../record/seed.ts";

/** What the cheat is told about the network. */
export interface CheatOptions {
  readonly netuid: number;
  /** SS58 address of the validator's hotkey. */
  readonly validator: string;
  readonly environments: readonly Environment[];
  /** Tasks that it generates for each prompt that it is asked, at most; a task of programs counts as thirty. @default {24} */
  readonly budget?: number;
  /** Round indexes that it tries in each window. @default {12} */
  readonly indexes?: number;
}

/** Windows that are worth trying: tasks of older ones are never asked any more. */
const RECENT_WINDOWS = 3;
const BOOK_SIZE = 20_000;
/** Making a task of programs takes some thirty times as long as another. */
const PROGRAM_COST = 30;

interface Guess {
  /** Window, salt and round index together. */
  readonly guess: string;
  readonly environment: Environment;
  readonly seed: Uint8Array;
}

interface Entry {
  readonly guess: string;
  readonly answer: string;
}

/** A miner's attempt to look up answers. */
export class Cheat {
  readonly #options: CheatOptions;
  /** Hash of each window's first block. */
  readonly #windows = new Map<number, string>();
  readonly #salts = new Set<string>();
  #nextRound = 0;
  #plan: Iterator<Guess> | null = null;
  readonly #done = new Set<string>();
  readonly #book = new Map<string, Entry>();
  /** Prompts that were asked and found in the book, by the guess that they were generated with. */
  readonly #matches = new Map<string, Set<string>>();
  #tries = 0;
  /** What is left of the budget; what a dear task took too much is missing the next time. */
  #left = 0;

  /** A cheat that knows nothing yet but the generators. */
  constructor(options: CheatOptions) {
    this.#options = options;
  }

  /** Tasks that it has generated. */
  get tries(): number {
    return this.#tries;
  }

  /**
   * Prompts that it regenerated: those of guesses that met at least two different prompts. Easy tasks such as `86 + 24 =` come
   * twice by chance; two prompts of one guess do not.
   */
  get hits(): number {
    return this.#sizes().filter((size) => size >= 2).reduce((sum, size) => sum + size, 0);
  }

  /** Prompts that it met by chance. */
  get coincidences(): number {
    return this.#sizes().filter((size) => size === 1).length;
  }

  #sizes(): number[] {
    return [...this.#matches.values()].map((prompts) => prompts.size);
  }

  /** A window began: its block hash is public at once. */
  observeWindow(window: number, blockHash: string): void {
    if (this.#windows.get(window) === blockHash) return;
    this.#windows.set(window, blockHash);
    this.#plan = null;
  }

  /** A salt was published, or the end of the salt chain (any 64 hex digits that might be one). */
  observeSalt(salt: string): void {
    if (this.#salts.has(salt)) return;
    this.#salts.add(salt);
    this.#plan = null;
  }

  /** Rounds before this one are public. */
  observeRounds(nextRound: number): void {
    if (nextRound <= this.#nextRound) return;
    this.#nextRound = nextRound;
    this.#plan = null;
  }

  /** The key's answer if this very prompt was among the tasks that it could generate, else null. */
  answer(prompt: string): string | null {
    this.#work();
    const found = this.#book.get(prompt);
    if (!found) return null;
    const prompts = this.#matches.get(found.guess) ?? new Set();
    this.#matches.set(found.guess, prompts.add(prompt));
    return found.answer;
  }

  #work(): void {
    this.#plan ??= this.#guesses();
    this.#left = Math.min(this.#left, 0) + (this.#options.budget ?? 24);
    while (this.#left > 0) {
      const next = this.#plan.next();
      if (next.done) return;
      this.#left -= next.value.environment.submission ? PROGRAM_COST : 1;
      const { guess, environment, seed } = next.value;
      const task = environment.generate(seed);
      this.#tries++;
      this.#book.set(task.prompt, { guess, answer: environment.solve(task) });
      if (this.#book.size > BOOK_SIZE) this.#book.delete(this.#book.keys().next().value!);
    }
  }

  /** Everything that is worth a try and has not been tried, the likeliest first. */
  *#guesses(): Generator<Guess> {
    const { netuid, validator, environments } = this.#options;
    const windows = [...this.#windows].sort(([a], [b]) => b - a).slice(0, RECENT_WINDOWS);
    for (const [window, blockHash] of windows) {
      for (const salt of this.#saltGuesses(window, blockHash)) {
        for (let step = 0; step < (this.#options.indexes ?? 12); step++) {
          const index = this.#nextRound + step;
          const guess = `${window} ${blockHash} ${salt} ${index}`;
          if (this.#done.has(guess)) continue;
          for (const environment of environments) {
            const { id: env, version } = environment;
            const input: SeedInput = { salt, blockHash, netuid, validator, env, version, index };
            yield { guess, environment, seed: taskSeed(input) };
            yield { guess, environment, seed: canarySeed(input) };
          }
          this.#done.add(guess);
        }
      }
    }
  }

  /** Salts that a careless validator might use, and all that were ever published. */
  #saltGuesses(window: number, blockHash: string): Set<string> {
    const { validator, netuid } = this.#options;
    const bare = blockHash.replace(/^0x/, "");
    const published = [...this.#salts].slice(-8);
    return new Set([
      ...published,
      // One hash on from a published salt is an older one, unless somebody walks the chain the wrong way.
      ...published.map((salt) => sha256Hex(Uint8Array.fromHex(salt))),
      ...published.map((salt) => sha256Hex(salt)),
      bare,
      sha256Hex(bare),
      sha256Hex(validator),
      sha256Hex(String(window)),
      sha256Hex(`${netuid}`),
      "00".repeat(32),
      "ff".repeat(32),
    ]);
  }
}
