/** Counting proper colourings of a graph. @module */
import type { Random } from "../../core/base/random.ts";
import { at, type Kind, type Problem } from "./kind.ts";

/** Per level: vertices, how far (in a hidden order) an edge reaches, most colours. */
const SIZES = { 1: [6, 3, 40], 2: [8, 3, 40], 3: [10, 3, 30], 4: [18, 4, 30], 5: [36, 4, 30] } as const;
/** Two vertices within reach are joined with this chance, out of 100. */
const JOIN = 60;

/** Levels 1-5: deletion-contraction or a frontier of up to 15 partitions a vertex; the answer has up to 50 digits. */
export const colouring: Kind = { name: "colouring", weights: { 1: 2, 2: 3, 3: 3, 4: 3, 5: 2 }, make };

function make(random: Random, level: number): Problem {
  const [size, reach, most] = at<readonly [number, number, number]>(SIZES, level);
  const colours = random.int(reach + 1, most);
  const before: number[][] = [];
  for (let v = 0; v < size; v++) {
    const near = Array.from({ length: Math.min(reach, v) }, (_, i) => v - 1 - i);
    const joined = near.filter(() => random.int(1, 100) <= JOIN);
    before.push(joined.length > 0 || v === 0 ? joined : [random.pick(near)]);
  }
  const label = random.shuffle(Array.from({ length: size }, (_, i) => i + 1));
  const edges = before.flatMap((list, v) => list.map((u) => [label[u]!, label[v]!].sort((a, b) => a - b)));
  const shown = edges.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!).map(([a, b]) => `${a}-${b}`).join(" ");
  return {
    question: `A graph has the vertices 1 to ${size} and these edges: ${shown}. In how many ways can its vertices be ` +
      `coloured with ${colours} colours so that the two ends of every edge differ? Not every colour has to be used.`,
    answer: count(before, reach, colours),
  };
}

/**
 * Dynamic programming along the hidden order. The state is which of the last vertices share a colour: a string of class
 * numbers, the newest first.
 */
function count(before: readonly number[][], reach: number, colours: number): bigint {
  let ways = new Map<string, bigint>([["", 1n]]);
  for (const [v, joined] of before.entries()) {
    const after = new Map<string, bigint>();
    for (const [state, number] of ways) {
      const classes = new Set(state).size;
      const taken = new Set(joined.map((u) => state[v - 1 - u]!));
      for (let c = 0; c <= classes; c++) {
        if (taken.has(String(c))) continue;
        const factor = c < classes ? 1n : BigInt(Math.max(0, colours - classes));
        if (factor === 0n) continue;
        const key = canonical((String(c) + state).slice(0, reach));
        after.set(key, (after.get(key) ?? 0n) + number * factor);
      }
    }
    ways = after;
  }
  return [...ways.values()].reduce((sum, number) => sum + number, 0n);
}

/** Numbers the classes in the order of their first vertex, so that equal partitions have equal names. */
function canonical(state: string): string {
  const names = new Map<string, string>();
  return Array.from(state, (c) => {
    if (!names.has(c)) names.set(c, String(names.size));
    return names.get(c)!;
  }).join("");
}
