/** The calls that the local chain knows, and what it checks before a call may enter the pool. @module */
import type { Call } from "./chain_codec.ts";
import { type SetCommitment, setCommitment, withinBounds } from "./chain_commitments.ts";
import { customError, DispatchError, RpcError } from "./chain_errors.ts";
import {
  type CommitTimelocked,
  commitTimelocked,
  commitWeights,
  type RevealWeights,
  revealWeights,
} from "./chain_reveal.ts";
import type { CallContext } from "./chain_storage.ts";
import { fail, registerNeuron, SUBTENSOR, uidOf } from "./chain_subnet.ts";
import { enoughStake, type SetWeights, setWeights, tooSoon } from "./chain_weights.ts";

/** Longest timelocked commit of weights in bytes. */
const MAX_COMMIT = 5000;
/** Numbers of the runtime's own transaction errors. */
const STAKE_TOO_LOW = 1;
const RATE_LIMIT = 6;

/** Runs a call. @throws {DispatchError} as the pallet would. */
export function dispatch(context: CallContext, call: Call): void {
  const args = call.value.value;
  switch (callName(call)) {
    case "System.remark":
      return;
    case "SubtensorModule.set_weights":
      return setWeights(context, args as SetWeights);
    case "SubtensorModule.burned_register":
      return burnedRegister(context, args as { netuid: number; hotkey: string });
    case "SubtensorModule.commit_weights":
      return commitWeights(context, args as { netuid: number; commit_hash: string });
    case "SubtensorModule.reveal_weights":
      return revealWeights(context, args as RevealWeights);
    case "SubtensorModule.commit_timelocked_weights":
      return commitTimelocked(context, args as CommitTimelocked);
    case "Commitments.set_commitment":
      return setCommitment(context, args as SetCommitment);
    default:
      throw new DispatchError("System", "CallFiltered");
  }
}

/** Refuses a call that breaks a bound of its type. @throws {RpcError} 1002, as for any call that does not decode. */
export function checkBounds(call: Call): void {
  const args = call.value.value;
  const name = callName(call);
  const ok = name === "Commitments.set_commitment"
    ? withinBounds(args as SetCommitment)
    : name !== "SubtensorModule.commit_timelocked_weights" ||
      (args as CommitTimelocked).commit.length <= MAX_COMMIT;
  if (!ok) throw new RpcError(1002, "Verification Error: Runtime error: A bounded field of the call is too long");
}

/** What the runtime's transaction extension refuses before the pool: too little stake, then calls that come too soon. */
export function checkForPool({ storage, signer, block }: Omit<CallContext, "deposit">, call: Call): void {
  if (call.type !== SUBTENSOR) return;
  const name = call.value.type;
  if (!["set_weights", "commit_weights", "reveal_weights", "commit_timelocked_weights"].includes(name)) return;
  const { netuid } = call.value.value as { netuid: number };
  if (!enoughStake(storage, netuid, signer)) throw customError(STAKE_TOO_LOW);
  const open = !storage.get<boolean>(SUBTENSOR, "CommitRevealWeightsEnabled", netuid);
  if (name !== "commit_weights" && !(name === "set_weights" && open)) return;
  // A hotkey that is not registered passes here and fails when the call runs.
  const uid = uidOf(storage, netuid, signer);
  if (uid !== undefined && tooSoon(storage, { netuid, uid, block })) throw customError(RATE_LIMIT);
}

function burnedRegister(context: CallContext, { netuid, hotkey }: { netuid: number; hotkey: string }): void {
  const { storage, signer, block } = context;
  if (netuid === 0) fail("RegistrationNotPermittedOnRootSubnet");
  if (!storage.get<boolean>(SUBTENSOR, "NetworksAdded", netuid)) fail("SubnetNotExists");
  if (!storage.get<boolean>(SUBTENSOR, "NetworkRegistrationAllowed", netuid)) fail("SubNetRegistrationDisabled");
  const uid = registerNeuron(storage, netuid, { hotkey, coldkey: signer, block });
  context.deposit(SUBTENSOR, "NeuronRegistered", [netuid, uid, hotkey]);
}

function callName(call: Call): string {
  return `${call.type}.${call.value.type}`;
}
