/**
 * Tally: who passed what, as bits, from the start of a reign on. Any two contenders can be counted against each other on the
 * rounds that both were shown, so that a pair that nobody thought of before (the hold rule) costs no second reading of the records.
 * One validator's rounds; several validators are several tallies whose counts add (pool.ts).
 * @module
 */
import type { OutcomeBlock } from "../port/store.ts";
import { maskOf, Planes, popcount } from "./bits.ts";
import { readTally, writeTally } from "./tally_bytes.ts";
import type { Counts } from "./types.ts";

/** Planes before those of the environments. */
const OFFERED = 0, SHOWN = 1, FIXED = 2;
/** Cells of an outcome block. */
const PASS = 1, LOST = 2, NOT_SHOWN = 255;
/** Champion of an absent round. */
const NOBODY = 65535;

/** Which rounds a count looks at. */
export interface CountOptions {
  /** Only rounds that were shown to this contender, such as the champion. @default {undefined} all rounds that took place */
  readonly shownTo?: string;
}

/** Outcomes of the rounds `first` to `end - 1`. An absent round holds nothing: it does not exist for anybody. */
export class Tally {
  #envs: readonly string[] | null;
  #first: number;
  #end: number;
  /** Round of bit 0: a multiple of 32. */
  #base: number;
  readonly #rows = new Map<string, Planes>();

  /** An empty tally. Without `envs` it takes them from the first block. */
  constructor(envs?: readonly string[], first = 0) {
    if (!Number.isSafeInteger(first) || first < 0) {
      throw new RangeError(`A tally cannot begin at round ${first}; rounds count from 0`);
    }
    this.#envs = envs ? [...envs].sort() : null;
    this.#first = this.#end = first;
    this.#base = first - first % 32;
  }

  /** First round that is held. */
  get first(): number {
    return this.#first;
  }
  /** First round that is not held yet. */
  get end(): number {
    return this.#end;
  }
  /** Sorted ids of the environments; empty before the first block of a tally that was made without them. */
  get envs(): readonly string[] {
    return this.#envs ?? [];
  }

  /**
   * Adds the rounds that follow. Either the whole block is added or, if it throws, nothing.
   * @throws {RangeError} if the block does not follow, is of other environments or holds what no round can hold.
   */
  append(block: OutcomeBlock): void {
    this.#check(block);
    if (block.envs.length === 0) {
      this.#end = block.first + block.rounds;
      return;
    }
    if (block.rounds === 0) return;
    this.#envs ??= [...block.envs];
    const words = Math.ceil((block.first + block.rounds - this.#base) / 32);
    const rows = block.contenders.map((contender) => this.#row(contender, words));
    const width = rows.length, envs = block.envs.length;
    for (let r = 0; r < block.rounds; r++) {
      if (block.champions[r] === NOBODY) continue;
      const at = block.first + r - this.#base;
      const k = at >>> 5, bit = 1 << (at & 31);
      for (let c = 0, cell = r * width * envs; c < width; c++, cell += envs) {
        const row = rows[c]!;
        if (block.offered[r * width + c] === 1) row.or(OFFERED, k, bit);
        if (block.cells[cell] === NOT_SHOWN) continue;
        row.or(SHOWN, k, bit);
        for (let e = 0; e < envs; e++) {
          const value = block.cells[cell + e]!;
          if (value === PASS) row.or(FIXED + 2 * e, k, bit);
          else if (value === LOST) row.or(FIXED + 2 * e + 1, k, bit);
        }
      }
    }
    this.#end = block.first + block.rounds;
  }

  /**
   * Counts challenger `a` against `b` (the champion, or the earlier challenger of the hold rule) on the rounds shown to both.
   * A lost answer of `a` is a fail; where the answer of `b` is lost the environment counts as a tie, so that nobody wins by another's outage.
   * @throws {RangeError} for an environment or rounds that the tally does not hold.
   */
  counts(a: string, b: string, env: string, from: number, to: number, options: CountOptions = {}): Counts {
    const e = this.envs.indexOf(env);
    // An empty tally that was made without environments knows none yet: any count is 0.
    if (e < 0 && this.#envs) throw new RangeError(`The tally holds no environment ${env}`);
    const pass = FIXED + 2 * e, lost = pass + 1;
    const A = this.#rows.get(a), B = this.#rows.get(b);
    let w = 0, l = 0, pc = 0, p0 = 0, n = 0;
    if (A && B) {
      this.#words(from, to, options, (k, mask) => {
        const common = mask & A.get(SHOWN, k) & B.get(SHOWN, k);
        const mine = A.get(pass, k) & common, theirs = B.get(pass, k) & common;
        n += popcount(common);
        pc += popcount(mine);
        p0 += popcount(theirs);
        w += popcount(mine & ~theirs & ~B.get(lost, k));
        l += popcount(theirs & ~mine);
      });
    }
    return { w, l, pc, p0, n };
  }

  /** Rounds that a contender was offered. */
  offered(contender: string, from: number, to: number, options: CountOptions = {}): number {
    return this.#count(contender, OFFERED, from, to, options);
  }
  /** Rounds whose tasks a contender was shown: it had answered the canary. */
  shown(contender: string, from: number, to: number, options: CountOptions = {}): number {
    return this.#count(contender, SHOWN, from, to, options);
  }
  /** Rounds in which at least one answer of a contender was lost. */
  lost(contender: string, from: number, to: number, options: CountOptions = {}): number {
    const row = this.#rows.get(contender);
    let count = 0;
    if (row) {
      this.#words(from, to, options, (k, mask) => {
        let any = 0;
        for (let e = 0; e < this.envs.length; e++) any |= row.get(FIXED + 2 * e + 1, k);
        count += popcount(any & mask);
      });
    }
    return count;
  }

  /** Forgets the rounds before `round`: a new reign needs none of them. Never forgets rounds that are still to come. */
  drop(round: number): void {
    const first = Math.min(round, this.#end);
    if (first <= this.#first) return;
    const base = first - first % 32;
    for (const [contender, row] of this.#rows) {
      row.shift((base - this.#base) / 32);
      row.keep(0, maskOf(0, first - base, 32));
      if (row.isEmpty()) this.#rows.delete(contender);
    }
    this.#first = first;
    this.#base = base;
  }

  /** The tally as bytes for a cache: the same bytes however the rounds were appended. `owner` is whatever must match on reading. */
  toBytes(owner = ""): Uint8Array<ArrayBuffer> {
    return writeTally({
      owner,
      envs: this.envs,
      first: this.#first,
      end: this.#end,
      planes: FIXED + 2 * this.envs.length,
      words: Math.ceil((this.#end - this.#base) / 32),
      rows: this.#rows,
    });
  }

  /** What {@linkcode Tally.toBytes} made; null if the bytes are damaged, of another version or of another owner: build it anew. */
  static fromBytes(bytes: Uint8Array, owner = ""): Tally | null {
    const parts = readTally(bytes, owner);
    if (!parts) return null;
    const tally = new Tally(parts.envs.length > 0 ? parts.envs : undefined, parts.first);
    tally.#end = parts.end;
    for (const [contender, row] of parts.rows) tally.#rows.set(contender, row);
    return tally;
  }

  #row(contender: string, words: number): Planes {
    let row = this.#rows.get(contender);
    if (row) row.reserve(words);
    else this.#rows.set(contender, row = new Planes(FIXED + 2 * this.envs.length, words));
    return row;
  }

  #count(contender: string, plane: number, from: number, to: number, options: CountOptions): number {
    const row = this.#rows.get(contender);
    let count = 0;
    if (row) this.#words(from, to, options, (k, mask) => count += popcount(row.get(plane, k) & mask));
    return count;
  }

  /** Visits the words that hold rounds `from` to `to - 1`, each with the bits that count. An empty range is fine anywhere. */
  #words(from: number, to: number, options: CountOptions, visit: (k: number, mask: number) => void): void {
    if (from >= to) return;
    if (from < this.#first || to > this.#end) {
      throw new RangeError(`The tally holds rounds ${this.#first} to ${this.#end - 1}, not ${from} to ${to - 1}`);
    }
    const seat = options.shownTo === undefined ? null : this.#rows.get(options.shownTo);
    if (seat === undefined) return;
    const low = from - this.#base, high = to - this.#base;
    for (let k = low >>> 5; k * 32 < high; k++) {
      const mask = maskOf(k, low, high);
      visit(k, seat ? mask & seat.get(SHOWN, k) : mask);
    }
  }

  #check(block: OutcomeBlock): void {
    const { rounds, contenders, envs, cells, champions, offered } = block;
    if (block.first !== this.#end) {
      throw new RangeError(
        `Rounds must follow each other: the tally ends at ${this.#end}, the block begins at ${block.first}`,
      );
    }
    if (rounds === 0) return;
    // While the champion is away nothing is asked: such rounds name nobody and no environment.
    if (envs.length === 0 && champions.length === rounds && champions.every((champion) => champion === NOBODY)) return;
    const ours = this.#envs ?? envs;
    if (envs.length === 0 || envs.join() !== [...ours].sort().join()) {
      throw new RangeError(`The block is of the environments ${envs.join()}, the tally of ${ours.join()}`);
    }
    const width = contenders.length;
    if (new Set(contenders).size !== width) throw new RangeError("The block names a contender twice");
    if (
      cells.length !== rounds * width * envs.length || champions.length !== rounds || offered.length !== rounds * width
    ) {
      throw new RangeError(`The block's arrays do not fit ${rounds} rounds of ${width} contenders`);
    }
    for (let r = 0; r < rounds; r++) {
      const champion = champions[r]!;
      if (champion === NOBODY) continue;
      if (champion >= width) {
        throw new RangeError(`Round ${block.first + r} has a champion that the block does not name`);
      }
      for (let at = r * width * envs.length, end = at + width * envs.length; at < end; at += envs.length) {
        const shown = cells[at] !== NOT_SHOWN;
        for (let e = 0; e < envs.length; e++) {
          const value = cells[at + e]!;
          // Only complete rounds count: an environment that has not settled yet would let an easy one run ahead.
          if (shown ? value > LOST : value !== NOT_SHOWN) {
            throw new RangeError(`Round ${block.first + r} holds the cell ${value}, which no complete round can hold`);
          }
        }
      }
    }
  }
}
