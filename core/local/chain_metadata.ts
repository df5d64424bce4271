/**
 * A runtime described as data, and the metadata bytes (V14 and V15) that clients read it from.
 * Both versions come from the one description, so they cannot disagree.
 * @module
 */
import { type HexString, metadata as metadataCodec } from "@polkadot-api/substrate-bindings";
import type { Fields, TypeId, TypeTable, Variant } from "./chain_types.ts";

/** How a part of a storage key is hashed. */
export type Hasher = "Blake2128Concat" | "Twox64Concat" | "Identity";

/** A storage item. Without a default it is optional: an absent value reads as none. */
export interface StorageSpec {
  readonly value: TypeId;
  readonly keys?: readonly (readonly [Hasher, TypeId])[];
  /** SCALE of the value that an absent entry has. */
  readonly fallback?: HexString;
}

/** A pallet. Indexes are the wire format: those of the runtime that is imitated. */
export interface PalletSpec {
  readonly index: number;
  readonly storage?: Readonly<Record<string, StorageSpec>>;
  readonly calls?: Readonly<Record<string, readonly [index: number, args: Readonly<Record<string, TypeId>>]>>;
  readonly events?: Readonly<Record<string, readonly [index: number, fields: Fields]>>;
  readonly errors?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, readonly [TypeId, HexString]>>;
}

/** A signed extension: what it adds to the extrinsic, and what it adds to the signed bytes only. */
export interface ExtensionSpec {
  readonly name: string;
  readonly extra: TypeId;
  readonly implicit: TypeId;
}

/** A runtime API: its version, and per method the arguments and the result. */
export interface ApiSpec {
  readonly version: number;
  readonly methods: Readonly<Record<string, readonly [inputs: Readonly<Record<string, TypeId>>, output: TypeId]>>;
}

/** A whole runtime. */
export interface RuntimeSpec {
  /** Crate name: prefix of the outer enums' paths. */
  readonly crate: string;
  readonly types: TypeTable;
  readonly pallets: Readonly<Record<string, PalletSpec>>;
  readonly address: TypeId;
  readonly signature: TypeId;
  readonly extensions: readonly ExtensionSpec[];
  readonly apis: Readonly<Record<string, ApiSpec>>;
  /** Makes System.Events, whose type needs the enum of all events. */
  readonly events: (event: TypeId) => StorageSpec;
}

/** Metadata bytes with magic number and version. */
export interface MetadataBytes {
  readonly v14: Uint8Array;
  readonly v15: Uint8Array;
}

const MAGIC = 0x6174656d;
type Kind = "calls" | "events" | "errors";
const TYPE_NAME: Readonly<Record<Kind, string>> = { calls: "Call", events: "Event", errors: "Error" };

/** Encodes a runtime's metadata. */
export function encodeMetadata(spec: RuntimeSpec): MetadataBytes {
  const { types, crate } = spec;
  const names = Object.keys(spec.pallets);
  const inner = {
    calls: innerEnums(spec, "calls"),
    events: innerEnums(spec, "events"),
    errors: innerEnums(spec, "errors"),
  };
  const outer = (kind: Kind): TypeId =>
    types.enumeration(
      `${crate}::Runtime${TYPE_NAME[kind]}`,
      names.filter((name) => inner[kind].has(name)).map((name): Variant => [
        name,
        [inner[kind].get(name)!],
        spec.pallets[name]!.index,
      ]),
    );
  const [call, event, error] = [outer("calls"), outer("events"), outer("errors")];
  const extra = types.tuple(...spec.extensions.map((extension) => extension.extra));
  const extrinsic = types.struct("sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic", [types.bytes()], [
    { name: "Address", type: spec.address },
    { name: "Call", type: call },
    { name: "Signature", type: spec.signature },
    { name: "Extra", type: extra },
  ]);
  const pallets = names.map((name) => ({
    name,
    index: spec.pallets[name]!.index,
    docs: [],
    calls: inner.calls.get(name),
    events: inner.events.get(name),
    errors: inner.errors.get(name),
    storage: storageOf(spec, name, event),
    constants: Object.entries(spec.pallets[name]!.constants ?? {}).map(([key, [type, value]]) => ({
      name: key,
      type,
      value,
      docs: [],
    })),
  }));
  const signedExtensions = spec.extensions.map(({ name, extra, implicit }) => ({
    identifier: name,
    type: extra,
    additionalSigned: implicit,
  }));
  const base = { lookup: types.entries, pallets, type: types.struct(`${crate}::Runtime`, []) };
  const v15 = {
    ...base,
    apis: apisOf(spec),
    custom: [],
    outerEnums: { call, event, error },
    extrinsic: { version: 4, address: spec.address, call, signature: spec.signature, extra, signedExtensions },
  };
  const v14 = { ...base, extrinsic: { type: extrinsic, version: 4, signedExtensions }, apis: [] };
  return {
    v14: metadataCodec.enc({ magicNumber: MAGIC, metadata: { tag: "v14", value: v14 } }),
    v15: metadataCodec.enc({ magicNumber: MAGIC, metadata: { tag: "v15", value: v15 } }),
  };
}

/** The Call, Event or Error enum of each pallet that has one. */
function innerEnums(spec: RuntimeSpec, kind: Kind): Map<string, TypeId> {
  const ids = new Map<string, TypeId>();
  for (const [name, pallet] of Object.entries(spec.pallets)) {
    const variants: Variant[] = kind === "errors"
      ? Object.entries(pallet.errors ?? {}).map(([error, index]): Variant => [error, [], index])
      : Object.entries(pallet[kind] ?? {}).map(([key, [index, fields]]): Variant => [key, fields, index]);
    if (variants.length === 0) continue;
    ids.set(name, spec.types.enumeration(`pallet_${name.toLowerCase()}::pallet::${TYPE_NAME[kind]}`, variants));
  }
  return ids;
}

function storageOf(spec: RuntimeSpec, name: string, event: TypeId) {
  const declared = spec.pallets[name]!.storage;
  if (!declared) return undefined;
  const all = name === "System" ? { ...declared, Events: spec.events(event) } : declared;
  const items = Object.entries(all).map(([item, { value, keys, fallback }]) => ({
    name: item,
    docs: [],
    modifier: fallback === undefined ? 0 : 1,
    fallback: fallback ?? "0x00" as HexString,
    type: keys
      ? {
        tag: "map" as const,
        value: {
          hashers: keys.map(([tag]) => ({ tag, value: undefined })),
          key: keys.length === 1 ? keys[0]![1] : spec.types.tuple(...keys.map(([, type]) => type)),
          value,
        },
      }
      : { tag: "plain" as const, value },
  }));
  return { prefix: name, items };
}

function apisOf(spec: RuntimeSpec) {
  return Object.entries(spec.apis).map(([name, { methods }]) => ({
    name,
    docs: [],
    methods: Object.entries(methods).map(([method, [inputs, output]]) => ({
      name: method,
      docs: [],
      inputs: Object.entries(inputs).map(([input, type]) => ({ name: input, type })),
      output,
    })),
  }));
}
