/** What Substrate itself brings to the local chain's runtime: System, Timestamp, Balances, extensions, runtime APIs. @module */
import { type BaseTypes, littleEndian } from "./chain_base.ts";
import type { ApiSpec, ExtensionSpec, PalletSpec, StorageSpec } from "./chain_metadata.ts";
import type { TypeId, Variant } from "./chain_types.ts";

/** Blocks whose hashes the runtime remembers: an era cannot be older. */
export const BLOCK_HASH_COUNT = 2400;

function plain(...names: string[]): Variant[] {
  return names.map((name) => [name] as const);
}

interface DispatchTypes {
  readonly info: TypeId;
  readonly error: TypeId;
}

function dispatchTypes({ table: t, u8, u64 }: BaseTypes): DispatchTypes {
  const weight = t.struct("sp_weights::weight_v2::Weight", { ref_time: t.compact(u64), proof_size: t.compact(u64) });
  const moduleError = t.struct("sp_runtime::ModuleError", { index: u8, error: t.array(4, u8) });
  const token = t.enumeration(
    "sp_runtime::TokenError",
    plain("FundsUnavailable", "OnlyProvider", "BelowMinimum", "CannotCreate", "UnknownAsset", "Frozen", "Unsupported"),
  );
  return {
    info: t.struct("frame_system::DispatchEventInfo", {
      weight,
      class: t.enumeration("frame_support::dispatch::DispatchClass", plain("Normal", "Operational", "Mandatory")),
      pays_fee: t.enumeration("frame_support::dispatch::Pays", plain("Yes", "No")),
    }),
    error: t.enumeration("sp_runtime::DispatchError", [
      ...plain("Other", "CannotLookup", "BadOrigin"),
      ["Module", [moduleError]],
      ...plain("ConsumerRemaining", "NoProviders", "TooManyConsumers"),
      ["Token", [token]],
      ["Arithmetic", [
        t.enumeration("sp_arithmetic::ArithmeticError", plain("Underflow", "Overflow", "DivisionByZero")),
      ]],
      ["Transactional", [t.enumeration("sp_runtime::TransactionalError", plain("LimitReached", "NoLayer"))]],
      ...plain("Exhausted", "Corruption", "Unavailable", "RootNotAllowed"),
    ]),
  };
}

/** System, Timestamp and Balances. `minimumPeriod` is half a block in milliseconds: clients derive era lengths from it. */
export function systemPallets(base: BaseTypes, minimumPeriod: number): Record<string, PalletSpec> {
  const { table: t, u16, u32, u64, u128, bytes, hash, account, balance } = base;
  const dispatch = dispatchTypes(base);
  const data = t.struct("pallet_balances::types::AccountData", {
    free: balance,
    reserved: balance,
    frozen: balance,
    flags: t.struct("pallet_balances::types::ExtraFlags", [u128]),
  });
  const info = { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data };
  return {
    System: {
      index: 0,
      storage: {
        Account: {
          value: t.struct("frame_system::AccountInfo", info),
          keys: [["Blake2128Concat", account]],
          fallback: littleEndian(0, 56),
        },
        Number: { value: u32, fallback: littleEndian(0, 4) },
        ParentHash: { value: hash, fallback: littleEndian(0, 32) },
        EventCount: { value: u32, fallback: littleEndian(0, 4) },
      },
      calls: { remark: [0, { remark: bytes }] },
      events: {
        ExtrinsicSuccess: [0, { dispatch_info: dispatch.info }],
        ExtrinsicFailed: [1, { dispatch_error: dispatch.error, dispatch_info: dispatch.info }],
      },
      errors: { InvalidSpecName: 0, SpecVersionNeedsToIncrease: 1, CallFiltered: 5 },
      constants: { BlockHashCount: [u32, littleEndian(BLOCK_HASH_COUNT, 4)], SS58Prefix: [u16, littleEndian(42, 2)] },
    },
    Timestamp: {
      index: 2,
      storage: { Now: { value: u64, fallback: littleEndian(0, 8) } },
      calls: { set: [0, { now: t.compact(u64) }] },
      constants: { MinimumPeriod: [u64, littleEndian(minimumPeriod, 8)] },
    },
    Balances: {
      index: 5,
      storage: { TotalIssuance: { value: balance, fallback: littleEndian(0, 8) } },
      errors: { VestingBalance: 0, LiquidityRestrictions: 1, InsufficientBalance: 2 },
      constants: { ExistentialDeposit: [balance, littleEndian(500, 8)] },
    },
  };
}

/** System.Events for the enum of all events. */
export function eventStorage({ table: t, u32, hash }: BaseTypes, event: TypeId): StorageSpec {
  const phase = t.enumeration("frame_system::Phase", [["ApplyExtrinsic", [u32]], ["Finalization"], ["Initialization"]]);
  const record = t.struct("frame_system::EventRecord", { phase, event, topics: t.sequence(hash) }, [
    { name: "E", type: event },
    { name: "T", type: hash },
  ]);
  return { value: t.sequence(record), fallback: "0x00" };
}

/** Addresses and signatures that an extrinsic may carry. */
export function signerTypes({ table: t, u8, unit, bytes, account }: BaseTypes): { address: TypeId; signature: TypeId } {
  return {
    address: t.enumeration("sp_runtime::multiaddress::MultiAddress", [
      ["Id", [account]],
      ["Index", [t.compact(unit)]],
      ["Raw", [bytes]],
      ["Address32", [t.array(32, u8)]],
      ["Address20", [t.array(20, u8)]],
    ], [{ name: "AccountId", type: account }, { name: "AccountIndex", type: unit }]),
    signature: t.enumeration("sp_runtime::MultiSignature", [
      ["Ed25519", [t.array(64, u8)]],
      ["Sr25519", [t.array(64, u8)]],
      ["Ecdsa", [t.array(65, u8)]],
    ]),
  };
}

/** The signed extensions in their order. Those without bytes of their own are unknown to many clients, which may then ignore them. */
export function extensions({ table: t, u8, u32, unit, hash, balance }: BaseTypes): ExtensionSpec[] {
  // All 256 variants: clients other than polkadot.js read the era by this type.
  const era = t.enumeration("sp_runtime::generic::era::Era", [
    ["Immortal"],
    ...Array.from({ length: 255 }, (_, i): Variant => [`Mortal${i + 1}`, [u8]]),
  ]);
  const mode = t.enumeration("frame_metadata_hash_extension::Mode", plain("Disabled", "Enabled"));
  const empty = (path: string) => t.struct(path, []);
  return [
    { name: "CheckNonZeroSender", extra: empty("frame_system::CheckNonZeroSender"), implicit: unit },
    { name: "CheckSpecVersion", extra: empty("frame_system::CheckSpecVersion"), implicit: u32 },
    { name: "CheckTxVersion", extra: empty("frame_system::CheckTxVersion"), implicit: u32 },
    { name: "CheckGenesis", extra: empty("frame_system::CheckGenesis"), implicit: hash },
    {
      name: "CheckMortality",
      extra: t.struct("node_subtensor_runtime::check_mortality::CheckMortality", [era]),
      implicit: hash,
    },
    {
      name: "CheckNonce",
      extra: t.struct("node_subtensor_runtime::check_nonce::CheckNonce", [t.compact(u32)]),
      implicit: unit,
    },
    { name: "CheckWeight", extra: empty("frame_system::CheckWeight"), implicit: unit },
    {
      name: "ChargeTransactionPayment",
      extra: t.struct("pallet_transaction_payment::ChargeTransactionPayment", [t.compact(balance)]),
      implicit: unit,
    },
    ...["SudoTransactionExtension", "CheckShieldedTxValidity", "SubtensorTransactionExtension", "DrandPriority"].map(
      (name): ExtensionSpec => ({ name, extra: empty(`node_subtensor_runtime::${name}`), implicit: unit }),
    ),
    {
      name: "CheckMetadataHash",
      extra: t.struct("frame_metadata_hash_extension::CheckMetadataHash", { mode }),
      implicit: t.option(t.array(32, u8)),
    },
  ];
}

/** Runtime APIs that a client may ask for with state_call. */
export function runtimeApis({ table: t, u8, u32, text, bytes, account }: BaseTypes): Record<string, ApiSpec> {
  const version = t.struct("sp_version::RuntimeVersion", {
    spec_name: text,
    impl_name: text,
    authoring_version: u32,
    spec_version: u32,
    impl_version: u32,
    apis: t.sequence(t.tuple(t.array(8, u8), u32)),
    transaction_version: u32,
    system_version: u8,
  });
  const opaque = t.struct("sp_core::OpaqueMetadata", [bytes]);
  return {
    Core: { version: 5, methods: { version: [{}, version] } },
    Metadata: {
      version: 2,
      methods: {
        metadata: [{}, opaque],
        metadata_at_version: [{ version: u32 }, t.option(opaque)],
        metadata_versions: [{}, t.sequence(u32)],
      },
    },
    AccountNonceApi: { version: 1, methods: { account_nonce: [{ account }, u32] } },
  };
}
