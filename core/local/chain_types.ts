/** The type registry of the local chain's metadata: SCALE types, each described once and known by its number. @module */
import type { V15 } from "@polkadot-api/substrate-bindings";

/** Number of a type in the registry. */
export type TypeId = number;
/** Fields of a struct or variant: by name, or by position. */
export type Fields = Readonly<Record<string, TypeId>> | readonly TypeId[];
/** A variant of an enum; without an index its position counts. */
export type Variant = readonly [name: string, fields?: Fields, index?: number];
/** A type parameter as metadata shows it. */
export interface TypeParameter {
  readonly name: string;
  readonly type: TypeId | undefined;
}

type Entry = V15["lookup"][number];
type Definition = Entry["def"];
type Primitive = Extract<Definition, { tag: "primitive" }>["value"]["tag"];

/** Grows a registry of types; asking twice for the same type gives the same number. */
export class TypeTable {
  /** The registry as metadata carries it. */
  readonly entries: Entry[] = [];
  readonly #known = new Map<string, TypeId>();

  /** A type by its definition. `path` is its Rust path, empty for built-in shapes. */
  add(path: string, def: Definition, params: readonly TypeParameter[] = []): TypeId {
    const key = path + JSON.stringify([def, params]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.entries.length;
    this.entries.push({ id, path: path ? path.split("::") : [], params: [...params], def, docs: [] });
    this.#known.set(key, id);
    return id;
  }
  /** A primitive, such as u16 or str. */
  primitive(tag: Primitive): TypeId {
    return this.add("", { tag: "primitive", value: { tag, value: undefined } });
  }
  /** A Vec. */
  sequence(element: TypeId): TypeId {
    return this.add("", { tag: "sequence", value: element });
  }
  /** A Vec of bytes. */
  bytes(): TypeId {
    return this.sequence(this.primitive("u8"));
  }
  /** A fixed-length array. */
  array(len: number, element: TypeId): TypeId {
    return this.add("", { tag: "array", value: { len, type: element } });
  }
  /** A tuple; without elements it is the unit type. */
  tuple(...elements: TypeId[]): TypeId {
    return this.add("", { tag: "tuple", value: elements });
  }
  /** A compact integer. */
  compact(inner: TypeId): TypeId {
    return this.add("", { tag: "compact", value: inner });
  }
  /** An Option. */
  option(inner: TypeId): TypeId {
    return this.enumeration("Option", [["None"], ["Some", [inner]]], [{ name: "T", type: inner }]);
  }
  /** A BoundedVec: metadata shows it as a struct around a Vec. */
  bounded(element: TypeId): TypeId {
    return this.struct("bounded_collections::bounded_vec::BoundedVec", [this.sequence(element)], [
      { name: "T", type: element },
      { name: "S", type: undefined },
    ]);
  }
  /** A struct. */
  struct(path: string, fields: Fields, params: readonly TypeParameter[] = []): TypeId {
    return this.add(path, { tag: "composite", value: fieldList(fields) }, params);
  }
  /** An enum. */
  enumeration(path: string, variants: readonly Variant[], params: readonly TypeParameter[] = []): TypeId {
    const value = variants.map(([name, fields, index], position) => ({
      name,
      fields: fieldList(fields ?? []),
      index: index ?? position,
      docs: [],
    }));
    return this.add(path, { tag: "variant", value }, params);
  }
}

function isPositional(fields: Fields): fields is readonly TypeId[] {
  return Array.isArray(fields);
}

type Field = Extract<Definition, { tag: "composite" }>["value"][number];

function fieldList(fields: Fields): Field[] {
  const pairs: (readonly [string | undefined, TypeId])[] = isPositional(fields)
    ? fields.map((type) => [undefined, type] as const)
    : Object.entries(fields);
  return pairs.map(([name, type]) => ({ name, type, typeName: undefined, docs: [] }));
}
