/** All scenarios. @module */
import type { Scenario } from "../types.ts";
import { ANSWERS } from "./answers.ts";
import { COPIES } from "./copies.ts";
import { EROSION } from "./erosion.ts";
import { FLOODS } from "./floods.ts";
import { GAINS } from "./gains.ts";
import { MARKET } from "./market.ts";
import { MODELS } from "./models.ts";
import { OWNERS } from "./owners.ts";
import { VALIDATORS } from "./validators.ts";

/** All scenarios, by theme. */
export const SCENARIOS: readonly Scenario[] = [
  ...COPIES,
  ...MODELS,
  ...ANSWERS,
  ...FLOODS,
  ...OWNERS,
  ...MARKET,
  ...EROSION,
  ...VALIDATORS,
  ...GAINS,
];

/** A scenario by its name; undefined for an unknown one. */
export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}
