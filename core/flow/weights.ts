/** Sets the weights of an epoch and believes only what it reads back from the chain. @module */
import { AfError, ChainError, errorText } from "../base/errors.ts";
import { hotkeyOf } from "../mechanism/field.ts";
import type { EpochReport } from "../mechanism/types.ts";
import type { Weight } from "../port/chain.ts";
import type { ValidateDeps } from "./deps.ts";
import { pauseAfter } from "./passing.ts";
import { ownRow, sendSigned } from "./send.ts";

/** Whole weight of one uid, as the chain stores it. */
const FULL = 65535;
/** Longest wait for a new block before the chain counts as stalled. */
const HEAD_TIMEOUT_MS = 60_000;
/** Without an answer of the chain for so long the epoch's weights are given up; usually its successor supersedes them before. */
const GIVE_UP_MS = 3_600_000;
/** Errors that no retry of the same call mends, but reading the chain anew does. */
const PASSING: readonly string[] = ["SettingWeightsTooFast", "state_discarded", "refused", "no_substrate"];

/** Who is to be paid. */
export interface Payee {
  readonly epoch: number;
  /** Block at which the epoch was settled. */
  readonly block: number;
  readonly uid: number;
  /** Hotkey that must hold the uid when the weights are signed; null = the subnet's owner's. */
  readonly hotkey: string | null;
}

/**
 * Who an epoch pays: the champion, a former one or a regent by the hotkey of its contender, whatever happened to its uid since; what
 * nobody earned goes to the owner, whoever that is when the weights are signed. Null if no weights are set.
 */
export function payeeOf(report: EpochReport, block: number): Payee | null {
  const { epoch, payee, payeeUid } = report;
  if (payeeUid === null) return null;
  return { epoch, block, uid: payeeUid, hotkey: payee === null ? null : hotkeyOf(payee) };
}

function isOneHot(weights: readonly Weight[], uid: number): boolean {
  return weights.length === 1 && weights[0]![0] === uid && weights[0]![1] === FULL;
}

/** Weights as they stand on chain. */
interface StandingWeights {
  readonly block: number;
  readonly readBack: readonly Weight[];
}

/**
 * Sets the whole weight on one uid, waiting for the rate limit and through outages of node and signer, until it reads back from
 * a finalized block. A weight that already stands there since the epoch was settled is not sent again: a restart costs no second
 * extrinsic.
 * @throws {ChainError} `uid_recycled` when somebody else holds the uid by now, `commit_reveal` when the subnet demands it.
 */
export async function setWeights(deps: ValidateDeps, payee: Payee, signal: AbortSignal): Promise<StandingWeights> {
  const { clock } = deps;
  let answered = clock.now();
  for (let failures = 0;;) {
    signal.throwIfAborted();
    try {
      const done = await step(deps, payee, signal);
      if (done) return done;
      failures = 0;
      answered = clock.now();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AfError) || !(error.retryable || PASSING.includes(error.code))) throw error;
      if (clock.now() - answered >= GIVE_UP_MS) throw error;
      deps.log("warning", `Weights of epoch ${payee.epoch}: ${errorText(error)}; trying again`);
      await clock.sleep(pauseAfter(failures++), signal);
    }
  }
}

/** One look at the chain and what follows from it: nothing to do, a wait, or an extrinsic. The weights once they stand there. */
async function step(deps: ValidateDeps, payee: Payee, signal: AbortSignal): Promise<StandingWeights | null> {
  const { chain, netuid } = deps;
  const { facts, uid, lastUpdate } = await ownRow(deps, await deps.signer.address());
  const now = facts.block.number;
  const standing = await chain.weights(netuid, uid, facts.block);
  if (lastUpdate > payee.block && isOneHot(standing, payee.uid)) return { block: lastUpdate, readBack: standing };
  const holder = facts.neurons.find((neuron) => neuron.uid === payee.uid)?.hotkey;
  const wanted = payee.hotkey ?? facts.ownerHotkey;
  if (holder === undefined || holder !== wanted) {
    throw new ChainError(
      `Uid ${payee.uid} belongs to ${holder ?? "nobody"} by now, not to ${wanted ?? "the subnet's owner"}: ` +
        `no weights in epoch ${payee.epoch}`,
      { code: "uid_recycled" },
    );
  }
  if (facts.commitReveal) {
    throw new ChainError(
      `Subnet ${netuid} takes weights by commit-reveal only, which this version of af cannot do; update af`,
      { code: "commit_reveal" },
    );
  }
  // The runtime counts from the last update; the extrinsic lands in the next block at the earliest.
  if (lastUpdate > 0 && now + 1 - lastUpdate < facts.weightsRateLimit) {
    deps.log("debug", `Weights wait for the rate limit until block ${lastUpdate + facts.weightsRateLimit - 1}`);
    await chain.headAfter(now, HEAD_TIMEOUT_MS);
    return null;
  }
  await sendSigned(deps, {
    call: "set_weights",
    netuid,
    uids: [payee.uid],
    weights: [FULL],
    versionKey: facts.weightsVersionKey,
  }, signal);
  return null;
}
