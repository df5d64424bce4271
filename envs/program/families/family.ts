/** The families of programs and the levels that each has. @module */
import type { Random } from "../../../core/base/random.ts";
import type { Draft } from "../draft.ts";
import { arithmetic } from "./arithmetic.ts";
import { machine } from "./machine.ts";
import { gridPipeline, listPipeline, textPipeline } from "./pipeline.ts";
import { records } from "./records.ts";
import { calc } from "./calc.ts";

/** One family. */
export interface Family {
  readonly name: string;
  /** Levels that it has, each with its weight in the mix. */
  readonly weights: Readonly<Record<number, number>>;
  make(random: Random, level: number): Draft;
  /** Whether its programs make no abduction tasks: a number is an expression whose value is that number. */
  readonly deductionOnly?: boolean;
}

/** Every family. */
export const FAMILIES: readonly Family[] = [
  { name: "arithmetic", weights: { 0: 4, 1: 4, 2: 4, 3: 3, 4: 2 }, make: arithmetic },
  { name: "calc", weights: { 3: 2, 4: 3, 5: 3 }, make: calc, deductionOnly: true },
  { name: "grid", weights: { 2: 2, 3: 4, 4: 4, 5: 4 }, make: gridPipeline },
  { name: "lists", weights: { 0: 2, 1: 5, 2: 5, 3: 5, 4: 5, 5: 3 }, make: listPipeline },
  { name: "machine", weights: { 2: 3, 3: 5, 4: 5, 5: 4 }, make: machine },
  { name: "records", weights: { 2: 3, 3: 5, 4: 5, 5: 4 }, make: records },
  { name: "text", weights: { 0: 2, 1: 5, 2: 5, 3: 5, 4: 5, 5: 3 }, make: textPipeline },
];
