/** Hyperparameters that the local chain lets a script set, by the names that clients read them under. @module */
import type { Storage } from "./chain_storage.ts";
import { SUBTENSOR } from "./chain_subnet.ts";

/** Names of hyperparameters. */
export const HYPERPARAMETERS = [
  "activityCutoff",
  "burn",
  "commitRevealWeightsEnabled",
  "immunityPeriod",
  "kappa",
  "maxAllowedUids",
  "maxWeightsLimit",
  "minAllowedWeights",
  "networkRegistrationAllowed",
  "revealPeriodEpochs",
  "rho",
  "stakeThreshold",
  "tempo",
  "weightsSetRateLimit",
  "weightsVersionKey",
] as const;
/** One of {@linkcode HYPERPARAMETERS}. */
export type Hyperparameter = typeof HYPERPARAMETERS[number];

const FLAGS: readonly Hyperparameter[] = ["commitRevealWeightsEnabled", "networkRegistrationAllowed"];
const LONG: readonly Hyperparameter[] = [
  "burn",
  "revealPeriodEpochs",
  "stakeThreshold",
  "weightsSetRateLimit",
  "weightsVersionKey",
];

/**
 * Writes a hyperparameter as the chain stores it (amounts in base units, 10^9 to a token).
 * @throws {TypeError} for an unknown name or a value of the wrong type. @throws {RangeError} for a number out of range.
 */
export function writeHyperparameter(
  storage: Storage,
  netuid: number,
  { name, value }: { name: Hyperparameter; value: number | boolean },
): void {
  if (!HYPERPARAMETERS.includes(name)) throw new TypeError(`There is no hyperparameter ${name}`);
  const item = name[0]!.toUpperCase() + name.slice(1);
  // The threshold of stake is one for all subnets.
  const keys = name === "stakeThreshold" ? [] : [netuid];
  if (FLAGS.includes(name) !== (typeof value === "boolean")) {
    throw new TypeError(`Hyperparameter ${name} cannot be ${value}`);
  }
  if (typeof value === "boolean") return storage.set(SUBTENSOR, item, keys, value);
  const limit = LONG.includes(name) ? Number.MAX_SAFE_INTEGER : 65_535;
  if (!Number.isInteger(value) || value < 0 || value > limit) {
    throw new RangeError(`Hyperparameter ${name} must be a whole number from 0 to ${limit}, not ${value}`);
  }
  storage.set(SUBTENSOR, item, keys, LONG.includes(name) ? BigInt(value) : value);
}
