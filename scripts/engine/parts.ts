/** A module taken to pieces, as far as joining modules needs it: imports, globals, exports, elements, bodies. Pure. @module */
import { type FunctionType, signatures } from "./signatures.ts";
import { Cursor, entries, KIND, SECTION, type Section, sections } from "./wasm.ts";

/** Where an import comes from. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

/** A global of the module's own. */
export interface GlobalPart {
  readonly type: number;
  readonly mutable: boolean;
  /** The expression of its first value. */
  readonly init: Init;
}

/** A constant expression: constant instructions as they stand in the module and indexes of globals; several are added up. */
export type Init = readonly (Uint8Array | number)[];

/** Functions that are put into the table. */
export interface ElementPart {
  readonly offset: Init;
  readonly functions: readonly number[];
}

/** A module in pieces. Functions and globals are numbered as in the module: imports first. */
export interface Parts {
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly functionImports: readonly (Imported & { readonly type: number })[];
  readonly globalImports: readonly Imported[];
  /** Type index of every function with a body, and the bodies. */
  readonly bodyTypes: readonly number[];
  readonly bodies: readonly Uint8Array[];
  readonly globals: readonly GlobalPart[];
  readonly exports: ReadonlyMap<
    string,
    { readonly kind: number; readonly index: number }
  >;
  readonly elements: readonly ElementPart[];
}

/** Reads a module. @throws {RangeError} for anything that is not known here, a start function among it */
export function partsOf(module: Uint8Array): Parts {
  const found = sections(module);
  if (found.some(({ id }) => id === SECTION.start)) {
    throw new RangeError("A module has a start function");
  }
  const { types, bodies: bodyTypes, globalImports } = signatures(found);
  return {
    sections: found,
    types,
    functionImports: functionImports(found),
    globalImports,
    bodyTypes,
    bodies: list(found, SECTION.code, (cursor) => cursor.take(cursor.u32())),
    globals: list(found, SECTION.global, (cursor) => {
      const [type, mutable] = [cursor.byte(), cursor.byte() === 1];
      return { type, mutable, init: init(cursor) };
    }),
    exports: new Map(list(found, SECTION.export, (cursor) => {
      const name = cursor.name();
      return [name, { kind: cursor.byte(), index: cursor.u32() }] as const;
    })),
    elements: list(found, SECTION.element, (cursor) => {
      const flags = cursor.u32();
      if (flags !== 0) {
        throw new RangeError(`Elements with flags ${flags} are not known here`);
      }
      const offset = init(cursor);
      return {
        offset,
        functions: Array.from({ length: cursor.u32() }, () => cursor.u32()),
      };
    }),
  };
}

function list<T>(parts: readonly Section[], id: number, read: (cursor: Cursor) => T): T[] {
  const { count, rest } = entries(parts, id);
  const cursor = new Cursor(rest);
  return Array.from({ length: count }, () => read(cursor));
}

function functionImports(parts: readonly Section[]): (Imported & { type: number })[] {
  const found: (Imported & { type: number })[] = [];
  list(parts, SECTION.import, (cursor) => {
    const [module, name, kind] = [cursor.name(), cursor.name(), cursor.byte()];
    if (kind === KIND.function) {
      found.push({ module, name, type: cursor.u32() });
    } else if (kind === KIND.global) cursor.take(2);
    else {
      if (kind === KIND.table) cursor.byte();
      cursor.limits();
    }
  });
  return found;
}

function init(cursor: Cursor): Init {
  const found: (Uint8Array | number)[] = [];
  let sums = 0;
  for (
    let start = cursor.at, op;
    (op = cursor.byte()) !== 0x0b;
    start = cursor.at
  ) {
    if (op === 0x6a) sums++;
    else if (op === 0x23) found.push(cursor.u32());
    else found.push(constant(cursor, op, start));
  }
  if (sums !== found.length - 1) {
    throw new RangeError("A constant expression is no sum");
  }
  return found;
}

function constant(cursor: Cursor, op: number, start: number): Uint8Array {
  if (op === 0x41 || op === 0x42) cursor.skipLeb();
  else if (op === 0x43) cursor.take(4);
  else if (op === 0x44) cursor.take(8);
  else {throw new RangeError(
      `Opcode 0x${op.toString(16)} in a constant expression is not known here`,
    );}
  return cursor.bytes.subarray(start, cursor.at);
}
