import assert from "node:assert/strict";
import fc from "fast-check";
import type { OutcomeBlock } from "../port/store.ts";
import { maskOf, popcount } from "./bits.ts";
import { Tally } from "./tally.ts";

const ENVS = ["logic", "math"];
const NAMES = ["champion", "x", "y", "z"];
const NOBODY = 65535;

/** One round as drawn: its champion (0, 1 or nobody) and for each contender offered, shown and a result per environment. */
interface Round {
  readonly champion: number;
  readonly rows: readonly { readonly offered: boolean; readonly shown: boolean; readonly results: readonly number[] }[];
}

const anyRound: fc.Arbitrary<Round> = fc.record({
  champion: fc.constantFrom(0, 0, 0, 1, NOBODY),
  rows: fc.array(
    fc.record({
      offered: fc.boolean(),
      shown: fc.boolean(),
      results: fc.array(fc.constantFrom(0, 1, 1, 2), { minLength: 2, maxLength: 2 }),
    }),
    { minLength: NAMES.length, maxLength: NAMES.length },
  ),
});

function blockOf(first: number, rounds: readonly Round[]): OutcomeBlock {
  const alive = (round: Round) => round.champion !== NOBODY;
  const rows = rounds.flatMap((round) => round.rows.map((row) => ({ ...row, alive: alive(round) })));
  return {
    first,
    rounds: rounds.length,
    contenders: NAMES,
    envs: ENVS,
    cells: Uint8Array.from(rows.flatMap((row) => row.alive && row.shown ? row.results : [255, 255])),
    champions: Uint16Array.from(rounds.map((round) => round.champion)),
    offered: Uint8Array.from(rows.map((row) => Number(row.offered))),
  };
}

function tallyOf(rounds: readonly Round[], first = 0, cuts: readonly number[] = []): Tally {
  const tally = new Tally(ENVS, first);
  const ends = [...cuts.map((cut) => cut % (rounds.length + 1)).sort((a, b) => a - b), rounds.length];
  let at = 0;
  for (const end of ends) {
    tally.append(blockOf(first + at, rounds.slice(at, end)));
    at = end;
  }
  return tally;
}

/** The same counts without a bit of cleverness. */
function plainCounts(rounds: readonly Round[], a: number, b: number, env: number, seen: number | null) {
  const counts = { w: 0, l: 0, pc: 0, p0: 0, n: 0 };
  for (const round of rounds) {
    const A = round.rows[a]!, B = round.rows[b]!;
    if (round.champion === NOBODY || !A.shown || !B.shown) continue;
    if (seen !== null && !round.rows[seen]!.shown) continue;
    const mine = A.results[env]!, theirs = B.results[env]!;
    counts.n++;
    if (mine === 1) counts.pc++;
    if (theirs === 1) counts.p0++;
    if (theirs === 2) continue;
    if (mine === 1 && theirs === 0) counts.w++;
    if (mine !== 1 && theirs === 1) counts.l++;
  }
  return counts;
}

Deno.test({
  name: "popcount() and maskOf() agree with counting one by one",
  permissions: "none",
  fn() {
    fc.assert(
      fc.property(fc.integer(), (word) => popcount(word) === (word >>> 0).toString(2).replaceAll("0", "").length),
    );
    fc.assert(fc.property(fc.nat(3), fc.nat(128), fc.nat(128), (k, from, to) => {
      for (let i = 0; i < 32; i++) {
        const round = 32 * k + i;
        assert.equal((maskOf(k, from, to) >>> i) & 1, Number(round >= from && round < to));
      }
    }));
  },
});

Deno.test({
  name: "Tally.counts() agrees with plain counting, whatever is lost, absent or shown to whom",
  permissions: "none",
  fn() {
    const rounds = fc.array(anyRound, { maxLength: 140 });
    fc.assert(fc.property(rounds, fc.nat(70), fc.nat(), fc.nat(), (all, first, x, y) => {
      const tally = tallyOf(all, first);
      const [low, high] = [x % (all.length + 1), y % (all.length + 1)].sort((a, b) => a - b) as [number, number];
      const part = all.slice(low, high), from = first + low, to = first + high;
      for (const seen of [null, 0, 1, 3]) {
        const options = seen === null ? {} : { shownTo: NAMES[seen]! };
        const counted = (round: Round) => round.champion !== NOBODY && (seen === null || round.rows[seen]!.shown);
        for (const [a, b] of [[1, 0], [2, 1], [3, 3]] as const) {
          ENVS.forEach((env, e) =>
            assert.deepEqual(
              tally.counts(NAMES[a]!, NAMES[b]!, env, from, to, options),
              plainCounts(part, a, b, e, seen),
            )
          );
        }
        const rows = part.filter(counted).map((round) => round.rows[1]!);
        assert.equal(tally.offered("x", from, to, options), rows.filter((row) => row.offered).length);
        assert.equal(tally.shown("x", from, to, options), rows.filter((row) => row.shown).length);
        const lost = rows.filter((row) => row.shown && row.results.includes(2)).length;
        assert.equal(tally.lost("x", from, to, options), lost);
      }
    }));
  },
});

Deno.test({
  name: "Tally.counts() scores a lost challenger 0 and ties where the opponent is lost",
  permissions: "none",
  fn() {
    const row = (...results: number[]) => ({ offered: true, shown: true, results });
    const idle = { offered: false, shown: false, results: [0, 0] };
    const tally = tallyOf([{ champion: 0, rows: [row(1, 2), row(2, 1), idle, idle] }]);
    assert.deepEqual(tally.counts("x", "champion", "logic", 0, 1), { w: 0, l: 1, pc: 0, p0: 1, n: 1 });
    assert.deepEqual(tally.counts("x", "champion", "math", 0, 1), { w: 0, l: 0, pc: 1, p0: 0, n: 1 });
    assert.deepEqual(tally.counts("nobody", "champion", "math", 0, 1), { w: 0, l: 0, pc: 0, p0: 0, n: 0 });
    assert.throws(() => tally.counts("x", "champion", "music", 0, 1), RangeError);
    assert.throws(() => tally.counts("x", "champion", "math", 0, 2), RangeError);
  },
});

Deno.test({
  name: "Tally.toBytes() does not tell how the rounds were appended, and fromBytes() gives them back",
  permissions: "none",
  fn() {
    const rounds = fc.array(anyRound, { maxLength: 140 });
    fc.assert(fc.property(rounds, fc.nat(70), fc.array(fc.nat(), { maxLength: 4 }), (all, first, cuts) => {
      const bytes = tallyOf(all, first).toBytes("me");
      assert.deepEqual(tallyOf(all, first, cuts).toBytes("me"), bytes);
      const back = Tally.fromBytes(bytes, "me");
      assert.ok(back);
      assert.deepEqual([back.first, back.end, back.envs], [first, first + all.length, ENVS]);
      assert.deepEqual(back.toBytes("me"), bytes);
      // What was read can go on.
      const more = blockOf(first + all.length, all);
      const straight = tallyOf(all, first);
      straight.append(more);
      back.append(more);
      assert.deepEqual(back.toBytes(), straight.toBytes());
    }));
  },
});

Deno.test({
  name: "Tally.drop() leaves what a tally of the later rounds alone would hold",
  permissions: "none",
  fn() {
    const rounds = fc.array(anyRound, { maxLength: 140 });
    fc.assert(fc.property(rounds, fc.nat(70), fc.nat(150), (all, first, drop) => {
      const tally = tallyOf(all, first);
      tally.drop(first + drop);
      const left = Math.min(drop, all.length);
      assert.deepEqual(tally.toBytes(), tallyOf(all.slice(left), first + left).toBytes());
      const more = blockOf(first + all.length, all);
      tally.append(more);
      assert.equal(tally.end, first + 2 * all.length);
      if (left > 0) assert.throws(() => tally.shown("x", first, first + all.length), RangeError);
    }));
  },
});

Deno.test({
  name: "Tally.fromBytes() refuses what is damaged, cut, empty, of another version or of another owner",
  permissions: "none",
  fn() {
    const rounds = fc.sample(anyRound, { numRuns: 50, seed: 7 });
    const bytes = tallyOf(rounds).toBytes("me");
    assert.equal(Tally.fromBytes(bytes, "you"), null);
    assert.equal(Tally.fromBytes(new Uint8Array(), "me"), null);
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      return Tally.fromBytes(damaged, "me") === null && Tally.fromBytes(bytes.slice(0, at), "me") === null;
    }));
  },
});

Deno.test({
  name: "Tally.append() refuses what does not follow or is not complete, and then holds what it held",
  permissions: "none",
  fn() {
    const rounds = fc.sample(anyRound, { numRuns: 40, seed: 3 });
    const tally = tallyOf(rounds);
    const before = tally.toBytes();
    const next = blockOf(40, rounds);
    const spoilt = (change: (cells: Uint8Array, champions: Uint16Array) => void): OutcomeBlock => {
      const cells = next.cells.slice(), champions = next.champions.slice();
      champions.fill(0);
      change(cells, champions);
      return { ...next, cells, champions };
    };
    const bad: OutcomeBlock[] = [
      { ...next, first: 39 },
      { ...next, first: 41 },
      { ...next, envs: ["logic", "music"] },
      { ...next, contenders: ["x", "x", "y", "z"] },
      { ...next, cells: next.cells.slice(1) },
      spoilt((_, champions) => champions[7] = 4),
      spoilt((cells) => cells[cells.length - 1] = 7),
      spoilt((cells) => cells.set([1, 255], cells.length - 2)),
      spoilt((cells) => cells.set([255, 1], cells.length - 2)),
    ];
    for (const block of bad) assert.throws(() => tally.append(block), RangeError);
    assert.deepEqual(tally.toBytes(), before);
    tally.append(next);
    assert.equal(tally.end, 80);
  },
});

Deno.test({
  name: "Tally takes its environments from the first block when it was made without them",
  permissions: "none",
  fn() {
    const tally = new Tally();
    assert.deepEqual(tally.counts("x", "y", "logic", 0, 0), { w: 0, l: 0, pc: 0, p0: 0, n: 0 });
    tally.append({ ...blockOf(0, []), contenders: [], envs: [] });
    tally.append(blockOf(0, fc.sample(anyRound, { numRuns: 3, seed: 1 })));
    assert.deepEqual(tally.envs, ENVS);
    assert.throws(() => new Tally(ENVS, -1), RangeError);
  },
});

Deno.test({
  name: "Tally.append() takes rounds without a champion, which name nobody and no environment",
  permissions: "none",
  fn() {
    const absent = (first: number, rounds: number): OutcomeBlock => ({
      first,
      rounds,
      contenders: [],
      envs: [],
      cells: new Uint8Array(),
      champions: new Uint16Array(rounds).fill(NOBODY),
      offered: new Uint8Array(),
    });
    for (const tally of [new Tally(ENVS), new Tally()]) {
      tally.append(absent(0, 3));
      tally.append(blockOf(3, fc.sample(anyRound, { numRuns: 5, seed: 1 })));
      tally.append(absent(8, 40));
      assert.equal(tally.end, 48);
      assert.deepEqual(tally.envs, ENVS);
      assert.equal(tally.shown("champion", 8, 48), 0);
      assert.deepEqual(Tally.fromBytes(tally.toBytes())?.toBytes(), tally.toBytes());
    }
    const named = { ...absent(0, 1), champions: Uint16Array.of(0) };
    assert.throws(() => new Tally(ENVS).append(named), RangeError);
  },
});
