/** The local chain's runtime: pallets, extensions and version put together. @module */
import { blake2b } from "@noble/hashes/blake2.js";
import { toHex, utf8 } from "../base/bytes.ts";
import { baseTypes } from "./chain_base.ts";
import type { RuntimeSpec } from "./chain_metadata.ts";
import { commitmentsPallet, subtensorPallet } from "./chain_subtensor.ts";
import { eventStorage, extensions, runtimeApis, signerTypes, systemPallets } from "./chain_system.ts";

/** Version numbers that every signature covers. */
export const SPEC_VERSION = 425;
/** See {@linkcode SPEC_VERSION}. */
export const TRANSACTION_VERSION = 1;

/** Describes the runtime for blocks of so many milliseconds (half of it is Timestamp.MinimumPeriod). */
export function bittensorRuntime(blockMs: number): RuntimeSpec {
  const base = baseTypes();
  return {
    crate: "node_subtensor_runtime",
    types: base.table,
    ...signerTypes(base),
    extensions: extensions(base),
    pallets: {
      ...systemPallets(base, Math.max(1, Math.floor(blockMs / 2))),
      SubtensorModule: subtensorPallet(base),
      Commitments: commitmentsPallet(base),
    },
    apis: runtimeApis(base),
    events: (event) => eventStorage(base, event),
  };
}

/** The answer to state_getRuntimeVersion. */
export interface RuntimeVersion {
  readonly specName: string;
  readonly implName: string;
  readonly authoringVersion: number;
  readonly specVersion: number;
  readonly implVersion: number;
  /** Pairs of blake2-64 of an API's name (hex) and its version. */
  readonly apis: readonly (readonly [string, number])[];
  readonly transactionVersion: number;
  readonly systemVersion: number;
  readonly stateVersion: number;
}

/** Version of a runtime. */
export function runtimeVersion(spec: RuntimeSpec): RuntimeVersion {
  return {
    specName: "node-subtensor",
    implName: "node-subtensor",
    authoringVersion: 1,
    specVersion: SPEC_VERSION,
    implVersion: 1,
    apis: Object.entries(spec.apis).map(([name, { version }]) => [
      `0x${toHex(blake2b(utf8(name), { dkLen: 8 }))}`,
      version,
    ]),
    transactionVersion: TRANSACTION_VERSION,
    systemVersion: 1,
    stateVersion: 1,
  };
}
