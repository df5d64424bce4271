/** Names what a node said when it refused an extrinsic before its pool. @module */
import { ChainError } from "../base/errors.ts";
import type { RpcError } from "./rpc_error.ts";

interface Refusal {
  readonly code: string;
  readonly text: string;
  /** Whether signing again, against a fresh context, may help. */
  readonly retryable: boolean;
}

const STALE: Refusal = {
  code: "stale_nonce",
  text: "its nonce is used up or not next in line; read a fresh nonce and sign again",
  retryable: true,
};
const OUTDATED: Refusal = {
  code: "outdated",
  text: "the era that it was signed for is over; sign again against a fresh head",
  retryable: true,
};
const STAKE: Refusal = {
  code: "stake_too_low",
  text: "the hotkey has less stake than the chain asks of who sets weights; add stake",
  retryable: false,
};

/** Words of InvalidTransaction, as a node prints them and as chopsticks names their variants. */
const WORDS: readonly (readonly [RegExp, Refusal])[] = [
  // Substrate words InvalidTransaction::Stale, a nonce that is too low, as "outdated"; the era has a wording of its own.
  [/transaction is outdated|"stale"/i, STALE],
  [/ancient birth block|"ancientBirthBlock"/i, OUTDATED],
  [/valid in the future|"future"/i, STALE],
  [/bad signature|"badProof"/i, {
    code: "invalid",
    // The signature covers the hash of the era's first block, which the chain computes anew: an era that is over looks like this.
    text: "its signature does not hold (era over, runtime upgraded since, or another key); sign again",
    retryable: true,
  }],
  [/inability to pay|balance too low|"payment"/i, {
    code: "balance_too_low",
    text: "the account cannot pay the fee; send it some TAO",
    retryable: false,
  }],
  [/exhaust the block limits|"exhaustsResources"/i, {
    code: "dropped",
    text: "the block is full; try again",
    retryable: true,
  }],
  [/call is not expected|"call"/i, { code: "invalid", text: "the runtime filters such calls", retryable: false }],
];

/** Custom errors of the Subtensor runtime, by number, since spec 223. */
const CUSTOM: Readonly<Record<number, Refusal>> = {
  0: { code: "coldkey_swap", text: "a swap of the coldkey is under way", retryable: false },
  1: STAKE,
  2: { code: "balance_too_low", text: "the balance is too low", retryable: false },
  3: { code: "unknown_subnet", text: "the subnet does not exist; check the netuid", retryable: false },
  4: { code: "unknown_hotkey", text: "the hotkey has no account on the chain; register it", retryable: false },
  5: { code: "stake_too_low", text: "there is not enough stake", retryable: false },
  6: {
    code: "rate_limited",
    text: "it comes too soon after the one before; wait for the subnet's rate limit",
    retryable: true,
  },
  10: { code: "not_registered", text: "the hotkey is not registered; register it on the subnet", retryable: false },
  12: { code: "rate_limited", text: "it comes too soon after the one before; wait", retryable: true },
  16: { code: "no_commit", text: "there is no commit that it could reveal", retryable: false },
  17: { code: "reveal_window", text: "the commit cannot be revealed in this block", retryable: true },
  19: { code: "invalid", text: "its lists have different lengths", retryable: false },
  20: { code: "not_registered", text: "the hotkey has no uid on the subnet; register it", retryable: false },
};

/** First spec version with the numbers above. Before, 1 to 7 said which call lacked stake, save 5: too many registrations. */
const CUSTOM_SINCE = 223;

/** The typed error of a refused extrinsic. */
export function refusal(error: RpcError, specVersion: number): ChainError {
  const said = `${error.message} ${error.detail}`.trim();
  const { code, text, retryable } = classify(error.rpcCode, said, specVersion);
  return new ChainError(`The chain refused the extrinsic: ${text} (node: ${said.slice(0, 200)})`, {
    code,
    retryable,
    cause: error,
  });
}

function classify(rpcCode: number, said: string, specVersion: number): Refusal {
  const custom = /custom(?: error)?"?: ?(\d+)/i.exec(said)?.[1];
  if (custom !== undefined) return customRefusal(Number(custom), specVersion);
  if (rpcCode === 1014) return { ...STALE, text: "another extrinsic with its nonce waits in the pool; sign again" };
  if (rpcCode === 1016) return { code: "dropped", text: "the node's pool is full; try again", retryable: true };
  if (rpcCode === 1012) {
    return {
      code: "invalid",
      text: "the node has banned this very extrinsic for a while; sign again",
      retryable: true,
    };
  }
  if (rpcCode === 429 || /too many requests/i.test(said)) {
    return { code: "busy", text: "the node takes no more requests for now", retryable: true };
  }
  for (const [pattern, found] of WORDS) if (pattern.test(said)) return found;
  return { code: "invalid", text: "it is not valid", retryable: false };
}

function customRefusal(number: number, specVersion: number): Refusal {
  const unknown: Refusal = {
    code: "invalid",
    text: `the runtime refuses it with its error ${number}`,
    retryable: false,
  };
  if (specVersion >= CUSTOM_SINCE) return CUSTOM[number] ?? unknown;
  if (number === 5) return { code: "rate_limited", text: "too many registrations at once; wait", retryable: true };
  if (number === 0) return CUSTOM[0]!;
  return number >= 1 && number <= 7 ? STAKE : unknown;
}

/** Whether the node only says that it has this extrinsic already. */
export function isAlreadyKnown(error: RpcError): boolean {
  return error.rpcCode === 1013;
}
