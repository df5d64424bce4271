/**
 * The pool: the rounds of all validators. Each has a tally and a numbering of its own; what is counted in them simply adds.
 * @module
 */
import type { Tally } from "./tally.ts";
import type { Counts, EpochInput, Marks, State } from "./types.ts";

/** What the mechanism asks of one validator's rounds; a {@linkcode Tally} answers it. */
export type RoundCounts = Pick<Tally, "first" | "end" | "counts" | "offered" | "shown" | "lost">;

/** The rounds of every validator, by SS58 address. */
export type Pool = ReadonlyMap<string, RoundCounts>;

/** Rounds of one validator that are looked at. */
export interface Span {
  readonly validator: string;
  readonly rounds: RoundCounts;
  readonly from: number;
  readonly to: number;
}

/** The spans between two sets of marks, by validator in sorted order; none where a validator has no round in between. */
export function spansOf(pool: Pool, from: Marks, to: Marks): Span[] {
  return Object.keys(to).sort().flatMap((validator) => {
    const first = from[validator] ?? to[validator]!, end = to[validator]!;
    return first < end ? [{ validator, rounds: pool.get(validator)!, from: first, to: end }] : [];
  });
}

/** The sum of a number over spans. */
export function sumOver(spans: readonly Span[], count: (span: Span) => number): number {
  return spans.reduce((sum, span) => sum + count(span), 0);
}

/** Counts in every environment, added. */
export function addCounts(envs: number, all: readonly (readonly Counts[])[]): Counts[] {
  return Array.from({ length: envs }, (_, e) => {
    let w = 0, l = 0, pc = 0, p0 = 0, n = 0;
    for (const counts of all) {
      const count = counts[e]!;
      w += count.w;
      l += count.l;
      pc += count.pc;
      p0 += count.p0;
      n += count.n;
    }
    return { w, l, pc, p0, n };
  });
}

/** For each validator the smaller of both marks. */
export function earlier(a: Marks, b: Marks): Marks {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map((name) => [name, Math.min(a[name] ?? Infinity, b[name] ?? Infinity)]));
}

/** For each validator the larger of both marks; none where one of them has none. */
export function later(a: Marks, b: Marks): Marks {
  const names = Object.keys(a).filter((name) => Object.hasOwn(b, name)).sort();
  return Object.fromEntries(names.map((name) => [name, Math.max(a[name]!, b[name]!)]));
}

/** The first round of each validator that the next epoch may ask for: tallies may forget what is before. */
export function neededFrom(state: State): Marks {
  return state.away.reduce(
    (marks, one) => earlier(marks, one.reignStartRound),
    earlier(state.reignStartRound, state.nextRound),
  );
}

/** Where an epoch's rounds end, for every validator there is, and where whatever starts in it begins, for those that it names. */
export interface Progress {
  readonly nextRound: Marks;
  readonly drawn: Marks;
}

/**
 * Looks an epoch's validators through.
 * @throws {RangeError} if one comes twice or goes back, or the pool does not hold its rounds.
 */
export function progressOf(state: State, input: EpochInput, pool: Pool): Progress {
  const nextRound: Record<string, number> = { ...state.nextRound };
  const drawn: Record<string, number> = {};
  const seen = new Set<string>();
  const needed = neededFrom(state);
  for (const { validator, ...rounds } of input.validators) {
    if (seen.has(validator)) throw new RangeError(`Epoch ${input.epoch} names the validator ${validator} twice`);
    seen.add(validator);
    const before = state.nextRound[validator] ?? 0;
    if (rounds.nextRound < before || rounds.drawn < rounds.nextRound) {
      throw new RangeError(
        `Epoch ${input.epoch} counts to round ${rounds.nextRound} of ${rounds.drawn} drawn by ${validator}, the epoch before to ${before}`,
      );
    }
    nextRound[validator] = rounds.nextRound;
    drawn[validator] = rounds.drawn;
  }
  for (const [validator, first] of Object.entries(needed)) {
    const end = nextRound[validator]!, held = pool.get(validator);
    if (end <= first || (held && held.first <= first && held.end >= end)) continue;
    const holds = held ? `rounds ${held.first} to ${held.end - 1}` : "none";
    throw new RangeError(
      `Epoch ${input.epoch} needs rounds ${first} to ${end - 1} of ${validator}, the pool holds ${holds}`,
    );
  }
  return { nextRound, drawn };
}

/** Marks with those of validators that were not named when they were set: they count from here on. */
export function withNewcomers(marks: Marks, { drawn }: Progress): Marks {
  return Object.keys(drawn).every((name) => Object.hasOwn(marks, name)) ? marks : { ...drawn, ...marks };
}
