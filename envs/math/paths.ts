/** Counting lattice paths around blocked cells. @module */
import type { Random } from "../../core/base/random.ts";
import { at, type Kind, type Problem } from "./kind.ts";

/** Per level: shortest and longest side in cells, and how many cells are blocked. */
const SIZES = { 1: [6, 8, 4], 2: [8, 10, 8], 3: [10, 12, 14], 4: [15, 17, 30], 5: [24, 26, 70] } as const;
/** Fewer paths are drawn again: small counts repeat and can be guessed. */
const FEWEST = 50n;

/** Levels 1-5: one exact addition a cell (36 to 676), with sums of up to 14 digits. */
export const paths: Kind = { name: "paths", weights: { 1: 2, 2: 3, 3: 3, 4: 3, 5: 2 }, make };

function make(random: Random, level: number): Problem {
  const [low, high, blocked] = at<readonly [number, number, number]>(SIZES, level);
  while (true) {
    const [width, height] = [random.int(low, high), random.int(low, high)];
    const cells = Array.from({ length: width * height - 2 }, (_, i) => i + 1);
    const closed = random.shuffle(cells).slice(0, blocked).sort((a, b) => a - b);
    const answer = count(width, height, new Set(closed));
    if (answer < FEWEST) continue;
    const list = closed.map((cell) => `(${cell % width},${Math.floor(cell / width)})`).join(" ");
    return {
      question:
        `A robot goes from cell (0,0) to cell (${width - 1},${height - 1}). A step goes from (x,y) to (x+1,y) or ` +
        `to (x,y+1). It must never stand on one of these cells: ${list}. How many different routes are there?`,
      answer,
    };
  }
}

function count(width: number, height: number, closed: ReadonlySet<number>): bigint {
  const row = new Array<bigint>(width).fill(0n);
  row[0] = 1n;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      row[x] = closed.has(y * width + x) ? 0n : row[x]! + (x > 0 ? row[x - 1]! : 0n);
    }
  }
  return row[width - 1]!;
}
