/**
 * Codecs of the local chain: keys, values, calls, events and errors, built from its own metadata, as a client would.
 * @module
 */
import { getDynamicBuilder, getLookupFn } from "@polkadot-api/metadata-builders";
import { decAnyMetadata, type HexString, unifyMetadata } from "@polkadot-api/substrate-bindings";
import { Bytes, Struct, u8 } from "scale-ts";
import { sameBytes, toHex } from "../base/bytes.ts";
import { encodeMetadata, type MetadataBytes, type RuntimeSpec } from "./chain_metadata.ts";

/** Encodes and decodes values whose type is known only at run time: the shape is the metadata's. */
export interface DynamicCodec {
  // deno-lint-ignore no-explicit-any -- the type comes from metadata, the compiler cannot know it
  enc(value: any): Uint8Array;
  // deno-lint-ignore no-explicit-any -- as above
  dec(bytes: any): any;
}

/** A storage item. */
export interface StorageCodec {
  /** The storage key for all its key parts. */
  key(parts: readonly unknown[]): HexString;
  readonly value: DynamicCodec;
  /** What an absent entry reads as; undefined for optional items. */
  readonly fallback: unknown;
}

/** A decoded call: pallet, name and arguments as named in the metadata. */
export interface Call {
  readonly type: string;
  readonly value: { readonly type: string; readonly value: unknown };
}

/** The parts of a signed extrinsic. */
export interface DecodedExtrinsic {
  readonly address: { readonly type: string; readonly value: unknown };
  readonly signature: { readonly type: string; readonly value: string };
  readonly extra: Readonly<Record<string, unknown>>;
  readonly callBytes: Uint8Array;
  readonly call: Call;
}

/** 0x and lower-case hex. */
export function hex(bytes: Uint8Array): HexString {
  return `0x${toHex(bytes)}`;
}

/** All codecs of one runtime. */
export class Codecs {
  readonly metadata: MetadataBytes;
  readonly #builder: ReturnType<typeof getDynamicBuilder>;
  readonly #storage = new Map<string, StorageCodec>();
  readonly #call: DynamicCodec;
  readonly #extrinsic: DynamicCodec;
  readonly #extensions: readonly { name: string; extra: DynamicCodec; implicit: DynamicCodec }[];

  constructor(spec: RuntimeSpec) {
    this.metadata = encodeMetadata(spec);
    const unified = unifyMetadata(decAnyMetadata(this.metadata.v15));
    padModuleError(unified.lookup, spec);
    const lookup = getLookupFn(unified);
    this.#builder = getDynamicBuilder(lookup);
    this.#call = this.#builder.buildDefinition(lookup.call!);
    this.#extensions = spec.extensions.map(({ name, extra, implicit }) => ({
      name,
      extra: this.#builder.buildDefinition(extra),
      implicit: this.#builder.buildDefinition(implicit),
    }));
    const extras = Object.fromEntries(
      spec.extensions.map(({ name, extra }) => [name, this.#builder.buildDefinition(extra)]),
    );
    this.#extrinsic = Struct({
      version: u8,
      address: this.#builder.buildDefinition(spec.address),
      signature: this.#builder.buildDefinition(spec.signature),
      extra: Struct(extras as Parameters<typeof Struct>[0]),
      call: Bytes(Infinity),
    }) as DynamicCodec;
  }

  /** Codec of a storage item. @throws {Error} if the metadata has no such item. */
  storage(pallet: string, item: string): StorageCodec {
    const name = `${pallet}.${item}`;
    let codec = this.#storage.get(name);
    if (!codec) {
      const built = this.#builder.buildStorage(pallet, item);
      codec = { key: (parts) => built.keys.enc(...parts) as HexString, value: built.value, fallback: built.fallback };
      this.#storage.set(name, codec);
    }
    return codec;
  }
  /** Indexes of a module error: pallet and error. */
  errorLocation(pallet: string, error: string): [number, number] {
    return this.#builder.buildError(pallet, error).location;
  }
  /** Encodes a call. */
  encodeCall(call: Call): Uint8Array {
    return this.#call.enc(call);
  }
  /** Argument and result codecs of a runtime API's method. */
  runtimeCall(api: string, method: string): { args: { dec(bytes: string): unknown[] }; value: DynamicCodec } {
    return this.#builder.buildRuntimeCall(api, method);
  }
  /**
   * Decodes a version 4 signed extrinsic without its length prefix.
   * @throws {Error} if it is not one, or not in its only canonical form.
   */
  decodeExtrinsic(body: Uint8Array): DecodedExtrinsic {
    if (body[0] !== 0x84) throw new Error(`Extrinsic version byte ${body[0]} is not 132`);
    const parts = this.#extrinsic.dec(body);
    const call = this.#call.dec(parts.call);
    // Encoding it again also catches trailing bytes and compact numbers that are longer than they need to be.
    if (!sameBytes(this.#extrinsic.enc(parts), body) || !sameBytes(this.#call.enc(call), parts.call)) {
      throw new Error("Extrinsic is not canonical");
    }
    return { ...parts, callBytes: parts.call, call };
  }
  /** The extensions' part of what a signature covers: all extras, then all implicit values (by extension name). */
  signedExtensions(
    extra: Readonly<Record<string, unknown>>,
    implicit: Readonly<Record<string, unknown>>,
  ): Uint8Array[] {
    return [
      ...this.#extensions.map((extension) => extension.extra.enc(extra[extension.name])),
      ...this.#extensions.map((extension) => extension.implicit.enc(implicit[extension.name])),
    ];
  }
}

type Lookup = ReturnType<typeof unifyMetadata>["lookup"];

/** The bindings' own codec for ModuleError forgets to pad its second part to four bytes when it encodes: use a plain pair. */
function padModuleError(lookup: Lookup, spec: RuntimeSpec): void {
  const entry = lookup.find(({ path }) => path.at(-1) === "ModuleError");
  if (entry?.def.tag !== "composite") throw new Error("Metadata has no ModuleError");
  const byte = spec.types.primitive("u8");
  entry.def.value = [byte, spec.types.array(4, byte)].map((type) => ({
    name: undefined,
    typeName: undefined,
    docs: [],
    type,
  }));
}
