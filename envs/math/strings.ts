/** Counting strings that avoid forbidden words and hold a letter an exact number of times. @module */
import type { Random } from "../../core/base/random.ts";
import { at, type Kind, type Problem } from "./kind.ts";

/** Per level: letters, shortest and longest string, forbidden words, longest word. */
const SIZES = {
  1: [3, 6, 10, 2, 3],
  2: [3, 10, 14, 2, 3],
  3: [3, 14, 20, 2, 3],
  4: [4, 24, 32, 3, 4],
  5: [4, 60, 72, 5, 5],
} as const;
/** Smaller counts are drawn again: they repeat and can be guessed. */
const FEWEST = 50n;

/** Levels 1-5: an automaton of the words (2 to 21 states), stepped once a letter, for each count of the letter. */
export const strings: Kind = { name: "strings", weights: { 1: 2, 2: 3, 3: 3, 4: 3, 5: 2 }, make };

function make(random: Random, level: number): Problem {
  const [letters, low, high, count, longest] = at<readonly [number, number, number, number, number]>(SIZES, level);
  const alphabet = [..."abcd"].slice(0, letters);
  while (true) {
    const length = random.int(low, high);
    const words = new Set<string>();
    while (words.size < count) {
      words.add(Array.from({ length: random.int(2, longest) }, () => random.pick(alphabet)).join(""));
    }
    const list = [...words];
    if (list.some((word) => list.some((other) => other !== word && word.includes(other)))) continue;
    const letter = random.pick(alphabet);
    const times = random.int(1, Math.floor(length / 2));
    const answer = avoiding(alphabet, length, list, letter, times);
    if (answer < FEWEST) continue;
    const forbidden = count === 1 ? `do not contain ${list[0]}` : `contain none of ${list.join(", ")}`;
    return {
      question:
        `How many strings of length ${length} over the letters ${alphabet.join(", ")} contain the letter ${letter} ` +
        `exactly ${times} time${times === 1 ? "" : "s"} and ${forbidden} as consecutive letters?`,
      answer,
    };
  }
}

/** Dynamic programming over the longest suffix that begins a forbidden word, and the letter's count so far. */
function avoiding(alphabet: string[], length: number, words: string[], letter: string, times: number): bigint {
  const prefixes = [...new Set(words.flatMap((word) => Array.from(word, (_, i) => word.slice(0, i))))];
  const next = prefixes.map((prefix) =>
    alphabet.map((sign) => {
      let suffix = prefix + sign;
      if (words.some((word) => suffix.endsWith(word))) return -1;
      while (!prefixes.includes(suffix)) suffix = suffix.slice(1);
      return prefixes.indexOf(suffix);
    })
  );
  const mark = alphabet.indexOf(letter);
  const zero = () => prefixes.map(() => new Array<bigint>(times + 1).fill(0n));
  let ways = zero();
  ways[prefixes.indexOf("")]![0] = 1n;
  for (let i = 0; i < length; i++) {
    const after = zero();
    for (const [state, counts] of ways.entries()) {
      for (const [sign, target] of next[state]!.entries()) {
        if (target < 0) continue;
        const shift = sign === mark ? 1 : 0;
        for (let k = 0; k + shift <= times; k++) after[target]![k + shift]! += counts[k]!;
      }
    }
    ways = after;
  }
  return ways.reduce((sum, counts) => sum + counts[times]!, 0n);
}
