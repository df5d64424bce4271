/** Sends a signed call: a fresh context and a fresh signature for every try, never the same bytes twice. @module */
import { AfError, ChainError, errorText } from "../base/errors.ts";
import type { Inclusion } from "../port/chain.ts";
import type { SignedCall } from "../port/signer.ts";
import type { ValidateDeps } from "./deps.ts";
import { parked } from "../base/park.ts";

/** Tries of one call before the failure is final for now. */
const TRIES = 8;
/** Longest pause between tries: about a block. */
const LONGEST_PAUSE_MS = 12_000;

/**
 * Signs and sends until the chain has it in a finalized block, or the signal aborts.
 * @throws the last ChainError or SignerError when it is not retryable or the tries are used up.
 */
export async function sendSigned(deps: SendDeps, call: SignedCall, signal: AbortSignal): Promise<Inclusion> {
  for (let i = 1;; i++) {
    try {
      return await inTurn(deps, signal, () => send(deps, call, signal));
    } catch (error) {
      signal.throwIfAborted();
      // After a timeout the extrinsic may still land: only the chain's state, which the caller reads, says whether to send another.
      if (!(error instanceof AfError) || !error.retryable || error.code === "timeout" || i >= TRIES) throw error;
      deps.log("warning", `${call.call}: ${errorText(error)}; signing again (try ${i + 1} of ${TRIES})`);
      await deps.clock.sleep(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** i), signal);
    }
  }
}

type SendDeps = Pick<ValidateDeps, "chain" | "signer" | "clock" | "log">;

const LANES = new WeakMap<object, Promise<unknown>>();

/**
 * One extrinsic of a hotkey at a time: two that are signed side by side would carry the same nonce. Whoever pauses lets others go first:
 * weights that are refused for a while must not keep a statement from its epoch.
 */
async function inTurn<T>(deps: SendDeps, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const before = LANES.get(deps.signer) ?? Promise.resolve();
  const mine = parked(signal, before).then(work);
  LANES.set(deps.signer, Promise.allSettled([before, mine]));
  return await mine;
}

async function send(deps: SendDeps, call: SignedCall, signal: AbortSignal): Promise<Inclusion> {
  const context = await deps.chain.context(await deps.signer.address());
  const extrinsic = await deps.signer.extrinsic(call, context);
  // What is sent stays sent: after a restart the chain's state says whether it landed.
  return await parked(signal, deps.chain.submit(extrinsic));
}

/** The subnet's facts at the latest finalized block, and the row of one hotkey in them. */
export async function ownRow(
  deps: Pick<ValidateDeps, "chain" | "netuid">,
  hotkey: string,
): Promise<{ facts: Awaited<ReturnType<ValidateDeps["chain"]["facts"]>>; uid: number; lastUpdate: number }> {
  const facts = await deps.chain.facts(deps.netuid, await deps.chain.head());
  const row = facts.neurons.find((neuron) => neuron.hotkey === hotkey);
  if (!row) {
    throw new ChainError(
      `Hotkey ${hotkey} is not registered on subnet ${deps.netuid}; register it (btcli subnet register) or choose another with --hotkey`,
      { code: "not_registered" },
    );
  }
  if (!row.permit) {
    throw new ChainError(
      `Hotkey ${hotkey} (uid ${row.uid}) has no validator permit on subnet ${deps.netuid}; it needs more stake`,
      { code: "no_permit" },
    );
  }
  return { facts, uid: row.uid, lastUpdate: row.lastUpdate };
}
