/** The families of programs and the levels that each has. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Draft } from "../draft.ts";
import { arithmetic } from "./arithmetic.ts";
import { listPipeline, textPipeline } from "./pipeline.ts";

/** One family. */
export interface Family {
  readonly name: string;
  /** Levels that it has, each with its weight in the mix. */
  readonly weights: Readonly<Record<number, number>>;
  make(random: Random, level: number): Draft;
}

/** Every family. */
export const FAMILIES: readonly Family[] = [
  { name: "arithmetic", weights: { 0: 4, 1: 4, 2: 4, 3: 3, 4: 2 }, make: arithmetic },
  { name: "lists", weights: { 0: 1, 1: 5, 2: 5, 3: 5, 4: 5, 5: 3 }, make: listPipeline },
  { name: "text", weights: { 0: 1, 1: 5, 2: 5, 3: 5, 4: 5, 5: 3 }, make: textPipeline },
];
