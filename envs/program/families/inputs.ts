/** Ordinary and unusual inputs that several families share. @module */
import type { Random } from "../../../core/base/random.ts";

const WORDS = [
  "apple",
  "river",
  "Stone",
  "cloud",
  "winter",
  "Lantern",
  "market",
  "silver",
  "ocean",
  "garden",
  "Paper",
  "violin",
  "copper",
  "meadow",
  "engine",
  "harbor",
  "puzzle",
  "Island",
  "tree",
  "moon",
  "a",
  "to",
  "is",
  "on",
  "Coffee",
  "butter",
  "needle",
  "bottle",
  "summer",
  "letter",
  "level",
  "noon",
  "banana",
  "success",
  "committee",
  "sky",
  "rhythm",
  "queue",
  "Otto",
  "USA",
  "x1",
  "42",
  "007",
  "3D",
  "b2b",
] as const;

/** Integers with repetitions, some below zero. */
export function someNumbers(random: Random, fewest: number, most: number): bigint[] {
  const list: bigint[] = [];
  const size = random.int(fewest, most);
  while (list.length < size) {
    const again = list.length > 0 && random.int(0, 4) === 0;
    list.push(again ? random.pick(list) : BigInt(random.int(-25, 75)));
  }
  return list;
}

/** Words from a fixed list, sometimes one twice. */
export function someWords(random: Random, fewest: number, most: number): string[] {
  const list: string[] = [];
  const size = random.int(fewest, most);
  while (list.length < size) {
    const again = list.length > 0 && random.int(0, 5) === 0;
    list.push(again ? random.pick(list) : random.pick(WORDS));
  }
  return list;
}

/** A line of words. */
export function someText(random: Random): string {
  return someWords(random, 3, 7).join(" ");
}

/** Lists at the borders: empty, one, equal, sorted, negative, zeros, long, huge numbers. */
export function edgeLists(random: Random): bigint[][] {
  const sorted = someNumbers(random, 6, 12).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const same = BigInt(random.int(1, 30));
  return [
    [],
    [BigInt(random.int(-9, 60))],
    [0n],
    Array.from({ length: random.int(2, 3) }, () => BigInt(random.int(-40, 40))),
    new Array<bigint>(random.int(4, 7)).fill(same),
    sorted,
    sorted.toReversed(),
    Array.from({ length: random.int(4, 8) }, () => -BigInt(random.int(1, 60))),
    Array.from({ length: 8 }, () => BigInt(random.int(-1, 1))),
    Array.from({ length: 40 }, () => BigInt(random.int(-100, 100))),
    Array.from({ length: 5 }, () => BigInt(random.int(-1_000_000_000, 1_000_000_000)) * 1_000_003n),
  ];
}

/** Texts at the borders: empty, one character, one word, repetitions, digits, letters beyond ASCII. */
export function edgeTexts(random: Random): string[] {
  return [
    "",
    random.pick([..."abezAEZ7"]),
    random.pick(WORDS),
    random.pick(["aaaa bb a", "zzz yyy zzz", "oo OO oo", "11 2 333"]),
    random.pick(["A E I O U", "rhythm sky", "ab ab ab ab", "a b c d e f g"]),
    random.pick(["été à Zürich", "naïve café Citroën", "Ñandú año", "Ærø blå øl", "señor Über äöü"]),
    someWords(random, 20, 25).join(" "),
    someWords(random, 4, 6).join(" ").toUpperCase(),
    someWords(random, 2, 3).join(""),
  ];
}

/** A grid of `#` and `.`, about half of each. */
export function someGrid(random: Random, rows: number, columns: number): string[] {
  const share = random.int(3, 6);
  return Array.from(
    { length: rows },
    () => Array.from({ length: columns }, () => random.int(1, 10) <= share ? "#" : ".").join(""),
  );
}

/** Grids at the borders: one cell, one row, one column, full, empty, large. */
export function edgeGrids(random: Random): string[][] {
  return [
    ["#"],
    ["."],
    someGrid(random, 1, random.int(4, 8)),
    someGrid(random, random.int(4, 8), 1),
    someGrid(random, 2, 2),
    new Array<string>(random.int(3, 4)).fill("#".repeat(random.int(3, 5))),
    new Array<string>(random.int(2, 4)).fill(".".repeat(random.int(2, 5))),
    someGrid(random, random.int(9, 11), random.int(10, 12)),
    ["#.".repeat(3), ".#".repeat(3), "#.".repeat(3)],
  ];
}
