/** Commitments of the local chain: what a hotkey publishes about itself, with the pallet's limits. @module */
import { hex } from "./chain_codec.ts";
import { DispatchError } from "./chain_errors.ts";
import type { CallContext, Storage } from "./chain_storage.ts";
import { epochIndex, uidOf } from "./chain_subnet.ts";
import { MAX_BIG_RAW, MAX_RAW, MAX_TIMELOCKED } from "./chain_subtensor.ts";

/** The pallet's name in the metadata. */
export const COMMITMENTS = "Commitments";

/** A field: a `Raw<N>`, `BigRaw`, hash, flag or `TimelockEncrypted`. */
export interface CommitmentField {
  readonly type: string;
  readonly value?: unknown;
}

/** Arguments of set_commitment. */
export interface SetCommitment {
  readonly netuid: number;
  /** A struct of one field, which the codec hands out as that field alone. */
  readonly info: readonly CommitmentField[];
}

const MAX_FIELDS = 3;
const MIN_SPACE = 100n;
const HASH_LENGTH = 32;

interface Usage {
  readonly last_epoch: bigint;
  readonly used_space: bigint;
}

/** Replaces the signer's commitment; at most MaxSpace bytes per epoch, each call counting for 100 or more. */
export function setCommitment({ storage, signer, block, deposit }: CallContext, { netuid, info }: SetCommitment): void {
  if (uidOf(storage, netuid, signer) === undefined) refuse("AccountNotAllowedCommit");
  if (info.length > MAX_FIELDS) refuse("TooManyFieldsInCommitmentInfo");
  const epoch = epochIndex(storage, netuid);
  const usage = storage.get<Usage | undefined>(COMMITMENTS, "UsedSpaceOf", netuid, signer);
  const size = BigInt(info.reduce((sum, field) => sum + fieldLength(field), 0));
  const used = (usage?.last_epoch === epoch ? usage.used_space : 0n) + (size > MIN_SPACE ? size : MIN_SPACE);
  if (used > BigInt(storage.get<number>(COMMITMENTS, "MaxSpace"))) refuse("SpaceLimitExceeded");
  storage.set(COMMITMENTS, "UsedSpaceOf", [netuid, signer], { last_epoch: epoch, used_space: used });
  writeCommitment(storage, { netuid, hotkey: signer, block, fields: info });
  const sealed = info.find(({ type }) => type === "TimelockEncrypted")?.value as { reveal_round: bigint };
  if (sealed) {
    deposit(COMMITMENTS, "TimelockCommitment", { netuid, who: signer, reveal_round: sealed.reveal_round });
  } else {
    deposit(COMMITMENTS, "Commitment", { netuid, who: signer });
  }
}

/** Stores a commitment as made in `block`. */
export function writeCommitment(
  storage: Storage,
  entry: { netuid: number; hotkey: string; block: number; fields: readonly CommitmentField[] },
): void {
  const { netuid, hotkey, block, fields } = entry;
  storage.set(COMMITMENTS, "CommitmentOf", [netuid, hotkey], { deposit: 0n, block, info: fields });
  storage.set(COMMITMENTS, "LastCommitment", [netuid, hotkey], block);
}

/** The field that carries bytes: Raw up to 128 of them, BigRaw up to 512. @throws {RangeError} if they are more. */
export function rawField(bytes: Uint8Array): CommitmentField {
  if (bytes.length <= MAX_RAW) return { type: `Raw${bytes.length}`, value: fixedBytes(bytes) };
  if (bytes.length <= MAX_BIG_RAW) return { type: "BigRaw", value: bytes };
  throw new RangeError(`A commitment of ${bytes.length} bytes is too long, the chain takes ${MAX_BIG_RAW}`);
}

/** Whether every bounded field keeps its bound; metadata does not show bounds, so decoding alone cannot tell. */
export function withinBounds({ info }: SetCommitment): boolean {
  return info.every((field) => {
    if (field.type === "BigRaw") return fieldLength(field) <= MAX_BIG_RAW;
    return field.type !== "TimelockEncrypted" || fieldLength(field) <= MAX_TIMELOCKED;
  });
}

/** A byte array of fixed length as the codec takes it: hex, but nothing for no byte and a number for a single one. */
function fixedBytes(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  return bytes.length === 1 ? bytes[0] : hex(bytes);
}

function fieldLength({ type, value }: CommitmentField): number {
  if (type.startsWith("Raw")) return Number(type.slice("Raw".length));
  if (type === "TimelockEncrypted") return (value as { encrypted: Uint8Array }).encrypted.length;
  if (type === "BigRaw") return (value as Uint8Array).length;
  return value === undefined ? 0 : HASH_LENGTH;
}

function refuse(error: string): never {
  throw new DispatchError(COMMITMENTS, error);
}
