/** SCALE types that several pallets of the local chain share. @module */
import type { HexString } from "@polkadot-api/substrate-bindings";
import { type TypeId, TypeTable } from "./chain_types.ts";

/** The types that pallets refer to by name. */
export interface BaseTypes {
  readonly table: TypeTable;
  readonly u8: TypeId;
  readonly u16: TypeId;
  readonly u32: TypeId;
  readonly u64: TypeId;
  readonly u128: TypeId;
  readonly bool: TypeId;
  readonly text: TypeId;
  readonly unit: TypeId;
  readonly bytes: TypeId;
  readonly hash: TypeId;
  readonly account: TypeId;
  readonly balance: TypeId;
  readonly netuid: TypeId;
  /** A subnet and mechanism packed in one u16; for the main mechanism it equals the netuid. */
  readonly netuidIndex: TypeId;
}

/** Makes the shared types in a fresh registry. */
export function baseTypes(): BaseTypes {
  const table = new TypeTable();
  const [u8, u16, u32, u64, u128, bool, text] = [
    table.primitive("u8"),
    table.primitive("u16"),
    table.primitive("u32"),
    table.primitive("u64"),
    table.primitive("u128"),
    table.primitive("bool"),
    table.primitive("str"),
  ] as const;
  return {
    table,
    ...{ u8, u16, u32, u64, u128, bool, text },
    unit: table.tuple(),
    bytes: table.bytes(),
    hash: table.struct("primitive_types::H256", [table.array(32, u8)]),
    account: table.struct("sp_core::crypto::AccountId32", [table.array(32, u8)]),
    balance: table.struct("subtensor_runtime_common::currency::TaoBalance", [u64]),
    netuid: table.struct("subtensor_runtime_common::NetUid", [u16]),
    netuidIndex: table.struct("subtensor_runtime_common::NetUidStorageIndex", [u16]),
  };
}

/** A little-endian number of so many bytes as hex: the default of a storage item. */
export function littleEndian(value: number | bigint, bytes: number): HexString {
  let rest = BigInt(value);
  let hex = "";
  for (let i = 0; i < bytes; i++, rest >>= 8n) hex += (rest & 255n).toString(16).padStart(2, "0");
  return `0x${hex}`;
}
