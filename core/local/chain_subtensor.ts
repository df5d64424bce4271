/**
 * The parts of the SubtensorModule and Commitments pallets that af uses, as metadata describes them: names, call
 * indexes, hashers and error indexes of opentensor/subtensor at spec version 425.
 * @module
 */
import type { HexString } from "@polkadot-api/substrate-bindings";
import { type BaseTypes, littleEndian } from "./chain_base.ts";
import type { PalletSpec, StorageSpec } from "./chain_metadata.ts";
import type { TypeId, Variant } from "./chain_types.ts";

/** Errors of SubtensorModule that this chain can raise. The numbers are the wire format. */
export const SUBTENSOR_ERRORS = {
  HotKeyNotRegisteredInSubNet: 4,
  NotEnoughStakeToSetWeights: 10,
  NotEnoughBalanceToStake: 12,
  NeuronNoValidatorPermit: 15,
  WeightVecNotEqualSize: 16,
  DuplicateUids: 17,
  UidVecContainInvalidOne: 18,
  WeightVecLengthIsLow: 19,
  HotKeyAlreadyRegisteredInSubNet: 21,
  MaxWeightExceeded: 27,
  SettingWeightsTooFast: 29,
  IncorrectWeightVersionKey: 30,
  UidsLengthExceedUidsInSubNet: 32,
  SubNetRegistrationDisabled: 37,
  RegistrationNotPermittedOnRootSubnet: 42,
  CanNotSetRootNetworkWeights: 47,
  NoNeuronIdAvailable: 48,
  NoWeightsCommitFound: 51,
  InvalidRevealCommitHashNotMatch: 52,
  CommitRevealEnabled: 53,
  CommitRevealDisabled: 54,
  MechanismDoesNotExist: 74,
  SubnetNotExists: 76,
  TooManyUnrevealedCommits: 77,
  ExpiredWeightCommit: 78,
  RevealTooEarly: 79,
  CommittingWeightsTooFast: 81,
  IncorrectCommitRevealVersion: 110,
} as const;

/** Errors of Commitments. */
export const COMMITMENT_ERRORS = {
  TooManyFieldsInCommitmentInfo: 0,
  AccountNotAllowedCommit: 1,
  SpaceLimitExceeded: 2,
  UnexpectedUnreserveLeftover: 3,
} as const;

/** Longest `Raw` field of a commitment in bytes. */
export const MAX_RAW = 128;
/** Longest `BigRaw` field in bytes. */
export const MAX_BIG_RAW = 512;
/** Longest timelocked field in bytes. */
export const MAX_TIMELOCKED = 1024;

/** SubtensorModule, pallet 7. */
export function subtensorPallet(base: BaseTypes): PalletSpec {
  const { table: t, u16, u64, netuid, netuidIndex, account, hash } = base;
  const uids = t.sequence(u16);
  const sealed = t.bounded(base.u8);
  return {
    index: 7,
    storage: { ...hyperparameters(base), ...neurons(base) },
    calls: {
      set_weights: [0, { netuid, dests: uids, weights: uids, version_key: u64 }],
      burned_register: [7, { netuid, hotkey: account }],
      commit_weights: [96, { netuid, commit_hash: hash }],
      reveal_weights: [97, { netuid, uids, values: uids, salt: uids, version_key: u64 }],
      commit_timelocked_weights: [113, { netuid, commit: sealed, reveal_round: u64, commit_reveal_version: u16 }],
    },
    events: {
      WeightsSet: [5, [netuidIndex, u16]],
      NeuronRegistered: [6, [netuid, u16, account]],
      WeightsCommitted: [85, [account, netuidIndex, hash]],
      WeightsRevealed: [86, [account, netuidIndex, hash]],
      TimelockedWeightsCommitted: [107, [account, netuidIndex, hash, u64]],
    },
    errors: SUBTENSOR_ERRORS,
  };
}

/** One value per subnet. The defaults are those of the real runtime. */
function hyperparameters({ table: t, u8, u16, u64, bool, netuid, account, balance }: BaseTypes) {
  const perNet = (value: TypeId, fallback: HexString): StorageSpec => ({
    value,
    fallback,
    keys: [["Identity", netuid]],
  });
  const short = (value: number) => perNet(u16, littleEndian(value, 2));
  const long = (value: number) => perNet(u64, littleEndian(value, 8));
  const flag = (value: boolean) => perNet(bool, value ? "0x01" : "0x00");
  return {
    NetworksAdded: flag(false),
    NetworkRegistrationAllowed: flag(false),
    SubnetworkN: short(0),
    Tempo: short(360),
    LastEpochBlock: long(0),
    PendingEpochAt: long(0),
    SubnetEpochIndex: long(0),
    MaxAllowedUids: short(256),
    ImmunityPeriod: short(4096),
    ActivityCutoff: short(5000),
    MinAllowedWeights: short(1024),
    MaxWeightsLimit: short(65535),
    WeightsVersionKey: long(0),
    WeightsSetRateLimit: long(100),
    CommitRevealWeightsEnabled: flag(true),
    RevealPeriodEpochs: {
      value: u64,
      fallback: littleEndian(1, 8),
      keys: [["Twox64Concat", netuid]],
    } satisfies StorageSpec,
    CommitRevealWeightsVersion: { value: u16, fallback: littleEndian(4, 2) } satisfies StorageSpec,
    MechanismCountCurrent: {
      value: t.struct("subtensor_runtime_common::MechId", [u8]),
      fallback: "0x01",
      keys: [["Twox64Concat", netuid]],
    } satisfies StorageSpec,
    Kappa: short(32767),
    Rho: short(10),
    Burn: perNet(balance, littleEndian(100_000_000, 8)),
    StakeThreshold: { value: u64, fallback: littleEndian(0, 8) } satisfies StorageSpec,
    SubnetOwner: perNet(account, littleEndian(0, 32)),
    SubnetOwnerHotkey: perNet(account, littleEndian(0, 32)),
  };
}

/** What the chain knows of each neuron, and the weights. */
function neurons({ table: t, u8, u16, u64, bool, netuid, netuidIndex, account, hash }: BaseTypes) {
  const alpha = t.struct("subtensor_runtime_common::currency::AlphaBalance", [u64]);
  const family: StorageSpec["keys"] = [["Blake2128Concat", account], ["Identity", netuid]];
  const commit = t.tuple(hash, u64, u64, u64);
  const sealed = t.tuple(account, u64, t.bounded(u8), u64);
  return {
    Owner: { value: account, fallback: littleEndian(0, 32), keys: [["Blake2128Concat", account]] },
    TotalHotkeyAlpha: {
      value: alpha,
      fallback: littleEndian(0, 8),
      keys: [["Blake2128Concat", account], ["Identity", netuid]],
    },
    ParentKeys: { value: t.sequence(t.tuple(u64, account)), fallback: "0x00", keys: family },
    ChildKeys: { value: t.sequence(t.tuple(u64, account)), fallback: "0x00", keys: family },
    // .18, as the main network had it.
    TaoWeight: { value: u64, fallback: littleEndian(3_320_413_933_267_719_290n, 8) } satisfies StorageSpec,
    Uids: { value: u16, keys: [["Identity", netuid], ["Blake2128Concat", account]] },
    Keys: { value: account, fallback: littleEndian(0, 32), keys: [["Identity", netuid], ["Identity", u16]] },
    Active: { value: t.sequence(bool), fallback: "0x00", keys: [["Identity", netuid]] },
    ValidatorPermit: { value: t.sequence(bool), fallback: "0x00", keys: [["Identity", netuid]] },
    LastUpdate: { value: t.sequence(u64), fallback: "0x00", keys: [["Identity", netuidIndex]] },
    BlockAtRegistration: { value: u64, fallback: littleEndian(0, 8), keys: [["Identity", netuid], ["Identity", u16]] },
    Weights: {
      value: t.sequence(t.tuple(u16, u16)),
      fallback: "0x00",
      keys: [["Identity", netuidIndex], ["Identity", u16]],
    },
    WeightCommits: { value: t.sequence(commit), keys: [["Twox64Concat", netuidIndex], ["Twox64Concat", account]] },
    TimelockedWeightCommits: {
      value: t.sequence(sealed),
      fallback: "0x00",
      keys: [["Twox64Concat", netuidIndex], ["Twox64Concat", u64]],
    },
  } satisfies Record<string, StorageSpec>;
}

/** Commitments, pallet 18. */
export function commitmentsPallet({ table: t, u8, u32, u64, bytes, netuid, account, balance }: BaseTypes): PalletSpec {
  const data = t.enumeration("pallet_commitments::types::Data", [
    ["None", [], 0],
    ...Array.from({ length: MAX_RAW + 1 }, (_, n): Variant => [`Raw${n}`, [t.array(n, u8)], n + 1]),
    ...["BlakeTwo256", "Sha256", "Keccak256", "ShaThree256"].map((name, i): Variant => [
      name,
      [t.array(32, u8)],
      130 + i,
    ]),
    ["TimelockEncrypted", { encrypted: t.bounded(u8), reveal_round: u64 }, 134],
    ["ResetBondsFlag", [], 135],
    ["BigRaw", [t.bounded(u8)], 136],
  ]);
  const info = t.struct("pallet_commitments::types::CommitmentInfo", { fields: t.bounded(data) });
  const registration = t.struct("pallet_commitments::types::Registration", { deposit: balance, block: u32, info });
  const usage = t.struct("pallet_commitments::types::UsageTracker", { last_epoch: u64, used_space: u64 });
  const keys: StorageSpec["keys"] = [["Identity", netuid], ["Twox64Concat", account]];
  return {
    index: 18,
    storage: {
      CommitmentOf: { value: registration, keys },
      LastCommitment: { value: u32, keys },
      RevealedCommitments: { value: t.sequence(t.tuple(bytes, u64)), keys },
      UsedSpaceOf: { value: usage, keys },
      MaxSpace: { value: u32, fallback: littleEndian(3100, 4) },
    },
    calls: { set_commitment: [0, { netuid, info }] },
    events: {
      Commitment: [0, { netuid, who: account }],
      TimelockCommitment: [1, { netuid, who: account, reveal_round: u64 }],
    },
    errors: COMMITMENT_ERRORS,
  };
}
