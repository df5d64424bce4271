/** Reads from a block's events how an extrinsic of it ended. @module */
import { ChainError } from "../base/errors.ts";

/** An event of a block, as JSON-like data. */
export interface ChainEvent {
  /** Index of the extrinsic that it belongs to; null for events of the block itself. */
  readonly extrinsic: number | null;
  readonly pallet: string;
  readonly name: string;
  /** For ExtrinsicFailed: what the runtime says of the failure. */
  readonly failure?: Failure;
}

/** A DispatchError: an error of a pallet by its own name, or another kind such as BadOrigin. */
export interface Failure {
  readonly pallet: string;
  readonly name: string;
  /** The runtime's own documentation of the error. */
  readonly docs: string;
}

interface Advice {
  readonly text: string;
  /** Whether the same call may succeed later. */
  readonly later?: boolean;
}

/** What a user can do about an error of the runtime. */
const ADVICE: Readonly<Record<string, Advice>> = {
  SettingWeightsTooFast: { text: "weights were set too recently; wait for the subnet's rate limit", later: true },
  CommittingWeightsTooFast: {
    text: "weights were committed too recently; wait for the subnet's rate limit",
    later: true,
  },
  CommitmentSetRateLimitExceeded: { text: "the hotkey committed too recently; wait", later: true },
  SpaceLimitExceeded: { text: "the hotkey committed too many bytes in this tempo; wait for the next", later: true },
  NetworkTxRateLimitExceeded: { text: "the chain limits how often this can be done; wait", later: true },
  TooManyRegistrationsThisBlock: { text: "too many registrations in this block; try again", later: true },
  TooManyRegistrationsThisInterval: { text: "too many registrations in this interval; try again later", later: true },
  RevealTooEarly: { text: "it is too early to reveal; wait for the reveal period", later: true },
  HotKeyNotRegisteredInSubNet: { text: "the hotkey is not registered on the subnet; register it" },
  HotKeyAlreadyRegisteredInSubNet: { text: "the hotkey is registered already; nothing is left to do" },
  AccountNotAllowedCommit: { text: "only hotkeys that are registered on the subnet may commit; register it" },
  NeuronNoValidatorPermit: { text: "the hotkey has no validator permit; it needs more stake" },
  NotEnoughStakeToSetWeights: { text: "the hotkey has too little stake to set weights; add stake" },
  NotEnoughBalanceToStake: { text: "the coldkey's balance is too low; send it some TAO" },
  UidVecContainInvalidOne: { text: "a uid is not on the subnet (any more); compute the weights again" },
  DuplicateUids: { text: "a uid is named twice" },
  WeightVecNotEqualSize: { text: "there are not as many weights as uids" },
  WeightVecLengthIsLow: { text: "the subnet asks for more weights than that" },
  MaxWeightExceeded: { text: "a weight is above the subnet's maximum" },
  IncorrectWeightVersionKey: { text: "the subnet asks for a newer version of the validator; update af" },
  CommitRevealEnabled: { text: "the subnet takes weights by commit and reveal only" },
  CommitRevealDisabled: { text: "the subnet does not take weights by commit and reveal" },
  ExpiredWeightCommit: { text: "the commit has expired; commit again" },
  InvalidRevealCommitHashNotMatch: { text: "what was revealed is not what was committed" },
  NoWeightsCommitFound: { text: "there is no commit to reveal" },
  SubNetworkDoesNotExist: { text: "the subnet does not exist; check the netuid" },
  SubnetNotExists: { text: "the subnet does not exist; check the netuid" },
};

/**
 * Ends quietly if the extrinsic succeeded.
 * @throws ChainError with the runtime's own name of the error as code, or `no_verdict` if the events say nothing of it.
 */
export function verdict(events: readonly ChainEvent[], extrinsic: number): void {
  const own = events.filter((event) => event.extrinsic === extrinsic && event.pallet === "system");
  const failed = own.find(({ name }) => name === "ExtrinsicFailed");
  if (failed) throw failureError(failed.failure ?? { pallet: "system", name: "Unknown", docs: "" });
  if (!own.some(({ name }) => name === "ExtrinsicSuccess")) {
    throw new ChainError("The block holds the extrinsic but no event that tells how it ended; read the chain's state", {
      code: "no_verdict",
    });
  }
}

/** The error of a failed extrinsic. */
export function failureError({ pallet, name, docs }: Failure): ChainError {
  const advice = ADVICE[name];
  const why = advice?.text ?? (docs.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "") || "no reason given");
  return new ChainError(`The chain took the extrinsic and it failed with ${pallet}.${name}: ${why}`, {
    code: name,
    retryable: advice?.later ?? false,
  });
}
