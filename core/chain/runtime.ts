/** What a runtime must have for af to work with it, and what it may have. @module */
import type { ApiPromise } from "@polkadot/api";
import { ChainError } from "../base/errors.ts";

/** Storage that af reads; a runtime without one of these is no Bittensor runtime that af knows. */
export const REQUIRED_STORAGE = {
  system: ["account", "events", "number"],
  subtensorModule: [
    "blockAtRegistration",
    "commitRevealWeightsEnabled",
    "keys",
    "lastUpdate",
    "minAllowedWeights",
    "networksAdded",
    "subnetworkN",
    "tempo",
    "validatorPermit",
    "weights",
    "weightsSetRateLimit",
    "weightsVersionKey",
  ],
  commitments: ["commitmentOf"],
} as const;

/** A call that the signer builds, as its constants number it. */
export interface KnownCall {
  readonly pallet: string;
  readonly call: string;
  /** Index of the pallet and of the call in it: the first two bytes of the call. */
  readonly index: readonly [number, number];
  /** Names of the arguments in their order, as polkadot.js spells them. */
  readonly args: readonly string[];
}

/** The calls of the signer. The numbers are wire format: a runtime that gives them another meaning must never get them. */
export const SIGNED_CALLS: readonly KnownCall[] = [
  {
    pallet: "subtensorModule",
    call: "setWeights",
    index: [7, 0],
    args: ["netuid:u16", "dests:Vec<u16>", "weights:Vec<u16>", "versionKey:u64"],
  },
  {
    pallet: "commitments",
    call: "setCommitment",
    index: [18, 0],
    args: ["netuid:u16", "info:PalletCommitmentsCommitmentInfo"],
  },
];

/** Names of a runtime's calls or storage by pallet: what {@linkcode missing} looks into. */
export type Names = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Required storage that is not there, as `pallet.item`. */
export function missing(query: Names): string[] {
  return Object.entries(REQUIRED_STORAGE).flatMap(([pallet, items]) =>
    items.filter((item) => query[pallet]?.[item] === undefined).map((item) => `${pallet}.${item}`)
  );
}

/** Refuses a node that is no Bittensor node. @throws ChainError `no_subtensor` that names what is missing. */
export function requireSubtensor(api: ApiPromise): void {
  const lacks = missing(api.query as unknown as Names);
  if (lacks.length === 0) return;
  const first = lacks.slice(0, 4).join(", ") + (lacks.length > 4 ? ` and ${lacks.length - 4} more` : "");
  throw new ChainError(
    `The node runs ${api.runtimeVersion.specName.toString()} and is no Bittensor node: it lacks ${first}; check the endpoint`,
    { code: "no_subtensor" },
  );
}

/** A runtime's own description of a call; null where it has no such call. */
export interface CallShape {
  readonly index: readonly number[];
  readonly args: readonly string[];
}

/** Compares a runtime's call with the signer's; null when they agree, else what differs. */
export function callDifference(known: KnownCall, found: CallShape | null): string | null {
  const name = `${known.pallet}.${known.call}`;
  if (!found) return `it has no call ${name}`;
  if (found.index.join() !== known.index.join()) {
    return `it numbers ${name} ${found.index.join("/")} and not ${known.index.join("/")}`;
  }
  const names = (args: readonly string[]) => args.map((arg) => arg.replace(/:.*/, "")).join();
  if (names(found.args) !== names(known.args)) return `its ${name} takes ${found.args.join(", ")}`;
  return null;
}

/** How the connected runtime numbers a call. */
export function callShape(api: ApiPromise, pallet: string, call: string): CallShape | null {
  const found = api.tx[pallet]?.[call];
  if (!found) return null;
  return {
    index: [...found.callIndex],
    args: found.meta.args.map((arg) => `${snakeToCamel(arg.name.toString())}:${arg.type.toString()}`),
  };
}

/** @throws ChainError `foreign_calls` if the runtime numbers a call otherwise than the signer does. */
export function requireCalls(api: ApiPromise): void {
  for (const known of SIGNED_CALLS) {
    const difference = callDifference(known, callShape(api, known.pallet, known.call));
    if (difference === null) continue;
    const spec = api.runtimeVersion.specVersion.toNumber();
    throw new ChainError(`Runtime ${spec} is not one that this signer can sign for: ${difference}; update af`, {
      code: "foreign_calls",
    });
  }
}

function snakeToCamel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
